import { CicdError } from '@cicd/plugin';
import type { Masker } from '../../masking/masker.ts';
import type { RunCommand } from '../../run/commands.ts';
import { calledBy } from '../../run/inside.ts';
import type { Unit } from '../../run/run-index.ts';
import type { FlowEntry } from '../../run/scope.ts';
import { placePrefix } from '../prepared-step.ts';
import { recordError } from '../recorded-error.ts';
import type { RunScope } from '../run-scope.ts';
import { evaluateEntry } from './enter-step.ts';
import { evaluateOutcome, hasAnotherTurn } from './leave-step.ts';

/** The intent of a structured step: it takes no place, for those inside it take theirs. */
export function startCommand({ state, ports }: RunScope, unit: Unit): RunCommand {
  const timeout = unit.group.step.timeout ?? calledBy(state, unit)?.timeout;
  return {
    type: 'start',
    step: unit.state.key,
    token: ports.identity.token(),
    ...(timeout !== undefined && { deadline: ports.clock.now() + timeout }),
  };
}

/** What a structured step asked for, evaluated; or that it could not be. */
export function flowCommand(scope: RunScope, unit: Unit, asked: 'enter' | 'turn' | 'leave'): RunCommand {
  const { key, attempt } = unit.state;
  const of = { step: key, attempt };
  try {
    if (asked === 'enter') return { type: 'enter', ...of, entry: masked(evaluateEntry(scope, unit), scope.masker) };
    if (asked === 'turn' && hasAnotherTurn(scope, unit)) return { type: 'turn', ...of };
    return { type: 'finish', ...of, outcome: evaluateOutcome(scope, unit) };
  } catch (cause) {
    const origin = { prefix: placePrefix(unit.state), places: unit.group.step.places };
    const error = recordError(cause, scope.masker, origin);
    return { type: 'finish', ...of, outcome: { status: 'failed', cause: causeOf(cause), error } };
  }
}

/** A loop that does not end may end the next time; what cannot be evaluated cannot be then either. */
const causeOf = (cause: unknown) =>
  CicdError.isInstance(cause) && cause.code === 'step.too_many_turns' ? 'failure' : 'configuration';

function masked(entry: FlowEntry, masker: Masker): FlowEntry {
  if (entry.kind === 'foreach') return { ...entry, items: masker.value(entry.items) };
  return entry.kind === 'call' ? { ...entry, inputs: masker.value(entry.inputs) } : entry;
}
