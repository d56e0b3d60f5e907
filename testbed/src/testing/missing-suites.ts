import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Directories } from '../directories.ts';
import { shortDigest } from '../short-digest.ts';

/** A suite that could not run, and the parts it lacked. */
export interface MissingSuite {
  /** The test file, relative to the repository when it is inside. */
  readonly file: string;
  readonly suite: string;
  readonly lacks: readonly LackingPart[];
}

export interface LackingPart {
  readonly part: string;
  readonly reason: string;
}

/** Writes down a suite that could not run; each has a file of its own, since test processes run side by side. */
export function recordMissing(directories: Directories, missing: MissingSuite): void {
  mkdirSync(folderOf(directories), { recursive: true });
  writeFileSync(fileOf(directories, missing), JSON.stringify(missing));
}

/** Forgets a suite that can run again. */
export function forgetMissing(directories: Directories, suite: Pick<MissingSuite, 'file' | 'suite'>): void {
  rmSync(fileOf(directories, suite), { force: true });
}

/** Every suite that could not run since the record was last cleared, by file. */
export function readMissing(directories: Directories): MissingSuite[] {
  const folder = folderOf(directories);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as MissingSuite)
    .toSorted((a, b) => `${a.file} ${a.suite}`.localeCompare(`${b.file} ${b.suite}`));
}

/** Begins a new record. */
export function clearMissing(directories: Directories): void {
  rmSync(folderOf(directories), { recursive: true, force: true });
}

const folderOf = (directories: Directories) => path.join(directories.home, 'missing');

function fileOf(directories: Directories, { file, suite }: Pick<MissingSuite, 'file' | 'suite'>): string {
  return path.join(folderOf(directories), `${shortDigest(`${file}\0${suite}`)}.json`);
}
