import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { EngineError, type ProcessKey } from '@cicd/plugin';

/** Where everything of one run lies. The workspace's folder bears its name, so that archives of it do, too. */
export interface RunFolder {
  readonly root: string;
  readonly workspace: string;
  readonly copies: string;
  readonly processes: string;
  /** What `$HOME` and `$TMPDIR` are to the processes. */
  readonly home: string;
  readonly temporary: string;
}

const safeName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Names become folders: nothing else than a plain name may come near the file system. */
export function checkName(name: string): string {
  if (safeName.test(name)) return name;
  throw new EngineError({
    code: 'sandbox.path_refused',
    message: `${JSON.stringify(name)} cannot be the name of a folder`,
  });
}

/** File systems take 255 bytes. */
const longestName = 200;

/** A name that may be long, as a folder: different names stay different. */
export const folderName = (name: string): string =>
  name.length <= longestName
    ? name
    : `${name.slice(0, longestName - 65)}~${createHash('sha256').update(name).digest('hex')}`;

export function runFolder(instanceRoot: string, run: string): RunFolder {
  const root = path.join(instanceRoot, checkName(run));
  const inside = (name: string) => path.join(root, name);
  return {
    root,
    workspace: inside('workspace'),
    copies: inside('copies'),
    processes: inside('processes'),
    home: inside('home'),
    temporary: inside('temporary'),
  };
}

/** The files of one process. */
export interface ProcessFolder {
  readonly root: string;
  /** Both streams, in the order they were written. */
  readonly output: string;
  /** Who runs: process id and start time. Written by the process before its command begins. */
  readonly identity: string;
  /** The exit code. Written last. */
  readonly exit: string;
  /** The private folder, in memory where the machine has one. */
  readonly runtime: string;
}

function memoryFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return ['/dev/shm', env['XDG_RUNTIME_DIR']].find((folder) => {
    try {
      accessSync(folder ?? '', constants.W_OK);
      return true;
    } catch {
      return false; // Not there, or not ours: the next one.
    }
  });
}

export function processFolder(run: RunFolder, key: ProcessKey): ProcessFolder {
  const root = path.join(run.processes, folderName(`${key.attempt}-${encodeURIComponent(key.step)}`));
  const memory = memoryFolder(process.env);
  // Short and the same in every life: derived from where the process lies.
  const digest = createHash('sha256').update(root).digest('hex').slice(0, 24);
  return {
    root,
    output: path.join(root, 'output'),
    identity: path.join(root, 'identity'),
    exit: path.join(root, 'exit'),
    runtime: memory === undefined ? path.join(root, 'runtime') : path.join(memory, `cicd-${digest}`),
  };
}
