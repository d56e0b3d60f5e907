import { describe, expect, it } from '@jest/globals';
import { checkHistory } from '../src/history/check-history.ts';
import { play } from '../src/world/play.ts';
import { scenarios } from '../src/world/scenarios.ts';

describe.each(scenarios)('trouble that is not the user’s: $name', (scenario) => {
  it('is waited out, before an effect and when only the answer is lost: the run has the same end', async () => {
    const undisturbed = await play(scenario);
    const found: unknown[] = [];
    for (const [life, { trace }] of undisturbed.drivers.entries()) {
      // Who begins a run is told that it could not be begun.
      const begun = life === 0 ? trace.indexOf('store.create.after') : trace.indexOf('store.append.after');
      for (const [at, point] of trace.entries()) {
        // A log that was opened is open: nothing of it goes over a wire.
        if (at <= begun || point === 'logs.writer.after') continue;
        const drivers = [...Array<undefined>(life).fill(undefined), { at, kind: 'trouble' as const }];
        const { observation } = await play(scenario, { drivers });
        const violations = checkHistory(observation, undisturbed.observation);
        if (violations.length > 0) found.push({ life, at, point, violations });
      }
    }
    expect(found).toEqual([]);
  });
});
