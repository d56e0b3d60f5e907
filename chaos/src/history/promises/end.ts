import { isDeepStrictEqual } from 'node:util';
import type { RunEvent } from '@cicd/engine';
import type { Violation } from '../observation.ts';

/** What a run comes to, for each of its attempts: of its steps, and of itself. */
export function endsOf(events: readonly RunEvent[]): ReadonlyMap<string, unknown> {
  const ends = new Map<string, unknown>();
  let runAttempt = 1;
  for (const event of events) {
    switch (event.type) {
      case 'run.rerun':
        runAttempt = event.attempt;
        ends.set(`attempt ${runAttempt}`, { kept: event.kept, workspace: event.workspace });
        break;
      case 'step.retry_scheduled':
      case 'step.finished':
        ends.set(`${event.step} in attempt ${runAttempt}, ${event.attempt}`, {
          status: event.type === 'step.finished' ? event.status : 'tried again',
          exitCode: event.exitCode,
          outputs: timeless(event.outputs),
          error: event.error?.code,
        });
        break;
      case 'step.skipped':
        ends.set(`${event.step} in attempt ${runAttempt}`, { skipped: event.reason });
        break;
      case 'step.reused':
        ends.set(`${event.step} in attempt ${runAttempt}`, { reused: true });
        break;
      case 'run.finished':
        ends.set(`the run in attempt ${runAttempt}`, {
          status: event.status,
          cause: event.cause,
          outputs: event.outputs,
          warning: event.warning,
          error: event.error?.code,
        });
        break;
      default:
    }
  }
  return ends;
}

/** The disturbed run comes to the end that the undisturbed one has. */
export function checkEnd(events: readonly RunEvent[], undisturbed: readonly RunEvent[]): readonly Violation[] {
  const [found, expected] = [endsOf(events), endsOf(undisturbed)];
  return [...new Set([...found.keys(), ...expected.keys()])]
    .filter((name) => !isDeepStrictEqual(found.get(name), expected.get(name)))
    .map((name) => ({
      promise: 'same-end',
      message: `${name}: ${JSON.stringify(found.get(name))}, undisturbed ${JSON.stringify(expected.get(name))}`,
    }));
}

/** How long something took is no part of what it came to. */
function timeless(outputs: object | undefined): object | undefined {
  if (outputs === undefined) return undefined;
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== 'duration_ms'));
}
