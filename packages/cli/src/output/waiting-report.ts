import { pendingApprovals, type RunState } from '@cicd/engine';
import { approvalReport, decisionCommands } from './approval-report.ts';
import { formatMoment } from './moment.ts';
import type { Style } from './problem-report.ts';
import { stepSign, stepTitle } from './step-signs.ts';

/** What a run waits for that was left waiting, how to decide it, and how to go on. */
export function waitingReport(state: RunState, style: Style): string {
  const pending = pendingApprovals(state);
  const asked = pending.flatMap((each) => [approvalReport(state, each, style), decisionCommands(state, each, style)]);
  const unknown = [...state.steps.values()].filter(({ status }) => status === 'unknown');
  const lost = unknown.flatMap((step) => [
    `${stepSign(step, style)} ${style('bold', stepTitle(step))}: ${step.error?.message ?? 'its end is not known'}`,
    style('dim', `  cicd resolve ${state.id} ${step.key} succeeded|failed|again`),
  ]);
  const others = [...state.steps.values()].flatMap((step) => {
    const wait = step.status === 'waiting' ? step.current?.wait : undefined;
    if (!wait || pending.some((each) => each.step === step)) return [];
    return [`${stepSign(step, style)} ${style('bold', stepTitle(step))} waits until ${formatMoment(wait.deadline)}`];
  });
  return [
    ...asked,
    ...lost,
    ...others,
    `The run waits without a process. Go on, once ${pending.length + lost.length > 0 ? 'it is decided' : 'its time has come'}: cicd resume ${state.id}`,
  ].join('\n');
}
