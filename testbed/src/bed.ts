import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createCommands, type Commands } from './command.ts';
import type { Directories } from './directories.ts';
import { createLog, type Log } from './log.ts';
import type { Facts, Part } from './part.ts';
import type { State } from './state.ts';

/** What a part works with: its folders, its log, commands that are logged, and the facts of the parts it needs. */
export interface Bed extends Commands {
  readonly directories: Directories;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Makes and returns a folder of the bed, as `home/…names`. */
  folder(...names: string[]): string;
  /** The facts of a needed part; `undefined` when it is not ready. */
  facts<F extends Facts>(part: Part<string, F>): F | undefined;
}

/** The bed as one part sees it. */
export function bedFor(part: Part, directories: Directories, surrounding: NodeJS.ProcessEnv, state: State): Bed {
  // The programs of an administrator are not on everyone's search path.
  const environment = { ...surrounding, PATH: `${surrounding['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const log = createLog(path.join(directories.home, 'logs', `${part.name}.log`));
  return {
    directories,
    environment,
    log,
    ...createCommands(log, environment),
    folder(...names) {
      const folder = path.join(directories.home, ...names);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    facts<F extends Facts>(needed: Part<string, F>) {
      const record = state.parts[needed.name];
      return record?.status === 'ready' ? (record.facts as F) : undefined;
    },
  };
}
