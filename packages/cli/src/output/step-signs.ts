import { formatDuration } from '@cicd/plugin';
import type { StepState } from '@cicd/engine';
import { formatMoment } from './moment.ts';
import type { Style } from './problem-report.ts';

/** One sign and one colour for each status, the same everywhere. */
export function stepSign(step: StepState, style: Style): string {
  switch (step.status) {
    case 'succeeded':
      return style('green', '✓');
    case 'failed':
      return style('red', '✗');
    case 'cancelled':
      return style('yellow', '⊘');
    case 'skipped':
      return style('dim', '−');
    case 'running':
      return style('blue', '●');
    case 'waiting':
      return style('magenta', '◷');
    case 'unknown':
      return style('magenta', '?');
    case 'pending':
    case 'ready':
      return style('dim', '○');
  }
}

const skipReasons = {
  condition: 'its condition does not hold',
  selection: 'left out',
  upstream: 'a step it needs did not succeed',
  stopped: 'the run was ending',
} as const;

/** What stands behind a step's name: how long it took, or why it did not run. */
export function stepRemark(step: StepState, now: number): string {
  if (step.reason !== undefined) return `skipped: ${skipReasons[step.reason]}`;
  if (step.reused) return 'reused';
  if (step.retryAt !== undefined)
    return `attempt ${step.attempt} failed, the next one in ${formatDuration(Math.max(0, step.retryAt - now))}`;
  if (step.current?.delayed) return `held up: ${step.current.delayed.error.message}`;
  if (step.status === 'waiting') return waitingRemark(step);
  const attempt = step.attempt > 1 ? `, attempt ${step.attempt}` : '';
  if (step.startedAt === undefined) return '';
  return `${formatDuration((step.finishedAt ?? now) - step.startedAt)}${attempt}`;
}

function waitingRemark({ current, approval }: StepState): string {
  const wait = current?.wait;
  if (!wait) return 'waits';
  const until = `until ${formatMoment(wait.deadline)}`;
  if (wait.kind !== 'approval') return `waits ${until}`;
  const who = approval && approval.terms.approvers.length > 0 ? ` by ${approval.terms.approvers.join(', ')}` : '';
  return `waits for an approval${who}, ${until}`;
}

/** `test (timezone: UTC)`; inside another step `loop.3.test`. */
export function stepTitle(step: StepState): string {
  const name = step.parent === undefined ? step.name : step.key;
  return step.matrix === undefined ? name : `${name} (${matrixTitle(step)})`;
}

/** `timezone: UTC` */
export const matrixTitle = ({ matrix = {} }: StepState): string =>
  Object.entries(matrix)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
