import type { Unit } from '../../run/run-index.ts';

/**
 * Which workspace a shell finds. `none`: the step has none. `run`: the run's, which the step worked in. `instead`: the
 * run's as well, but the step had a copy of its own, which ended with it.
 */
export type ShellWorkspace = 'none' | 'run' | 'instead';

export function shellWorkspace({ group }: Unit): ShellWorkspace {
  const { step, scope } = group;
  if (step.workspace === 'none') return 'none';
  const around = scope.parent ? shellWorkspace(scope.parent) : 'run';
  if (around === 'none') return 'none';
  const entry = scope.parent?.inside?.entry;
  const ofTurn = entry?.kind === 'foreach' && entry.concurrency > 1;
  return step.workspace === 'copy' || ofTurn ? 'instead' : around;
}
