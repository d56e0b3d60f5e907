import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../commands/run.ts';

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** What the reporter of every package of the workspace writes. */
function resultFiles(): string[] {
  const found = fs.globSync(['{packages,apps}/*/.results/tests.json', '*/.results/tests.json'], {
    cwd: repositoryRoot,
  });
  return found.map((file) => path.join(repositoryRoot, file));
}

export function forgetTestResults(): void {
  for (const file of resultFiles()) fs.rmSync(file, { force: true });
}

/** The sum over all packages of what their test runners counted. */
export function testResults(): TestCounts {
  const sum: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of resultFiles()) {
    const counts = JSON.parse(fs.readFileSync(file, 'utf8')) as TestCounts;
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  return sum;
}
