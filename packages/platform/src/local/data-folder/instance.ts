import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EngineError } from '@cicd/plugin';

/**
 * An instance is a data folder. Its id names and labels everything it creates on a container engine; host and inode
 * tell a folder from its copy.
 */
export interface Instance {
  /** 12 hexadecimal digits. */
  readonly id: string;
  readonly host: string;
  readonly inode: number;
}

/** Whether a folder is still where its identity was written: a copy or a restored backup is not. */
export const isAtHome = (instance: Instance, place: Pick<Instance, 'host' | 'inode'>): boolean =>
  instance.host === place.host && instance.inode === place.inode;

function isInstance(value: unknown): value is Instance {
  const candidate = value as Partial<Instance> | null;
  return typeof candidate?.id === 'string' && /^[0-9a-f]{12}$/.test(candidate.id) && typeof candidate.host === 'string';
}

/**
 * The identity of a data folder, made at its first use; of two processes that make it at once, one wins for both.
 * Errors: `command.instance_unreadable`.
 */
export function openInstance(
  root: string,
  newId = () => randomBytes(6).toString('hex'),
): Instance & { atHome: boolean } {
  const file = path.join(root, 'instance.json');
  const place = { host: os.hostname(), inode: statSync(root).ino };
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, JSON.stringify({ id: newId(), ...place }), { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  const instance: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isInstance(instance)) {
    throw new EngineError({
      code: 'command.instance_unreadable',
      message: `${file} does not hold the identity of a data folder`,
      hint: 'Restore it from a backup, or choose another folder with --data-dir.',
    });
  }
  return { ...instance, atHome: isAtHome(instance, place) };
}
