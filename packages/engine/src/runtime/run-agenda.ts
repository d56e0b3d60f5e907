import type { AgendaItem, Unit } from '../run/run-index.ts';
import { judgeStep } from './condition.ts';
import { flowCommand } from './flow/perform-flow.ts';
import type { RunAttempts, WaitCommand } from './run-attempts.ts';
import type { RunScope, Sent } from './run-scope.ts';
import type { RunTimers } from './run-timers.ts';

/** What the state asks to be performed next, in its order. */
export interface RunAgenda {
  /** Whether it is being worked off at this moment. */
  readonly isAtWork: boolean;
  /** Performs what has come since the last call. */
  workOff(): void;
  /** Sends what may end a step's wait. */
  resume(step: string, command: WaitCommand): Sent;
}

export interface RunAgendaOptions {
  readonly scope: RunScope;
  readonly attempts: RunAttempts;
  readonly timers: RunTimers;
  /** Resolves when everything decided so far is stored. */
  flushed(): Promise<void>;
  isLost(): boolean;
}

export function createRunAgenda({ scope, attempts, timers, flushed, isLost }: RunAgendaOptions): RunAgenda {
  const { send } = scope;
  const { index } = scope.state;
  let position = 0;
  let working = false;

  const resume = (step: string, command: WaitCommand): Sent => {
    const unit = index.units.get(step);
    return unit && !isLost() ? attempts.resume(unit, command) : send(command);
  };

  const waitFor = ({ state: { key, status, current } }: Unit) => {
    const wait = status === 'waiting' ? current?.wait : undefined;
    // A later wait of the same step has a timer of its own.
    const isSame = () => index.units.get(key)?.state.current?.wait === wait;
    if (wait) timers.at(wait.deadline, () => isSame() && resume(key, { type: 'resume', step: key, kind: 'timer' }));
  };

  const attend = (kind: AgendaItem['kind'], unit: Unit) => {
    switch (kind) {
      case 'judge':
        if (index.judging.has(unit)) send(judgeStep(scope, unit));
        return;
      case 'start':
        return attempts.start(unit);
      case 'retry':
        if (unit.state.retryAt !== undefined) timers.at(unit.state.retryAt, () => attempts.start(unit));
        return;
      case 'wait':
        return waitFor(unit);
      case 'end':
        // Only when the request is stored: a run that was taken over is not to be touched from here.
        flushed().then(
          () => attempts.cancel(unit),
          () => {
            // Given up.
          },
        );
        return;
      case 'enter':
      case 'turn':
      case 'leave':
        if (index.asked.get(unit) === kind) send(flowCommand(scope, unit, kind));
        return;
    }
  };

  return {
    get isAtWork() {
      return working;
    },
    workOff() {
      if (working) return;
      working = true;
      try {
        for (let item = index.agenda[position]; item; item = index.agenda[position]) {
          position += 1;
          const unit = index.units.get(item.step);
          if (unit) attend(item.kind, unit);
        }
      } finally {
        working = false;
      }
    },
    resume,
  };
}
