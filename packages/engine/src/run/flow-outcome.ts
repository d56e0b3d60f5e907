import { formatDuration, type Json, type JsonObject } from '@cicd/plugin';
import type { AttemptOutcome } from './commands.ts';
import type { Unit } from './run-index.ts';
import type { GroupState, ScopeState } from './state.ts';
import type { Inside } from './scope.ts';

/** What a structured step comes to, when nothing inside it is open. A called pipeline's own outputs are `outputs`. */
export function flowOutcome(unit: Unit, outputs: JsonObject = flowOutputs(unit)): AttemptOutcome {
  const { inside, state } = unit;
  if (inside?.expired) {
    const { startedAt = 0, deadline = 0 } = state.current ?? {};
    const error = {
      code: 'step.timeout',
      message: `the step reached its timeout of ${formatDuration(deadline - startedAt)}`,
      hint: 'Raise `timeout`, or find out which step inside takes so long.',
    };
    return { status: 'failed', cause: 'timeout', error, outputs };
  }
  if (inside?.failure) {
    const { step, error, configuration } = inside.failure;
    return {
      status: 'failed',
      cause: configuration ? 'configuration' : 'failure',
      error: { code: 'step.inside_failed', message: `${step} failed: ${error.message}` },
      outputs,
    };
  }
  return { status: 'succeeded', outputs };
}

function flowOutputs({ inside }: Unit): JsonObject {
  if (!inside?.entry) return {};
  const { entry, scopes } = inside;
  const last = scopes.at(-1);
  const results = last ? resultsOf(last) : {};
  switch (entry.kind) {
    case 'foreach':
      return { results: scopes.map(resultsOf), count: scopes.length, errors: collectedErrors(inside) };
    case 'while':
      return { results, count: scopes.length };
    case 'conditional':
      return { route: entry.route, results };
    case 'parallel':
      return { results };
    case 'call':
      return {};
  }
}

const collectedErrors = ({ collected }: Inside): Json =>
  collected.map(({ turn, failure: { step, error } }) => ({
    index: turn,
    step,
    code: error.code,
    message: error.message,
  }));

/** The outputs of the steps of a scope by their names; of a matrix, a list by member. What did not run is absent. */
export const resultsOf = (scope: ScopeState): JsonObject =>
  Object.fromEntries([...scope.groups].flatMap(([name, group]) => resultOf(name, group)));

function resultOf(name: string, { step, members }: GroupState): [string, Json][] {
  if (step.matrix) return [[name, members.map(({ outputs }) => outputs ?? {})]];
  const [only] = members;
  return only?.outputs ? [[name, only.outputs]] : [];
}
