import type { Clock, JsonObject } from '@cicd/plugin';
import { carryOut } from '../run/carry-out.ts';
import type { RunEvent } from '../run/events.ts';
import { refusalOf, type RunMessage } from '../run/messages.ts';
import { isOwned } from '../store/run-errors.ts';
import type { RunClaim, RunStore } from '../store/run-store.ts';
import { claimRun } from './claim-run.ts';
import { loadRun } from './load-run.ts';
import type { Ownership } from './ownership.ts';
import { postedMessage } from './run-mail.ts';
import { withoutSecrets } from './message-masking.ts';
import { summarise } from './summary.ts';

/**
 * Who takes a message in. `driver`: the process that drives the run was told, and does it at once. `sender`: nobody
 * drives the run; the effect is recorded, and what follows from it is performed when the run is resumed.
 */
export type Receiver = 'driver' | 'sender';

/** Messages to runs, wherever they are driven. */
export interface Mailbox {
  /**
   * Sends a message; it is durable when this resolves, and has its effect once. `actor`: who sends it, `local:ann`.
   * Errors: `run.not_found`, `run.ended`, `run.too_large`, and why the run as it is refuses the message:
   * `run.step_unknown`, `run.step_not_lost`, `approval.*`. A message that is overtaken on its way is recorded without effect.
   *
   * What a person writes is masked before it is stored. `secrets`: the values of the run's secrets, by name; where some
   * are missing, a comment is refused with `approval.comment_not_maskable`.
   */
  post(run: string, message: RunMessage, actor: string, secrets?: Readonly<Record<string, string>>): Promise<Receiver>;
  /** Sees to it that what was posted to a run is taken in. Errors: `run.not_found`. */
  deliver(run: string): Promise<Receiver>;
}

export interface MailboxOptions {
  readonly store: RunStore<RunEvent>;
  readonly ownership: Ownership;
  readonly clock: Clock;
}

/** Mail for the runs of a store. */
export function createMailbox({ store, ownership, clock }: MailboxOptions): Mailbox {
  const deliver = async (run: string): Promise<Receiver> => {
    for (;;) {
      const holder = await store.holder(run);
      if (holder && (await ownership.isAlive(holder.owner))) {
        await ownership.nudge(holder.owner, run);
        return 'driver';
      }
      if ((await store.messages(run)).length === 0) return 'sender';
      const claim = await claimRun(store, ownership, run).catch(unlessOwned);
      if (!claim) continue;
      try {
        await takeIn(claim);
      } finally {
        await store.release(claim);
      }
    }
  };

  /** Decides and records without performing: the effects are for whoever resumes the run. */
  const takeIn = async (claim: RunClaim) => {
    const { state, last } = await loadRun(store, claim.run);
    const posted = await store.messages(claim.run, state.lastMessage);
    const now = clock.now();
    const events = posted.flatMap((message) =>
      carryOut(state, { type: 'receive', message: postedMessage(message) }, now),
    );
    if (events.length > 0) await store.append(claim, last, events, summarise(state));
    await store.dropMessages(claim.run, state.lastMessage ?? 0);
  };

  return {
    deliver,
    async post(run, message, actor, secrets = {}) {
      const { state } = await loadRun(store, run);
      // Of a run that has ended the store says so.
      const refusal = state.finishedAt === undefined ? refusalOf(state, message, clock.now()) : undefined;
      if (refusal) throw refusal;
      const content = withoutSecrets(message, state.plan.secrets, secrets);
      await store.post(run, { actor, content: content as unknown as JsonObject });
      return deliver(run);
    },
  };
}

function unlessOwned(error: unknown): undefined {
  if (isOwned(error)) return undefined;
  throw error;
}
