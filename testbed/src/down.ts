import { rmSync } from 'node:fs';
import { bedFor } from './bed.ts';
import type { Directories } from './directories.ts';
import type { Part } from './part.ts';
import { inReverse } from './part-order.ts';
import { readState, withoutRecord, writeState } from './state.ts';

/**
 * Takes down the named parts and what stands on them. With none named everything goes, also the bed's folder
 * with its logs; what was there before the bed is left as it was.
 */
export async function down(
  all: readonly Part[],
  names: readonly string[],
  directories: Directories,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  let state = readState(directories);
  for (const part of inReverse(all, names)) {
    await part.down(bedFor(part, directories, environment, state));
    state = withoutRecord(state, part.name);
    writeState(directories, state);
  }
  if (names.length === 0) rmSync(directories.home, { recursive: true, force: true });
}
