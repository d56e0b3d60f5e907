import { Type, type Static } from 'typebox';
import { closed } from '../schema/fields.ts';

/** What the test reports of a step come to, as an output. */
export const TestResult = Type.Object(
  {
    passed: Type.Integer({ description: 'How many tests passed.' }),
    failed: Type.Integer({ description: 'How many tests failed or broke.' }),
    skipped: Type.Integer({ description: 'How many tests were skipped.' }),
    failures: Type.Array(
      Type.Object(
        {
          suite: Type.String({ description: 'The class or suite of the test; may be empty.' }),
          name: Type.String({ description: 'The test.' }),
          message: Type.String({ description: 'What it said, the first line; may be empty.' }),
        },
        closed,
      ),
      { description: 'The failed tests, the first 50.' },
    ),
  },
  closed,
);
export type TestResult = Static<typeof TestResult>;

/** Counts tests, and keeps the first that failed. */
export class TestTally {
  readonly #failures: TestResult['failures'] = [];
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };

  add(outcome: 'passed' | 'skipped'): void {
    this.#counts[outcome] += 1;
  }

  addFailure(failure: TestResult['failures'][number]): void {
    this.#counts.failed += 1;
    if (this.#failures.length < mostFailures) this.#failures.push(failure);
  }

  get result(): TestResult {
    return { ...this.#counts, failures: [...this.#failures] };
  }
}

/** A result is kept with the run's events: it says what to look at, and the report says the rest. */
const mostFailures = 50;
