import { EngineError } from '@cicd/plugin';

/** Told by its shape: an error of another realm is no instance of this one's `Error`. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return isSystemError(error) && codes.includes(error.code ?? '');
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error;
}

/** Calls that fail without naming a path because they work on an open file. */
const storeCalls = new Set(['write', 'writev', 'fsync', 'close']);

/**
 * Turns a failure of the store's own files (disk full, no permission) into `artifact.store_failed`, which may be tried
 * again; whatever else went wrong, such as a source that failed, is handed on as it is.
 */
export function storeError(error: unknown, folder: string): unknown {
  if (!isSystemError(error)) return error;
  const ours = error.path === undefined ? storeCalls.has(error.syscall ?? '') : error.path.startsWith(folder);
  if (!ours) return error;
  return new EngineError({
    code: 'artifact.store_failed',
    message: `the artifact store in ${folder} failed: ${error.message}`,
    hint: 'Free disk space, or give the process the right to read and write this folder.',
    retryable: true,
    cause: error,
  });
}
