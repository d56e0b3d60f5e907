import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates an empty file that only its owner reads (0600), and the missing folders above it (0700); narrows the mode
 * of a file that exists, and leaves existing folders alone. An existing file is never opened here: closing a second
 * descriptor drops the locks that SQLite holds in this process. Source: https://www.sqlite.org/howtocorrupt.html
 */
export function ensurePrivateFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
}
