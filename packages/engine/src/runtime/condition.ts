import { evaluateCondition } from '../expression/evaluate.ts';
import type { RunCommand } from '../run/commands.ts';
import { statusFunctions } from '../run/ready.ts';
import type { Unit } from '../run/run-index.ts';
import { placePrefix } from './prepared-step.ts';
import { recordError } from './recorded-error.ts';
import type { RunScope } from './run-scope.ts';

/** The verdict on a step's condition, now and after a cancel; or that a value is missing. */
export function judgeStep({ state, values, masker }: RunScope, unit: Unit): RunCommand {
  const { key, matrix } = unit.state;
  const { condition, places } = unit.group.step;
  if (!condition) return { type: 'judge', step: key, verdict: true, survivesCancel: false };
  const prefix = placePrefix(unit.state);
  const status = statusFunctions(state, key);
  try {
    const seen = values.in(unit.group.scope).at(`${prefix}${condition.negated ? 'skip_if' : 'if'}`, matrix);
    const holds = (cancelled: boolean) =>
      evaluateCondition(condition.expression, { ...seen, status: { ...status, cancelled } }) !== condition.negated;
    const verdict = holds(status.cancelled);
    return { type: 'judge', step: key, verdict, survivesCancel: verdict && condition.usesStatus && holds(true) };
  } catch (error) {
    return { type: 'fail_condition', step: key, error: recordError(error, masker, { prefix, places }) };
  }
}
