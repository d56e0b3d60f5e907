import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { Directories } from '../src/directories.ts';
import { emptyState, withRecord, writeState } from '../src/state.ts';
import { readMissing } from '../src/testing/missing-suites.ts';
import { temporaryBeds } from './temporary-bed.ts';

const temporaryBed = temporaryBeds();
const home = fileURLToPath(new URL('..', import.meta.url));

describe('describeWith', () => {
  it('runs the suite with the facts of its parts', () => {
    const directories = temporaryBed();
    writeState(
      directories,
      withRecord(emptyState, 'engine', { status: 'ready', facts: { socketPath: '/run/engine.sock' } }),
    );
    const results = runSuite(directories, {});
    expect(results).toMatchObject({ success: true, numPassedTests: 1, numPendingTests: 0 });
    expect(readMissing(directories)).toEqual([]);
  });

  it('shows a skipped suite and writes it down when a part is missing', () => {
    const directories = temporaryBed();
    const results = runSuite(directories, {});
    expect(results).toMatchObject({ success: true, numPassedTests: 0, numPendingTests: 1 });
    expect(readMissing(directories)).toMatchObject([{ suite: 'stands on an engine', lacks: [{ part: 'engine' }] }]);
  });

  it('fails with CI=true when a part is missing, and says which', () => {
    const directories = temporaryBed();
    const results = runSuite(directories, { CI: 'true' });
    expect(results).toMatchObject({ success: false, numFailedTests: 1 });
    expect(results.testResults[0]?.message).toContain('This suite needs engine (it is not up;');
    expect(readMissing(directories)).toHaveLength(1);
  });
});

interface Results {
  readonly testResults: readonly { readonly message: string }[];
}

function runSuite(directories: Directories, environment: Readonly<Record<string, string>>): Results {
  const { CI: _ofThisRun, ...surrounding } = process.env;
  const jest = path.resolve(home, '../node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const words = ['--json', '--testMatch', '**/test/suites/stands-on-an-engine.ts'];
  const run = spawnSync(process.execPath, [...flags, jest, ...words], {
    cwd: home,
    encoding: 'utf8',
    env: { ...surrounding, CICD_TESTBED_DIR: directories.home, ...environment },
  });
  return JSON.parse(run.stdout) as Results;
}
