import type { CancelCause, RunState } from '@cicd/engine';
import { exitCode } from './exit.ts';

/** The exit code of what was asked to end. */
export const causeExitCode: Readonly<Record<CancelCause, number>> = {
  user: exitCode.interrupted,
  superseded: exitCode.interrupted,
  timeout: exitCode.timeout,
  hangup: exitCode.hangup,
  terminated: exitCode.terminated,
};

/** The exit code of a run that has ended, or that waits. */
export function runExitCode(state: RunState): number {
  if (state.cancel) return causeExitCode[state.cancel.cause];
  if (state.status === 'succeeded') return exitCode.ok;
  return state.status === 'waiting' ? exitCode.waiting : exitCode.failed;
}
