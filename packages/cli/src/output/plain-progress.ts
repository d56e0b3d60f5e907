import type { RunEvent, RunState, StepState } from '@cicd/engine';
import { formatDuration, privilegeNames } from '@cicd/plugin';
import type { Style } from './problem-report.ts';
import { sourceTitle } from './run-header.ts';
import { stepRemark, stepSign, stepTitle } from './step-signs.ts';

const stepLine = (step: StepState | undefined, now: number, style: Style, remark?: string): string[] =>
  step ? [`${stepSign(step, style)} ${stepTitle(step)}${style('dim', `  ${remark ?? stepRemark(step, now)}`)}`] : [];

type AttemptEnd = Extract<RunEvent, { type: 'step.finished' | 'step.retry_scheduled' }>;

/** The state may be ahead of the event that is told. */
const begun = (step: StepState | undefined): StepState | undefined => step && { ...step, status: 'running' };

/** A step as it was when an attempt of it ended: by now the next one may run. */
function ended(step: StepState | undefined, event: AttemptEnd): StepState | undefined {
  if (!step) return undefined;
  const { retryAt: _next, ...then } = step;
  const { attempt, at: finishedAt } = event;
  // Begun anew with what is around it, it knows only its new beginning.
  const startedAt = Math.min(step.startedAt ?? finishedAt, finishedAt - event.durationMs);
  const own = { ...then, attempt, startedAt };
  return event.type === 'step.finished'
    ? { ...own, status: event.status, finishedAt }
    : { ...own, status: 'running', retryAt: event.until };
}

/** The lines that an event adds to a plain log of the run; mostly none. */
export function plainProgress(event: RunEvent, state: RunState, style: Style): string[] {
  switch (event.type) {
    case 'source.prepared': {
      const title = sourceTitle(event.source);
      return title ? [style('dim', `source: ${title}`)] : [];
    }
    case 'step.started':
      return stepLine(
        begun(state.steps.get(event.step)),
        event.at,
        style,
        event.attempt > 1 ? `attempt ${event.attempt} started` : 'started',
      );
    case 'step.finished':
    case 'step.retry_scheduled':
      return stepLine(ended(state.steps.get(event.step), event), event.at, style);
    case 'step.skipped':
    case 'step.reused':
    case 'step.delayed':
    case 'step.waiting':
      return stepLine(state.steps.get(event.step), event.at, style);
    case 'step.unknown':
      return [
        ...stepLine(state.steps.get(event.step), event.at, style, event.error.message),
        style('dim', `  cicd resolve ${state.id} ${event.step} succeeded|failed|again`),
      ];
    case 'run.rerun':
      return [style('dim', `attempt ${event.attempt} of the run`)];
    case 'run.compensation_started':
      return ['compensation'];
    case 'run.cancel_requested':
      return [
        style(
          'yellow',
          event.cause === 'timeout'
            ? 'the pipeline reached its timeout: ending'
            : 'cancelling; once more ends the always() steps too',
        ),
      ];
    case 'run.message_received':
      return [style('dim', messageLine(event))];
    case 'step.privileged':
      return [`${event.step} is granted ${privilegeNames(event.privileges).join(', ')}`];
    case 'run.created':
    case 'run.started':
    case 'run.finished':
    case 'run.workspace_removed':
    case 'source.failed':
    case 'step.admitted':
    case 'step.entered':
    case 'step.scope_opened':
    case 'step.scope_prepared':
    case 'step.expired':
    case 'step.created':
    case 'step.discarded':
    case 'step.checkpointed':
    case 'step.vote_cast':
    case 'step.resumed':
    case 'step.shell_opened':
      return [];
  }
}

function messageLine({ actor, content, error }: Extract<RunEvent, { type: 'run.message_received' }>): string {
  const what = 'step' in content ? `${content.type} ${content.step}` : content.type;
  return error ? `${what}, asked for by ${actor}: ${error.message}` : `${what}, asked for by ${actor}`;
}

/** The last line of a run: `succeeded in 2.1s`. */
export function runVerdict(state: RunState, style: Style): string {
  const colour = state.status === 'succeeded' ? 'green' : state.status === 'failed' ? 'red' : 'yellow';
  const took = formatDuration((state.finishedAt ?? state.createdAt) - (state.startedAt ?? state.createdAt));
  const warning = state.warning ? ', with failures that were allowed' : '';
  return `${style(colour, state.status)} in ${took}${warning}`;
}
