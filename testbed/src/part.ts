import type { Bed } from './bed.ts';

/** What a part tells the tests: where it is and how to talk to it. Kept as JSON. */
export type Facts = object;

/**
 * One real thing that tests need: an engine, an image, a server.
 * The three verbs are idempotent; the bed calls them one part at a time, a part after those it needs.
 */
export interface Part<Name extends string = string, F extends Facts = Facts> {
  readonly name: Name;
  /** A few words for the table of `status`. */
  readonly description: string;
  /** Parts that are brought up first and taken down last. */
  readonly needs: readonly Part[];
  /** Looks, quickly and without changing anything: the facts when the part is ready, otherwise `undefined`. */
  check(bed: Bed): Promise<F | undefined>;
  /** Brings the part up. Throws {@link MissingPart} when this machine cannot have it. */
  up(bed: Bed): Promise<F>;
  /** Removes every trace, also of an `up` that stopped half way. */
  down(bed: Bed): Promise<void>;
  /** Variables that `env` prints for a shell. */
  environment?(facts: F): Readonly<Record<string, string>>;
}

/** A part cannot be had on this machine: no defect of the bed, but a reason why tests cannot run. */
export class MissingPart extends Error {
  override readonly name = 'MissingPart';
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(reason: string, hint?: string) {
    super(reason);
    this.hint = hint;
  }
}
