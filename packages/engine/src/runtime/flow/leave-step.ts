import { StepFailure, type Json, type JsonObject } from '@cicd/plugin';
import { evaluateCondition, resolveTemplate } from '../../expression/evaluate.ts';
import type { AttemptOutcome } from '../../run/commands.ts';
import { flowOutcome } from '../../run/flow-outcome.ts';
import { calledBy } from '../../run/inside.ts';
import type { Unit } from '../../run/run-index.ts';
import { largestEvent } from '../../store/stored-text.ts';
import { placePrefix } from '../prepared-step.ts';
import type { RunScope } from '../run-scope.ts';
import { tooManyTurns } from './too-many-turns.ts';

/** The most text that the outputs of one structured step may come to, in UTF-16 units of JSON: one event holds them. */
const maximumOutputs = (largestEvent * 3) / 4;

/** Whether a `while` has another turn. Errors: `expression.*`, `step.too_many_turns`. */
export function hasAnotherTurn(scope: RunScope, unit: Unit): boolean {
  const { entry, scopes } = unit.inside ?? { scopes: [] };
  const { condition } = unit.group.step.config;
  const bound = entry?.kind === 'while' ? entry.maxIterations : 0;
  const seen = scope.values.beforeTurn(unit).at(`${placePrefix(unit.state)}config.condition`);
  if (typeof condition !== 'string' || !evaluateCondition(condition, seen)) return false;
  if (scopes.length >= bound) throw tooManyTurns(bound, 'its condition still holds');
  return true;
}

/** What a structured step ends with. Errors: `expression.*` of a called pipeline's outputs, `step.output_invalid`. */
export function evaluateOutcome(scope: RunScope, unit: Unit): AttemptOutcome {
  const called = calledOutputs(scope, unit);
  const outcome = flowOutcome(unit, called && scope.masker.value(called));
  if (JSON.stringify(outcome.outputs ?? {}).length > maximumOutputs)
    throw new StepFailure({
      code: 'step.output_invalid',
      message: 'the results of the steps inside come to more than 3 MiB',
      hint: 'Let the steps inside store artifacts, and give out only what others read.',
    });
  return outcome;
}

function calledOutputs({ state, values }: RunScope, unit: Unit): JsonObject | undefined {
  const called = calledBy(state, unit);
  const [own] = unit.inside?.scopes ?? [];
  if (!called || !own || own.failed || unit.inside?.expired || state.index.ending.has(unit)) return undefined;
  const prefix = placePrefix(unit.state);
  const seen = values.in(own);
  return Object.fromEntries(
    Object.entries(called.outputs).map(([name, text]): [string, Json] => [
      name,
      resolveTemplate(text, seen.at(`${prefix}outputs.${name}`)),
    ]),
  );
}
