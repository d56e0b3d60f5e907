import { styleText } from 'node:util';
import type { LogStore, RunState } from '@cicd/engine';
import { failedStepReport, failedSteps, repeatedLines, runErrorReport } from './failure-report.ts';
import { failedTestsReport } from './failed-tests-report.ts';
import { runVerdict } from './plain-progress.ts';
import type { Style } from './problem-report.ts';

/** How to go on with a run that failed: what it left is still there. */
const repairHint = (state: RunState, style: Style): string =>
  state.workspace ? style('dim', `; run what failed again: cicd rerun ${state.id}, with your changes: --update`) : '';

/** What stands at the end of a run: each failed step with its last output, the outputs of the pipeline, the verdict. */
export async function printRunReport(state: RunState, logs: LogStore, stream: NodeJS.WriteStream): Promise<void> {
  const style: Style = (format, text) => styleText(format, text, { stream });
  for (const step of failedSteps(state)) {
    const tail =
      step.attempt > 0 && step.log?.lines
        ? await logs.tail({ run: state.id, step: step.key, attempt: step.attempt }, repeatedLines)
        : [];
    stream.write(`\n${failedStepReport(state, step, tail, style)}\n`);
  }
  const tests = failedTestsReport(state, style);
  if (tests) stream.write(`\n${tests}\n`);
  const trouble = runErrorReport(state, style);
  if (trouble) stream.write(`\n${trouble}\n`);
  for (const [name, value] of Object.entries(state.outputs ?? {})) {
    stream.write(`${style('dim', `${name}:`)} ${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
  }
  if (state.status === 'waiting') {
    const { waitingReport } = await import('./waiting-report.ts');
    stream.write(`\n${waitingReport(state, style)}\n`);
  } else stream.write(`${runVerdict(state, style)}${repairHint(state, style)}\n`);
}
