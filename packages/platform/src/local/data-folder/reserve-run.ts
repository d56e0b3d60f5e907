import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openDataFolder } from './data-folder.ts';

/** In milliseconds: the time that a file is checked and a secret is typed in. */
const lifetime = 3_600_000;

/**
 * Says that a run is about to begin, before anything of it is made, so that no other process takes that for left
 * behind. Costs next to nothing; the sweep of a later run removes it.
 */
export function reserveRun(dataFolder: string, run: string): void {
  const { reserved } = openDataFolder(dataFolder);
  mkdirSync(reserved, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(reserved, run), '', { mode: 0o600 });
}

/** Whether a reservation is there and not too old. `now`: milliseconds since the epoch. */
export function reservationHolds(file: string, now: number): boolean {
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && made > now - lifetime;
}
