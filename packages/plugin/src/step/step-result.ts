import type { JsonObject } from '../schema/json.ts';

/** Who may end a wait for an approval, and how many of them it takes. */
export interface ApprovalTerms {
  /** Names of people as the platform knows them: `admin@example.com`. Empty: whoever may decide in this project. */
  readonly approvers: readonly string[];
  /** How many approvals it takes, from 1. One rejection ends the wait. */
  readonly required: number;
  /** Whether the person who asked for the run may decide. Default false. */
  readonly allowsRequester?: boolean;
}

interface Wait {
  /** Absolute, milliseconds since the epoch. */
  readonly deadline: number;
  /** What people are shown, and what the step wants to find again. */
  readonly data?: JsonObject;
}

/**
 * What a step waits for. Waiting costs no process: the runtime calls `resume` when it is over. An approval with terms
 * is decided by votes and by nothing else.
 */
export type StepWait =
  | ({ readonly kind: 'timer' | 'event' } & Wait)
  | ({ readonly kind: 'approval'; readonly approval?: ApprovalTerms } & Wait);

/** A step that ends well returns its outputs, or what it waits for. One that fails throws a `StepFailure`. */
export type StepResult<Outputs = JsonObject> = { readonly outputs: Outputs } | { readonly wait: StepWait };

/**
 * Why `resume` is called. `decision`: the votes are cast, and `value` is `{ approved, decided_by, comment? }`; `timer`:
 * the deadline has come; `adopted`: the process that ran the step ended, its work may still run.
 */
export interface StepResumption {
  readonly kind: 'decision' | 'timer' | 'event' | 'adopted';
  readonly value?: JsonObject;
}
