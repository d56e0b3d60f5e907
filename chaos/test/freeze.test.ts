import { describe, expect, it } from '@jest/globals';
import { checkHistory } from '../src/history/check-history.ts';
import type { Life } from '../src/world/life.ts';
import { play } from '../src/world/play.ts';
import { scenarios } from '../src/world/scenarios.ts';

/**
 * What nobody may do to a run that belongs to another process. Containers and copies of attempts whose result it has
 * stored itself are its own: it may remove them, by their ids.
 */
const forbidden = ['store.create', 'store.append', 'process.start', 'process.stop', 'sandbox.close'];

/** What a woken process did in spite of all. What it was asking for when it froze was asked for in its own time. */
function trespasses({ trace, heldAt }: Life, frozenAt: number): readonly string[] {
  // The store had answered that the run is its own: no question that is asked first can close that gap.
  if (heldAt === 'store.holder.after') return [];
  const asked = [...trace.slice(0, frozenAt), ...(heldAt ? [heldAt] : [])];
  const count = (points: readonly string[], point: string) => points.filter((each) => each === point).length;
  return forbidden.filter((operation) => {
    const inFlight = count(asked, `${operation}.before`) - count(trace.slice(0, frozenAt), `${operation}.after`);
    return count(trace.slice(frozenAt), `${operation}.after`) > inFlight;
  });
}

describe.each(scenarios)('a process that is taken for dead, and wakes up: $name', (scenario) => {
  it('is fenced off, at whatever failpoint it stood: the run has the same end, and is not touched', async () => {
    const undisturbed = await play(scenario);
    const found: unknown[] = [];
    const [first] = undisturbed.drivers;
    for (const at of first?.trace.keys() ?? []) {
      const { observation, drivers } = await play(scenario, { drivers: [{ at, kind: 'freeze' }] });
      const [woken] = drivers;
      // A log is written without asking the store. Where processes share files, one that lives is never taken for dead:
      // the operating system drops its lock with it.
      const violations = checkHistory(observation, undisturbed.observation).filter(
        ({ promise }) => promise !== 'log-complete',
      );
      const isCancelled = observation.events.some(({ type }) => type === 'run.cancel_requested');
      // Stopping is what a stored cancel asks for, of whoever hears of it.
      const touched = (woken ? trespasses(woken, at) : []).filter((each) => !(isCancelled && each === 'process.stop'));
      if (violations.length + touched.length > 0) found.push({ at, heldAt: woken?.heldAt, violations, touched });
    }
    expect(found).toEqual([]);
  });
});
