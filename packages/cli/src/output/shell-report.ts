import type { RunShell } from '@cicd/engine';
import type { Style } from './problem-report.ts';

/** What a person must know before the first command: where they are, and what is otherwise than in the step. */
export function shellReport(run: string, { step, workspace, withheld }: RunShell, style: Style): string {
  const where = {
    run: 'in the workspace of the run',
    instead: 'in the workspace of the run; the copy that the step worked in ended with it',
    none: 'without a workspace, as the step',
  }[workspace];
  const lines = [
    `${style('bold', `shell like ${step.key}`)}  ${style('dim', `${run}  ${where}`)}`,
    ...(withheld.length > 0
      ? [`${style('yellow', 'without')} ${withheld.join(', ')}: secrets are given only with --with-secrets`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}
