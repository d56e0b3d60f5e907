import { StepFailure } from '@cicd/plugin';
import { plainLine } from '../finding/plain-text.ts';

/** What was read is no report. */
export const reportInvalid = (what: string, hint?: string): StepFailure =>
  new StepFailure({
    code: 'scan.report_invalid',
    message: `the scanner's report ${plainLine(what, 400)}`,
    hint: hint ?? 'The scan counts as failed, not as clean. What the scanner said is in the log.',
  });
