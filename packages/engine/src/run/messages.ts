import { ConfigError } from '@cicd/plugin';
import type { Vote } from './approval.ts';
import type { RunCommand } from './commands.ts';
import type { CancelCause } from './events.ts';
import type { RunState } from './state.ts';
import { voteRefusal } from './vote.ts';

/** What somebody outside of a run's process may say to it. */
export type RunMessage =
  | { readonly type: 'cancel'; readonly cause: CancelCause }
  /** What became of a step that is `unknown`; `again` starts a new attempt. */
  | { readonly type: 'resolve'; readonly step: string; readonly outcome: 'succeeded' | 'failed' | 'again' }
  /** About a step that waits for an approval. */
  | { readonly type: 'vote'; readonly step: string; readonly vote: Vote };

/** A message as a run takes it in. */
export interface PostedMessage {
  /** Grows from message to message of a run, so that each is taken in once. */
  readonly id: number;
  /** Who sent it: `local:ann`. */
  readonly actor: string;
  readonly content: RunMessage;
}

/** The command that a message amounts to. */
export const commandOf = (message: RunMessage): RunCommand => message;

/**
 * Why a message would have no effect on the run as it is; undefined when it would have one. `now`: milliseconds since
 * the epoch. Codes: `run.step_unknown`, `run.step_not_lost`, `run.message_unknown`, and those of `voteRefusal`.
 */
export function refusalOf(state: RunState, message: RunMessage, now: number): ConfigError | undefined {
  switch (message.type) {
    case 'cancel':
      return undefined;
    case 'resolve':
      return refusalOfResolve(state, message.step);
    case 'vote':
      return voteRefusal(state, message.step, message.vote, now);
    default:
      return new ConfigError({
        code: 'run.message_unknown',
        message: `the message ${(message as { type: string }).type} is not known to this version`,
        hint: 'It was sent by a newer version: go on with the run there.',
      });
  }
}

function refusalOfResolve(state: RunState, step: string): ConfigError | undefined {
  const found = state.steps.get(step);
  if (!found) {
    return new ConfigError({
      code: 'run.step_unknown',
      message: `the run ${state.id} has no step ${step}`,
      hint: `Its steps: ${[...state.steps.keys()].slice(0, 20).join(', ')}.`,
    });
  }
  if (found.status === 'unknown') return undefined;
  const unknown = [...state.steps.values()].filter(({ status }) => status === 'unknown').map(({ key }) => key);
  return new ConfigError({
    code: 'run.step_not_lost',
    message: `the step ${step} is ${found.status}: nobody has to say what became of it`,
    hint: unknown.length > 0 ? `These wait for an answer: ${unknown.join(', ')}.` : 'No step of the run waits for one.',
  });
}
