import { ConfigError } from '@cicd/plugin';
import { runNotEnded } from '../store/run-errors.ts';
import { isStructured } from './inside.ts';
import type { Unit } from './run-index.ts';
import type { RunState } from './state.ts';

/** A step of a run that a shell can be opened in. Errors: `run.not_ended`, `run.step_unknown`, `run.workspace_gone`. */
export function stepForShell(state: RunState, named: string): Unit {
  const unit = state.index.units.get(named) ?? onlyMember(state, named);
  if (!unit || isStructured(unit)) throw noStep(state, named, unit);
  if (state.finishedAt === undefined && state.status !== 'waiting') throw runNotEnded(state.id, state.status);
  if (state.finishedAt !== undefined && !state.workspace) throw workspaceGone(state);
  return unit;
}

/** A matrix by its name, where it has one member. */
function onlyMember({ index }: RunState, name: string): Unit | undefined {
  const units = index.root.groups.get(name)?.units ?? [];
  return units.length === 1 ? units[0] : undefined;
}

function noStep({ id, index }: RunState, named: string, structured: Unit | undefined): ConfigError {
  const keys = [...index.units.values()].filter((unit) => !isStructured(unit)).map(({ state }) => state.key);
  const below = keys.filter((key) => key.startsWith(`${named}.`));
  const shown = (below.length > 0 ? below : keys).slice(0, 20).join(', ');
  return new ConfigError({
    code: 'run.step_unknown',
    message:
      structured || below.length > 0
        ? `${named} is not one step but several`
        : `the run ${id} has no step ${JSON.stringify(named)}`,
    hint: shown === '' ? 'Nothing of it has begun.' : `Name one of: ${shown}.`,
  });
}

/** The run has ended, and what its steps left is no longer there. */
export const workspaceGone = ({ id, status }: RunState): ConfigError =>
  new ConfigError({
    code: 'run.workspace_gone',
    message:
      status === 'failed'
        ? `the workspace of the run ${id} was removed: it is kept for a limited time, and while there is room`
        : `the workspace of the run ${id} is gone: only that of a run that failed is kept, and this one ${status === 'waiting' ? 'has none' : status}`,
    hint: `Make a new one by running the steps again: cicd rerun ${id} --clean`,
  });
