import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Leaves the counts of a package's tests in `.results/tests.json`, where the test command adds them up. */
export default class ResultsReporter {
  #folder;

  constructor(configuration) {
    this.#folder = path.join(configuration.rootDir, '.results');
  }

  onRunComplete(_contexts, results) {
    mkdirSync(this.#folder, { recursive: true });
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = results;
    const counts = {
      passed: numPassedTests,
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests,
    };
    writeFileSync(path.join(this.#folder, 'tests.json'), `${JSON.stringify(counts)}\n`);
  }
}
