import type { RunEvent } from '../run/events.ts';
import type { Group, Unit } from '../run/run-index.ts';
import type { RunScope } from './run-scope.ts';

export interface RunObserverOptions {
  readonly scope: RunScope;
  at(until: number, act: () => void): void;
  /** Stops what fills the workspace. */
  stopSource(): void;
  /** Makes a group's result visible to expressions. */
  record(group: Group): void;
  /** Work that the run's end waits for. */
  keep(work: Promise<void>): void;
}

/** What events ask for besides what stands on the agenda. */
export interface RunObserver {
  /** Called once the event is part of the state. */
  observe(event: RunEvent): void;
  /** Sets the timer of a structured step that is at work. */
  watchDeadline(unit: Unit): void;
}

export function createRunObserver({ scope, at, stopSource, record, keep }: RunObserverOptions): RunObserver {
  const { state, send, sandbox } = scope;
  const { index } = state;

  const watchDeadline = ({ state: { key, attempt, current } }: Unit) => {
    if (current?.deadline !== undefined) at(current.deadline, () => send({ type: 'expire', step: key, attempt }));
  };

  const afterStart = (unit: Unit) => {
    if (index.inside.has(unit)) watchDeadline(unit);
    // While it runs, the images of what comes next are fetched.
    for (const next of unit.group.dependents) sandbox.prepare(next.step);
  };

  const afterOpening = ({ inside }: Unit) => {
    for (const { step, unmet } of inside?.scopes.at(-1)?.groups.values() ?? []) if (unmet === 0) sandbox.prepare(step);
  };

  const afterAttempt = (unit: Unit) => {
    const dropped = scope.workspaces.ended(unit);
    if (dropped) keep(dropped);
  };

  const ofStep = (event: Extract<RunEvent, { step: string }>, unit: Unit) => {
    switch (event.type) {
      case 'step.started':
        return afterStart(unit);
      case 'step.scope_opened':
        return afterOpening(unit);
      case 'step.retry_scheduled':
        return afterAttempt(unit);
      case 'step.finished':
      case 'step.skipped':
      case 'step.reused':
        if (unit.group.outcome) record(unit.group);
        return afterAttempt(unit);
      default:
    }
  };

  return {
    observe(event) {
      if (event.type === 'run.cancel_requested') {
        if (state.mode === 'ending') stopSource();
        else at(event.deadline, () => send({ type: 'cancel', cause: event.cause }));
      }
      const unit = 'step' in event ? index.units.get(event.step) : undefined;
      if (unit && 'step' in event) ofStep(event, unit);
    },
    watchDeadline,
  };
}
