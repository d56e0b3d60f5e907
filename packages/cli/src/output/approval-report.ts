import type { PendingApproval, RunState } from '@cicd/engine';
import { describeJudgement, type Judgement } from '@cicd/plugin';
import { formatMoment } from './moment.ts';
import type { Style } from './problem-report.ts';
import { stepSign, stepTitle } from './step-signs.ts';
import { tamed } from './tamed.ts';

/** What a step shows the people who decide. */
interface Shown {
  readonly message?: string;
  readonly conditions: readonly Judgement[];
}

/** Message and conditions, as far as the step that asks has given them in this shape. */
export function shownBy({ approval }: PendingApproval): Shown {
  const { message, conditions } = approval.data ?? {};
  return {
    ...(typeof message === 'string' && { message }),
    conditions: Array.isArray(conditions) ? (conditions as readonly Judgement[]) : [],
  };
}

function whoDecides({ approval: { terms, votes } }: PendingApproval): string {
  const who = terms.approvers.length > 0 ? ` by ${terms.approvers.map(tamed).join(', ')}` : '';
  const count = terms.required > 1 ? `, ${votes.length} of ${terms.required}` : '';
  return `an approval${who}${count}`;
}

/** What waits for a decision: who may decide and until when, the message, the conditions. */
export function approvalReport(state: RunState, pending: PendingApproval, style: Style): string {
  const { step, approval } = pending;
  const { message, conditions } = shownBy(pending);
  const images = Object.entries(approval.subject.images).map(([name, digest]) => `${name}: ${digest}`);
  return [
    `${stepSign(step, style)} ${style('bold', stepTitle(step))} of ${state.pipeline} waits for ${whoDecides(pending)}, until ${formatMoment(approval.deadline)}`,
    ...(message?.split(/\r?\n/).map((line) => `  ${tamed(line)}`) ?? []),
    ...conditions.map((each) => `  ${style(each.holds ? 'green' : 'yellow', tamed(describeJudgement(each)))}`),
    ...images.map((line) => `  ${style('dim', tamed(line))}`),
    ...approval.votes.map(({ by, verdict, comment = '' }) => `  ${tamed(`${by}: ${verdict} ${comment}`)}`),
  ].join('\n');
}

/** How to decide, and how to go on. */
export const decisionCommands = (state: RunState, { step }: PendingApproval, style: Style): string =>
  [style('dim', `  cicd approve ${state.id} ${step.key}`), style('dim', `  cicd reject ${state.id} ${step.key}`)].join(
    '\n',
  );

/** The same as data: a shape that others rely on. */
export function approvalJson(state: RunState, pending: PendingApproval): object {
  const { step, approval } = pending;
  const { message, conditions } = shownBy(pending);
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
  return {
    run: state.id,
    pipeline: state.pipeline,
    step: step.key,
    asked_by: state.actor,
    asked_at: iso(approval.askedAt),
    deadline: iso(approval.deadline),
    message: message ?? null,
    conditions,
    approvers: approval.terms.approvers,
    required_approvals: approval.terms.required,
    votes: approval.votes.map(({ by, verdict, comment, at }) => ({
      by,
      verdict,
      comment: comment ?? null,
      at: iso(at),
    })),
    digest: approval.digest,
    images: approval.subject.images,
  };
}
