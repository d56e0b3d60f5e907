import type { RunCommand } from './commands.ts';
import { decide } from './decide.ts';
import type { RunEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { RunState } from './state.ts';

/**
 * Applies what a command leads to, with all consequences; returns the events, in order: none when the state has
 * overtaken the command. `onEvent` is called after each.
 */
export function carryOut(
  state: RunState,
  command: RunCommand,
  now: number,
  onEvent: (event: RunEvent) => void = () => {},
): RunEvent[] {
  const carriedOut: RunEvent[] = [];
  for (let next = decide(state, command, now); next.length > 0; next = decide(state, { type: 'settle' }, now)) {
    for (const event of next) {
      evolve(state, event);
      onEvent(event);
      carriedOut.push(event);
    }
  }
  return carriedOut;
}
