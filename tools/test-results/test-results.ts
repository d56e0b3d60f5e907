import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../commands/run.ts';

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

function resultFiles(): string[] {
  const packages = fs.readdirSync(path.join(repositoryRoot, 'packages')).map((name) => path.join('packages', name));
  return [...packages, 'testbed'].map((folder) => path.join(repositoryRoot, folder, '.results/tests.json'));
}

export function forgetTestResults(): void {
  for (const file of resultFiles()) fs.rmSync(file, { force: true });
}

/** The sum over all packages of what their test runners counted. */
export function testResults(): TestCounts {
  const sum: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of resultFiles()) {
    if (!fs.existsSync(file)) continue;
    const counts = JSON.parse(fs.readFileSync(file, 'utf8')) as TestCounts;
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  return sum;
}
