import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Directories } from './directories.ts';
import type { Facts } from './part.ts';

/** What the last `up` found out about one part. */
export type PartRecord =
  | { readonly status: 'ready'; readonly facts: Facts }
  | { readonly status: 'missing'; readonly reason: string; readonly hint?: string };

/** What `up` leaves for the tests, in `state.json`. */
export interface State {
  readonly version: 1;
  readonly parts: Readonly<Record<string, PartRecord>>;
}

export const emptyState: State = { version: 1, parts: {} };

/** The state with one part's record replaced. */
export function withRecord(state: State, name: string, record: PartRecord): State {
  return { ...state, parts: { ...state.parts, [name]: record } };
}

/** The state with one part forgotten. */
export function withoutRecord(state: State, name: string): State {
  const { [name]: _forgotten, ...parts } = state.parts;
  return { ...state, parts };
}

/** Reads the state; a bed that is not up, and one written by another version, are empty. */
export function readState(directories: Directories): State {
  let text: string;
  try {
    text = readFileSync(stateFile(directories), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyState;
    throw error;
  }
  return parseState(text);
}

/** Understands the text of a state file. */
export function parseState(text: string): State {
  const value = JSON.parse(text) as Partial<State>;
  return value.version === 1 && value.parts !== undefined ? (value as State) : emptyState;
}

/** Replaces the state in one step: a test that reads meanwhile sees the old or the new one. */
export function writeState(directories: Directories, state: State): void {
  mkdirSync(directories.home, { recursive: true });
  const draft = `${stateFile(directories)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(draft, stateFile(directories));
}

const stateFile = (directories: Directories) => path.join(directories.home, 'state.json');
