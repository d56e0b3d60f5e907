import type { JsonObject } from '@cicd/plugin';

export type RunStatus = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';

/** What a list of runs shows: a projection of the run's events, written in the same transaction as they are. */
export interface RunSummary {
  readonly id: string;
  readonly project: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  readonly attempt: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Of which one run goes on at a time; as it was when the run was created. */
  readonly group?: string;
  /** How many of its steps wait for an approval; absent = none. */
  readonly asks?: number;
  /** What its kept workspace takes, 0 when that is not known; absent = it has none. */
  readonly workspaceBytes?: number;
}

/** One event as it is kept: a type, a time, and what the type says. Never changed once stored. */
export interface StoredEvent {
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The right to write to a run. One owner (a process) has it at a time; each claim has a higher fence than the one
 * before, and an append under an older claim is refused: of a driver that was taken for dead nothing more is stored.
 */
export interface RunClaim {
  readonly run: string;
  readonly owner: string;
  /** From 1. */
  readonly fence: number;
}

/** A message to a run, as it is kept until the run has taken it in. */
export interface StoredMessage {
  /** Grows with each message of the store. */
  readonly id: number;
  readonly message: JsonObject;
}

export interface RunFilter {
  readonly project?: string;
  readonly pipeline?: string;
  readonly status?: RunStatus;
  /** Only runs of which a step waits for an approval. */
  readonly asks?: true;
  /** Only runs whose workspace was kept. */
  readonly keepsWorkspace?: true;
  /** Default 50, at most 1000. */
  readonly limit?: number;
  /** Runs that the list shows after this one, by its whole id: paging. Errors: `run.not_found`. */
  readonly before?: string;
}

/**
 * Keeps runs as append-only lists of events. `(run, sequence)` is the key, from 1 without a gap. An append names the
 * sequence it follows, so of two writers one loses cleanly.
 */
export interface RunStore<Event extends StoredEvent = StoredEvent> {
  readonly specVersion: 'v1';
  /**
   * Durable when it resolves, and claimed for its owner. `plan` is kept beside the events, once.
   * Errors: `run.exists`, `run.id_refused`, `run.too_large`.
   */
  create(summary: RunSummary, plan: JsonObject, events: readonly Event[], owner: string): Promise<RunClaim>;
  /**
   * Durable when it resolves; concurrent appends share a transaction, a lone one is not delayed.
   * `after` is the sequence of the last event the writer knows. Appends asked for one after the other are performed in
   * that order, also when nobody waits between them. Id, project, pipeline and creation time of a run stay as they were.
   * The append that ends a run gives the claim back, and drops the run's messages; one to a run that has ended does not.
   * Errors: `run.not_owner`, `run.sequence_conflict`, `run.not_found`, `run.too_large`.
   * Returns the sequence of the last event appended.
   */
  append(claim: RunClaim, after: number, events: readonly Event[], summary: RunSummary): Promise<number>;
  /** Events with a sequence above `after` (default 0), in order. Errors: `run.not_found`. */
  read(runId: string, after?: number): Promise<readonly { readonly sequence: number; readonly event: Event }[]>;
  /** Errors: `run.not_found`. */
  plan(runId: string): Promise<JsonObject>;
  /** A whole id, or a unique prefix of at least four characters. Errors: `run.not_found`, `run.ambiguous`. */
  find(idOrPrefix: string): Promise<RunSummary>;
  /** Newest first; of the same millisecond, by id. */
  list(filter?: RunFilter): Promise<readonly RunSummary[]>;
  /** The newest succeeded run of a pipeline, other than `except`. */
  lastSucceeded(project: string, pipeline: string, except?: string): Promise<string | undefined>;
  /** The claim that holds a run now, whether or not its owner still lives. Errors: `run.not_found`. */
  holder(runId: string): Promise<RunClaim | undefined>;
  /**
   * Claims a run that nobody holds, or that is still held by `over`, whose owner the caller knows to be gone.
   * Errors: `run.owned`, `run.not_found`.
   */
  claim(runId: string, owner: string, over?: RunClaim): Promise<RunClaim>;
  /** Gives a claim back. One that holds no more changes nothing. */
  release(claim: RunClaim): Promise<void>;
  /** Every run that has not ended, oldest first, with the claim that holds it. */
  unfinished(): Promise<readonly { readonly run: RunSummary; readonly holder?: RunClaim }[]>;
  /** The runs of a group that have not ended, in the order in which they were created or, after an end, begun again. */
  unfinishedOf(group: string): Promise<readonly RunSummary[]>;
  /**
   * Keeps a message for a run until it is dropped; durable when it resolves, with its id. At most 64 KiB of JSON.
   * Errors: `run.not_found`, `run.ended`, `run.too_large`.
   */
  post(runId: string, message: JsonObject): Promise<number>;
  /** The messages with an id above `after` (default 0), in order. */
  messages(runId: string, after?: number): Promise<readonly StoredMessage[]>;
  /** Drops the messages up to an id. Idempotent. */
  dropMessages(runId: string, upTo: number): Promise<void>;
  /** Removes a run with its events and messages. Idempotent. */
  delete(runId: string): Promise<void>;
  /** Waits for writes under way. */
  close(): Promise<void>;
}
