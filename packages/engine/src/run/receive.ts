import type { RunEvent, RunMessageReceived } from './events.ts';
import { refusalOf, type PostedMessage, type RunMessage } from './messages.ts';
import type { RunState } from './state.ts';

/**
 * Takes a message in: a record of it and, unless it is refused, its effect. Both go into one append, so a message has
 * its effect once, however often it is handed over.
 */
export function receive(
  state: RunState,
  { id, actor, content }: PostedMessage,
  now: number,
  effect: (content: RunMessage) => readonly RunEvent[],
): readonly RunEvent[] {
  if (id <= (state.lastMessage ?? 0)) return [];
  const received: RunMessageReceived = { type: 'run.message_received', at: now, message: id, actor, content };
  const refusal = refusalOf(state, content, now);
  if (!refusal) return [received, ...effect(content)];
  const { code, message, hint } = refusal;
  return [{ ...received, error: { code, message, ...(hint !== undefined && { hint }) } }];
}
