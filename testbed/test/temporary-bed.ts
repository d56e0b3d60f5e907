import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from '@jest/globals';
import { directoriesOf, type Directories } from '../src/directories.ts';

/** Gives each test of a file folders of its own, removed after it. */
export function temporaryBeds(): () => Directories {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'testbed-'));
    made.push(folder);
    return directoriesOf({ CICD_TESTBED_DIR: path.join(folder, 'bed') });
  };
}
