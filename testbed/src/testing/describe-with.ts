import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { directoriesOf } from '../directories.ts';
import type { PartFacts, PartName } from '../part-list.ts';
import { failsWithout } from '../report.ts';
import { readState } from '../state.ts';
import { forgetMissing, recordMissing } from './missing-suites.ts';
import { lackingSentence, partsOf } from './parts-of.ts';

/**
 * A suite that stands on parts of the test bed. It gets their facts when all are there. When one is missing it is
 * shown as skipped and written down for `report`; with `CI=true` it is a failing test instead.
 */
export function describeWith<const Names extends readonly PartName[]>(
  names: Names,
  suite: string,
  body: (parts: Pick<PartFacts, Names[number]>) => void,
): void {
  const directories = directoriesOf(process.env);
  const where = { file: path.relative(path.dirname(directories.home), expect.getState().testPath ?? ''), suite };
  const parts = partsOf(readState(directories), names);
  if (parts.ready) {
    forgetMissing(directories, where);
    describe(suite, () => body(parts.facts as Pick<PartFacts, Names[number]>));
    return;
  }
  recordMissing(directories, { ...where, lacks: parts.lacks });
  const sentence = lackingSentence(parts.lacks);
  if (failsWithout(process.env)) {
    describe(suite, () => {
      it('has the parts that it needs', () => {
        throw new Error(`This suite ${sentence}.`);
      });
    });
  } else {
    // oxlint-disable-next-line jest/no-disabled-tests -- shown as skipped, recorded for the report, a failure with CI=true
    describe.skip(suite, () => {
      it(sentence, () => {});
    });
  }
}
