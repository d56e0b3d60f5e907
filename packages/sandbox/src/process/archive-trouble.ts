import { CicdError, malformedArchive } from '@cicd/plugin';

const ofTheReader = /tar|Unexpected end of data|header|Size mismatch|Stream was destroyed/i;

/** What ended the unpacking, as the caller is told: the signal's reason, an error of ours, the reader's, or the disk's. */
export function archiveTrouble(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (CicdError.isInstance(error)) return error;
  return error instanceof Error && ofTheReader.test(error.message) ? malformedArchive(error) : error;
}
