import type { CancelCause, RunState } from '@cicd/engine';
import { exitCode } from './exit.ts';

const causes: Readonly<Record<CancelCause, number>> = {
  user: exitCode.interrupted,
  superseded: exitCode.interrupted,
  timeout: exitCode.timeout,
  hangup: exitCode.hangup,
  terminated: exitCode.terminated,
};

/** The exit code of a run that has ended, or that waits. */
export function runExitCode(state: RunState): number {
  if (state.cancel) return causes[state.cancel.cause];
  if (state.status === 'succeeded') return exitCode.ok;
  return state.status === 'waiting' ? exitCode.waiting : exitCode.failed;
}
