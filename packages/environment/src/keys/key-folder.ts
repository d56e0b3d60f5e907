import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '@cicd/plugin';
import { keyLength } from '../seal.ts';

/** The keys that wrap the keys of the data, each in a file of its own. Synchronous: a key is read inside a transaction. */
export interface KeyFolder {
  /** Makes a key, on the disk before it is named; returns its id. */
  make(): string;
  /** Undefined when there is none of that id. Errors: `secret.key_unreadable`. */
  read(id: string): Uint8Array | undefined;
  /** Idempotent. */
  remove(id: string): void;
  /** Removes every key but this one. */
  keepOnly(id: string): void;
}

const idPattern = /^[0-9a-f]{16}$/;
const suffix = '.key';

/**
 * Keys in a folder that its owner alone can read (0700, files 0600). Keep it on another disk, or out of the backups of
 * the database: who has both has the secrets.
 */
export function createKeyFolder(folder: string, random: (size: number) => Buffer = randomBytes): KeyFolder {
  const fileOf = (id: string) => path.join(folder, `${id}${suffix}`);
  const ids = () =>
    readdirSync(folder)
      .filter((file) => file.endsWith(suffix))
      .map((file) => file.slice(0, -suffix.length))
      .filter((id) => idPattern.test(id));
  return {
    make() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const id = random(8).toString('hex');
      writeFileSync(fileOf(id), `${random(keyLength).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
      flushFolder(folder);
      return id;
    },
    read(id) {
      const text = readIfThere(fileOf(id));
      if (text === undefined) return undefined;
      const key = Buffer.from(text.trim(), 'hex');
      if (key.length === keyLength) return key;
      throw new EngineError({
        code: 'secret.key_unreadable',
        message: `${fileOf(id)} does not hold a key of ${keyLength * 8} bits`,
        hint: 'Restore the file from where it was kept.',
      });
    },
    remove(id) {
      rmSync(fileOf(id), { force: true });
    },
    keepOnly(kept) {
      for (const id of ids()) if (id !== kept) rmSync(fileOf(id), { force: true });
      flushFolder(folder);
    },
  };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new EngineError({
      code: 'secret.key_unreadable',
      message: `${file} cannot be read: ${(error as Error).message}`,
      hint: 'Let the user of this process read it, and nobody else.',
      cause: error,
    });
  }
}

/** A name in a folder is durable when the folder is. */
function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
