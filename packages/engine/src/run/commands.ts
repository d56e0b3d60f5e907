import type { Json, JsonObject, Privileges, StepWait } from '@cicd/plugin';
import type { Vote } from './approval.ts';
import type { Plan } from '../plan/plan.ts';
import type { CancelCause, KeptWorkspace, LogSize, RecordedError, RunRerun } from './events.ts';
import type { FlowEntry } from './scope.ts';
import type { PostedMessage } from './messages.ts';

/** What one attempt came to. `configuration`: it never got as far as its work; it is not tried again. */
export type AttemptOutcome =
  | { readonly status: 'succeeded'; readonly outputs: JsonObject; readonly exitCode?: number; readonly log?: LogSize }
  | {
      readonly status: 'failed';
      readonly cause: 'failure' | 'timeout' | 'configuration';
      readonly error: RecordedError;
      readonly outputs?: JsonObject;
      readonly exitCode?: number;
      readonly log?: LogSize;
    };

interface OfAttempt {
  readonly step: string;
  readonly attempt: number;
}

/** What a performer tells the machine. A command that the state has overtaken decides nothing. */
export type RunCommand =
  | { readonly type: 'begin' }
  | { readonly type: 'source_prepared'; readonly source: JsonObject; readonly log?: LogSize }
  | { readonly type: 'source_failed'; readonly error: RecordedError; readonly log?: LogSize }
  /** The verdict on a condition, `skip_if` already turned round; or that it could not be judged. */
  | { readonly type: 'judge'; readonly step: string; readonly verdict: boolean; readonly survivesCancel: boolean }
  | { readonly type: 'fail_condition'; readonly step: string; readonly error: RecordedError }
  /** The first attempt of a ready step, or the next one of a step whose `retryAt` has come. */
  | { readonly type: 'start'; readonly step: string; readonly token: string; readonly deadline?: number }
  /** What a structured step goes by. */
  | ({ readonly type: 'enter'; readonly entry: FlowEntry } & OfAttempt)
  /** The condition of a `while` holds: there is another turn. One whose condition does not hold is finished. */
  | ({ readonly type: 'turn' } & OfAttempt)
  | ({ readonly type: 'prepare'; readonly turn?: number } & OfAttempt)
  /** A structured step reached its deadline. */
  | ({ readonly type: 'expire' } & OfAttempt)
  | ({ readonly type: 'created'; readonly process: string; readonly image?: string } & OfAttempt)
  | ({ readonly type: 'privilege'; readonly privileges: Privileges } & OfAttempt)
  | ({ readonly type: 'discard' } & OfAttempt)
  | ({ readonly type: 'checkpoint'; readonly data: Json } & OfAttempt)
  | ({ readonly type: 'delay'; readonly until: number; readonly error: RecordedError } & OfAttempt)
  | ({ readonly type: 'wait'; readonly wait: StepWait } & OfAttempt)
  | {
      readonly type: 'resume';
      readonly step: string;
      readonly kind: 'decision' | 'timer' | 'event';
      readonly value?: JsonObject;
    }
  /** A vote that does not count decides nothing; `voteRefusal` says why. */
  | { readonly type: 'vote'; readonly step: string; readonly vote: Vote }
  | ({ readonly type: 'lose'; readonly error: RecordedError } & OfAttempt)
  | ({ readonly type: 'finish'; readonly outcome: AttemptOutcome } & OfAttempt)
  /** The answer of a person about an unknown step; `again` starts a new attempt. */
  | { readonly type: 'resolve'; readonly step: string; readonly outcome: 'succeeded' | 'failed' | 'again' }
  /** Begins another attempt of a run that has ended. `kept`: see `keptSteps`. */
  | {
      readonly type: 'rerun';
      readonly actor: string;
      readonly kept: readonly string[];
      readonly workspace: RunRerun['workspace'];
      readonly plan?: Plan;
    }
  /** Records that somebody is given a shell where a step works; changes nothing. See `stepForShell`. */
  | { readonly type: 'open_shell'; readonly step: string; readonly actor: string; readonly withSecrets: boolean }
  | { readonly type: 'cancel'; readonly cause: CancelCause }
  /** A message from outside; each is taken in once. */
  | { readonly type: 'receive'; readonly message: PostedMessage }
  /** Draws the next consequences: skips, cancels of what does not run, the compensation. Repeat until it decides nothing. */
  | { readonly type: 'settle' }
  /** Its workspace, which was kept, has been removed. */
  | { readonly type: 'remove_workspace' }
  /** Ends a run that `isSettled`, with its outputs or why they could not be had. */
  | {
      readonly type: 'close';
      readonly workspace?: KeptWorkspace;
      readonly outputs?: JsonObject;
      readonly error?: RecordedError;
    };
