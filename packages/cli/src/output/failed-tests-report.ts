import { stepsInOrder, type RunState, type StepState } from '@cicd/engine';
import type { Json, JsonObject } from '@cicd/plugin';
import type { Style } from './problem-report.ts';
import { stepTitle } from './step-signs.ts';
import { tamed } from './tamed.ts';

/** The failed tests of all steps, each with what it said; empty when none failed. */
export const failedTestsReport = (state: RunState, style: Style): string =>
  stepsInOrder(state)
    .flatMap((step) => testsOf(step, style))
    .join('\n');

function testsOf(step: StepState, style: Style): string[] {
  const tests = step.outputs?.['tests'];
  if (!isMap(tests) || !Array.isArray(tests['failures']) || typeof tests['failed'] !== 'number') return [];
  const failures = tests['failures'].filter(isMap);
  const { failed } = tests;
  if (failures.length === 0) return [];
  const more = failed - failures.length;
  return [
    style('bold', `${failed} failed ${failed === 1 ? 'test' : 'tests'} in ${stepTitle(step)}`),
    ...failures.map(({ suite, name, message }) => {
      const title = [suite, name].filter(isText).join(' › ');
      const said = isText(message) ? `  ${style('dim', tamed(message))}` : '';
      return `  ${style('red', '✗')} ${tamed(title)}${said}`;
    }),
    ...(more > 0 ? [style('dim', `  … and ${more} more`)] : []),
  ];
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';

const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
