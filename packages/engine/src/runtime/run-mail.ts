import type { CicdError, Clock } from '@cicd/plugin';
import type { PostedMessage } from '../run/messages.ts';
import type { RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import type { RunStore, StoredMessage } from '../store/run-store.ts';
import type { Sent } from './run-scope.ts';
import { outlast } from './trouble.ts';

export const postedMessage = ({ id, message }: StoredMessage): PostedMessage =>
  ({ ...message, id }) as unknown as PostedMessage;

export interface RunMailOptions {
  readonly store: RunStore<RunEvent>;
  readonly clock: Clock;
  readonly state: RunState;
  readonly signal: AbortSignal;
  send(message: PostedMessage): Sent;
  onTrouble(error: CicdError): void;
}

/**
 * Takes in what was posted to a run. A call while one is under way makes it look once more.
 * Rejects with trouble that does not pass, and with the signal's reason.
 */
export function createRunMail({ store, clock, state, signal, send, onTrouble }: RunMailOptions): () => Promise<void> {
  let looking: Promise<void> | undefined;
  let again = false;
  const patient = { clock, signal, onTrouble };

  const takeIn = async () => {
    const posted = await outlast(() => store.messages(state.id, state.lastMessage), patient);
    const sent = posted.map((message) => send(postedMessage(message)).durable);
    await Promise.all(sent);
    const last = posted.at(-1);
    if (last) await outlast(() => store.dropMessages(state.id, last.id), patient);
  };
  const look = async () => {
    while (again) {
      again = false;
      await takeIn();
    }
  };
  return () => {
    again = true;
    looking ??= look().finally(() => (looking = undefined));
    return looking;
  };
}
