import { CicdError, StepFailure } from '@cicd/plugin';

/** The error of a reader of archives as one of ours: aborted, refused by us, or not an archive. */
export function archiveTrouble(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (CicdError.isInstance(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!/tar|Unexpected end of data|header|Size mismatch|Stream was destroyed/i.test(message)) return error;
  return new StepFailure({
    code: 'archive.malformed',
    message: `The stream is not a whole tar archive: ${message}.`,
    hint: 'Pack it again.',
    cause: error,
  });
}
