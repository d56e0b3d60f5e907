import { CicdError, type Clock } from '@cicd/plugin';

/** Trouble of the platform or its host that may pass: it is waited out, and never counts as the step's. */
export const isTrouble = (error: unknown): error is CicdError =>
  CicdError.isInstance(error) && error.family === 'engine' && error.retryable;

/** Milliseconds to wait after `round` (from 0) in trouble: 1 s, 2 s, 4 s … 30 s. */
export const troubleDelay = (round: number): number => Math.min(1_000 * 2 ** round, 30_000);

export interface TroubleOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** After so many rounds the trouble is the result. Default: no end. */
  readonly rounds?: number;
  onTrouble?(error: CicdError, until: number): void;
}

/** Tries until it is not trouble that stops it. Rejects with any other error, and with the signal's reason. */
export async function outlast<Result>(
  work: () => Promise<Result>,
  { clock, signal, rounds = Infinity, onTrouble }: TroubleOptions,
): Promise<Result> {
  for (let round = 0; ; round++) {
    try {
      return await work();
    } catch (error) {
      if (!isTrouble(error) || round >= rounds) throw error;
      const until = clock.now() + troubleDelay(round);
      onTrouble?.(error, until);
      await clock.waitUntil(until, signal);
    }
  }
}
