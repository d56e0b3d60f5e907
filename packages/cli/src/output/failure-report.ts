import { stepsInOrder, type RecordedError, type RunState, type StepState } from '@cicd/engine';
import type { Style } from './problem-report.ts';
import { stepSign, stepTitle } from './step-signs.ts';

/** How much of a failed step's output is repeated. */
export const repeatedLines = 100;

function errorLines(error: RecordedError, file: string, style: Style): string[] {
  const place = error.place ? [style('dim', `  ${file}:${error.place.line}:${error.place.column}`)] : [];
  const hint = error.hint === undefined ? [] : [`  ${style('cyan', error.hint)}`];
  return [`  ${style('red', error.message)}  ${style('dim', error.code)}`, ...place, ...hint];
}

/** A failed step at the end of a run: its last output, what went wrong, where to read on. */
export function failedStepReport(state: RunState, step: StepState, tail: readonly string[], style: Style): string {
  const exit = step.exitCode === undefined ? '' : style('dim', `  exit code ${step.exitCode}`);
  const lines = [
    `${stepSign(step, style)} ${style('bold', stepTitle(step))}${exit}`,
    ...tail.map((line) => `  ${style('dim', '│')} ${line}`),
    ...(step.error ? errorLines(step.error, state.plan.file, style) : []),
    style('dim', `  cicd logs ${state.id} --step ${step.key}`),
  ];
  return lines.join('\n');
}

/** Trouble of the run itself: its source, its outputs, its deadline. */
export const runErrorReport = (state: RunState, style: Style): string =>
  state.error ? errorLines(state.error, state.plan.file, style).join('\n') : '';

/** The failed steps, in the order of the file. Of a step that failed because of one inside it, that one is told. */
export const failedSteps = (state: RunState): StepState[] =>
  stepsInOrder(state).filter(
    ({ status, error }) => status === 'unknown' || (status === 'failed' && error?.code !== 'step.inside_failed'),
  );
