import type { RunEvent } from '@cicd/engine';
import { attemptName, type Violation } from '../observation.ts';

/** Each step is recorded exactly once: one intent and one end for each attempt, one end for each run attempt. */
export function checkRecords(events: readonly RunEvent[]): readonly Violation[] {
  const seen = new Set<string>();
  const violations: Violation[] = [];
  let runAttempt = 1;
  for (const event of events) {
    if (event.type === 'run.rerun') runAttempt = event.attempt;
    const record = recordOf(event, runAttempt);
    if (record === undefined) continue;
    if (seen.has(record)) violations.push({ promise: 'recorded-once', message: `twice in the history: ${record}` });
    seen.add(record);
  }
  return violations;
}

/** What must not be there a second time. */
function recordOf(event: RunEvent, runAttempt: number): string | undefined {
  switch (event.type) {
    case 'run.created':
      return 'creation of the run';
    case 'run.started':
      return 'start of the run';
    case 'run.rerun':
      return `attempt ${event.attempt} of the run`;
    case 'run.compensation_started':
      return `compensation in attempt ${runAttempt}`;
    case 'run.finished':
      return `end of attempt ${runAttempt} of the run`;
    case 'step.started':
      return `start of ${attemptName(event.step, event.attempt)}`;
    case 'step.entered':
      return `entry of ${attemptName(event.step, event.attempt)}`;
    case 'step.scope_opened':
      return `turn ${event.turn ?? 0}${event.compensation ? ' of the compensation' : ''} of ${attemptName(event.step, event.attempt)}`;
    case 'step.retry_scheduled':
      return `end of ${attemptName(event.step, event.attempt)}`;
    case 'step.finished':
      // Attempt 0 never started: its step may be reached once in each attempt of the run.
      return `end of ${attemptName(event.step, event.attempt)}${event.attempt === 0 ? ` in attempt ${runAttempt}` : ''}`;
    case 'step.skipped':
    case 'step.reused':
      return `verdict on ${event.step} in attempt ${runAttempt}`;
    default:
      return undefined;
  }
}
