import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '@cicd/plugin';
import type { LogKey } from './log-store.ts';

export interface LogPaths {
  readonly folder: string;
  readonly log: string;
  readonly index: string;
}

/** Where an attempt's log and its index are: `<folder>/<run>/<step>/<attempt>.log`. Errors: `log.key_refused`. */
export function logPaths(folder: string, { run, step, attempt }: LogKey): LogPaths {
  if (!Number.isSafeInteger(attempt) || attempt < 1) {
    throw new ConfigError({ code: 'log.key_refused', message: `an attempt is a number from 1, not ${attempt}` });
  }
  const ofStep = stepFolder(folder, run, step);
  return { folder: ofStep, log: join(ofStep, `${attempt}.log`), index: join(ofStep, `${attempt}.index`) };
}

export function stepFolder(folder: string, run: string, step: string): string {
  return join(runFolder(folder, run), safeName(step));
}

export function runFolder(folder: string, run: string): string {
  return join(folder, safeName(run));
}

/** The attempt that a file is the log of. */
export function attemptOf(fileName: string): number | undefined {
  const digits = /^([1-9][0-9]*)\.log$/.exec(fileName)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const longestName = 200;

/**
 * Any text as one file name, different texts as different names, also where a file system ignores case: all but small
 * letters, digits, `-`, `_` and inner dots becomes `%` and two digits a byte. A long name ends in a hash of the whole.
 */
function safeName(text: string): string {
  const name = text.toWellFormed().replaceAll(/[^a-z0-9_.-]|^\.|\.$/gu, percentEncoded);
  if (name === '') return '%';
  if (name.length <= longestName) return name;
  return `${name.slice(0, longestName - 65)}~${createHash('sha256').update(text).digest('hex')}`;
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
