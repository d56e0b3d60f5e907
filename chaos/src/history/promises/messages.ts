import type { RunEvent } from '@cicd/engine';
import { attemptName, type Violation } from '../observation.ts';

/** A message has its effect once; a person votes once; a wait ends once. */
export function checkMessages(events: readonly RunEvent[]): readonly Violation[] {
  const violations: Violation[] = [];
  const complain = (message: string) => violations.push({ promise: 'message-once', message });
  const taken = new Set<number>();
  const votes = new Set<string>();
  const waiting = new Set<string>();
  for (const event of events) {
    switch (event.type) {
      case 'run.message_received':
        if (taken.has(event.message)) complain(`message ${event.message} was taken in twice`);
        taken.add(event.message);
        break;
      case 'step.waiting':
        waiting.add(attemptName(event.step, event.attempt));
        break;
      case 'step.vote_cast': {
        const vote = `${event.vote.by} on ${attemptName(event.step, event.attempt)} (${event.vote.digest})`;
        if (votes.has(vote)) complain(`two votes of ${vote}`);
        votes.add(vote);
        break;
      }
      case 'step.resumed':
        if (!waiting.delete(attemptName(event.step, event.attempt)))
          complain(`${attemptName(event.step, event.attempt)} was resumed without a wait`);
        break;
      default:
    }
  }
  return violations;
}
