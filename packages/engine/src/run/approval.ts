import type { ApprovalTerms, JsonObject } from '@cicd/plugin';

/** What an approval is about: it holds for nothing else. */
export interface ApprovalSubject {
  readonly run: string;
  /** Of the run: a rerun asks again. */
  readonly runAttempt: number;
  readonly step: string;
  readonly attempt: number;
  /** The plan's digest. */
  readonly plan: string;
  /** Digests of the images known so far: by step, or `step.output` where a step's output is one. */
  readonly images: Readonly<Record<string, string>>;
}

export type Verdict = 'approve' | 'reject';

/** What one person says about a step that waits for an approval. */
export interface Vote {
  /** A name as the door that lets the person in knows it: `admin@example.com`, `local:ann`. */
  readonly by: string;
  readonly verdict: Verdict;
  /** The digest that the person was shown. */
  readonly digest: string;
  readonly comment?: string;
  /** Cast at the terminal of a data folder without a server: it stands for every approver. */
  readonly local?: true;
}

export interface CastVote extends Vote {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How a wait for an approval ended. `timed_out` says nothing of what the step made of it. */
export type ApprovalDecision = 'approved' | 'rejected' | 'timed_out' | 'cancelled';

/** A step's last request for an approval; it stays when the step has ended. */
export interface ApprovalState {
  readonly terms: ApprovalTerms;
  readonly subject: ApprovalSubject;
  /** SHA-256 of the subject, hexadecimal. */
  readonly digest: string;
  /** What people are shown: the step's own words. */
  readonly data?: JsonObject;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly deadline: number;
  readonly votes: readonly CastVote[];
  readonly decision?: ApprovalDecision;
}
