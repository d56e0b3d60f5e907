import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkHistory } from '../src/history/check-history.ts';
import { play, type Disturbance, type Performance } from '../src/world/play.ts';
import { scenarios } from '../src/world/scenarios.ts';

const shares = [0, 0.5, 1];
/** Property runs of each scenario. */
const doubleKills = 150;

describe.each(scenarios)('a run whose process is killed: $name', (scenario) => {
  let undisturbed: Performance;
  beforeAll(async () => {
    undisturbed = await play(scenario);
  });

  /** What was broken by each of these disturbances; the place of the first fault tells them apart. */
  const broken = async (disturbances: readonly Disturbance[]) => {
    const found: unknown[] = [];
    for (const disturbance of disturbances) {
      const { observation, drivers, doors } = await play(scenario, disturbance);
      const violations = checkHistory(observation, undisturbed.observation);
      const heldAt = [...drivers, ...doors].map((life) => life.heldAt).find((point) => point !== undefined);
      if (violations.length > 0) found.push({ heldAt, disturbance, violations });
    }
    return found;
  };

  it('comes to the same end, at whatever failpoint it was', async () => {
    const disturbances = undisturbed.drivers.flatMap(({ trace }, life) =>
      trace.map((_, at): Disturbance => ({
        drivers: [...Array<undefined>(life).fill(undefined), { at, kind: 'kill' }],
        unflushed: shares[at % 3] ?? 0,
      })),
    );
    expect(disturbances.length).toBeGreaterThan(40);
    expect(await broken(disturbances)).toEqual([]);
  });

  it('comes to the same end when who brings a message dies', async () => {
    const disturbances = undisturbed.doors.flatMap(({ trace }, life) =>
      trace.map((_, at): Disturbance => ({
        doors: [...Array<undefined>(life).fill(undefined), { at, kind: 'kill' }],
      })),
    );
    expect(disturbances.length > 0).toBe(scenario.says !== undefined);
    expect(await broken(disturbances)).toEqual([]);
  });

  it('comes to the same end when several die one after the other, also while nobody drives it', async () => {
    const fault = fc.record({ at: fc.nat(120), kind: fc.constant('kill' as const) });
    const disturbance = fc.record({
      drivers: fc.array(fault, { minLength: 2, maxLength: 4 }),
      doors: fc.array(
        fc.option(fc.record({ at: fc.nat(14), kind: fc.constant('kill' as const) }), { nil: undefined }),
        {
          maxLength: 3,
        },
      ),
      messagesFirst: fc.boolean(),
      unflushed: fc.constantFrom(...shares),
    });
    await fc.assert(
      fc.asyncProperty(disturbance, async (given) => expect(await broken([given])).toEqual([])),
      { numRuns: doubleKills },
    );
  });
});
