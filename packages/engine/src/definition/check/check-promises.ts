import { checkEnvironment } from './check-environment.ts';
import type { DocumentPath } from '../document-path.ts';
import type { CheckedStep } from './checked-step.ts';
import { withInnerSteps } from './inner-steps.ts';
import type { ProblemList } from '../problem-list.ts';
import type { WrittenPipeline } from '../schema/pipeline-schema.ts';

/** What is written well, but would not be done. */
export function checkPromises(
  written: Partial<WrittenPipeline>,
  steps: readonly CheckedStep[],
  compensation: readonly CheckedStep[],
  path: DocumentPath,
  problems: ProblemList,
): void {
  checkEnvironment(written.environment, path, problems);
  for (const step of compensation) {
    if (step.written.needs === undefined) continue;
    problems.report({
      code: 'pipeline.unknown_key',
      path: [...step.path, 'needs'],
      at: 'key',
      message: 'a step of `compensation` has no `needs`',
      hint: 'Remove it: the list is run in reverse order.',
    });
  }
  const asking = [{ written, path }, ...withInnerSteps(steps)].find((each) => each.written.on_error === 'compensate');
  if (!asking || compensation.length > 0) return;
  problems.report({
    code: 'pipeline.compensation_missing',
    severity: 'warning',
    path: [...asking.path, 'on_error'],
    message: '`on_error: compensate` without a `compensation` list only stops the run',
    hint: 'Add `compensation:` with steps, or write `on_error: stop`.',
  });
}
