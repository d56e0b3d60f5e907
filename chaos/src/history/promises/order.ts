import type { RunEvent } from '@cicd/engine';
import { attemptName, type Violation } from '../observation.ts';

/**
 * The order in which an attempt's life is told: the intent, then what became of it, then its end, then nothing more.
 * Attempts of a step follow each other, and after the run's end there is only a rerun.
 */
export function checkOrder(events: readonly RunEvent[]): readonly Violation[] {
  const violations: Violation[] = [];
  const complain = (message: string) => violations.push({ promise: 'in-order', message });
  const lastAttempt = new Map<string, number>();
  const open = new Set<string>();
  let hasBegun = false;
  let hasEnded = false;
  if (events[0]?.type !== 'run.created') complain(`the history begins with ${events[0]?.type}`);
  for (const [index, event] of events.entries()) {
    const where = `${event.type} at ${index + 1}`;
    if (event.at < (events[index - 1]?.at ?? 0)) complain(`${where} is older than the event before it`);
    if (hasEnded && event.type !== 'run.rerun') complain(`${where} comes after the end of the run`);
    hasEnded = event.type === 'run.finished';
    if (event.type === 'run.started') hasBegun = true;
    if ('step' in event && !hasBegun) complain(`${where} comes before the start of the run`);
    if (!('attempt' in event) || !('step' in event)) continue;
    const name = attemptName(event.step, event.attempt);
    if (event.type === 'step.started') {
      const expected = (lastAttempt.get(event.step) ?? 0) + 1;
      if (event.attempt !== expected)
        complain(`${where} is attempt ${event.attempt}, not ${expected}, of ${event.step}`);
      lastAttempt.set(event.step, event.attempt);
      open.add(name);
    } else {
      if (event.attempt > 0 && !open.has(name)) complain(`${where} is about ${name}, which is not under way`);
      if (event.type === 'step.finished' || event.type === 'step.retry_scheduled') open.delete(name);
    }
  }
  if (hasEnded) for (const name of open) complain(`${name} has no end, and the run has ended`);
  return violations;
}
