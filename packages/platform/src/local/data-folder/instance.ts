import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
  const file = fileOf(root);
  const place = placeOf(root);
  const draft = writeDraft(file, { id: newId(), ...place });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  const instance = readInstance(file);
  return { ...instance, atHome: isAtHome(instance, place) };
}

/**
 * Makes a data folder that was copied or moved at home where it lies: as the `same` instance, which owns what it has on
 * the container engine, or as a `new` one, which leaves that to the folder it was copied from.
 * Errors: `command.instance_unreadable`.
 */
export function settleInstance(
  root: string,
  as: 'same' | 'new',
  newId = () => randomBytes(6).toString('hex'),
): Instance {
  const file = fileOf(root);
  const id = as === 'same' ? openInstance(root).id : newId();
  const instance = { id, ...placeOf(root) };
  renameSync(writeDraft(file, instance), file);
  return instance;
}

const fileOf = (root: string): string => path.join(root, 'instance.json');

const placeOf = (root: string) => ({ host: os.hostname(), inode: statSync(root).ino });

function writeDraft(file: string, instance: Instance): string {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, JSON.stringify(instance), { mode: 0o600, flush: true });
  return draft;
}

function readInstance(file: string): Instance {
  const instance: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isInstance(instance)) {
    throw new EngineError({
      code: 'command.instance_unreadable',
      message: `${file} does not hold the identity of a data folder`,
      hint: 'Restore it from a backup, or choose another folder with --data-dir.',
    });
  }
  return instance;
}
