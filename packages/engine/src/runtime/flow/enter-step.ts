import { ConfigError, StepFailure, type Json, type JsonObject, type Problem } from '@cicd/plugin';
import { resolveTemplate, resolveValue } from '../../expression/evaluate.ts';
import { compileCalled } from '../../plan/compile-called.ts';
import { readInputs } from '../../plan/read-inputs.ts';
import { calledBy } from '../../run/inside.ts';
import type { Unit } from '../../run/run-index.ts';
import type { FlowEntry } from '../../run/scope.ts';
import { largestEvent } from '../../store/stored-text.ts';
import { validateConfig } from '../config-validation.ts';
import { placePrefix } from '../prepared-step.ts';
import type { RunScope } from '../run-scope.ts';
import { tooManyTurns } from './too-many-turns.ts';
import { withoutSteps } from './without-steps.ts';

/** The most text that the items of one loop may come to, in UTF-16 units of JSON: they are stored in one event. */
const maximumItems = largestEvent / 2;

interface Settings {
  readonly max_parallel?: number;
  readonly fail_fast?: boolean;
  readonly items?: readonly Json[];
  readonly concurrency?: number;
  readonly collect_errors?: boolean;
  readonly max_iterations?: number;
  readonly field?: string;
  readonly expression?: string;
  readonly inputs?: JsonObject;
}

/**
 * What a structured step goes by. Errors: `expression.*`, `step.config_invalid`, `step.too_many_turns`,
 * `step.route_missing`, `step.inputs_invalid`.
 */
export function evaluateEntry(scope: RunScope, unit: Unit): FlowEntry {
  const { step } = unit.group;
  const prefix = placePrefix(unit.state);
  const values = scope.values.in(unit.group.scope);
  const at = (place: string) => values.at(`${prefix}${place}`, unit.state.matrix);
  const { config: schema } = scope.ports.steps.get(step.type);
  const resolved = resolveValue(step.config, at('config'), `${prefix}config`);
  const settings = validateConfig(withoutSteps(schema), resolved) as Settings;
  switch (step.flow?.kind) {
    case 'parallel':
      return {
        kind: 'parallel',
        ...(settings.max_parallel !== undefined && { maxParallel: settings.max_parallel }),
        ...(settings.fail_fast !== undefined && { failFast: settings.fail_fast }),
      };
    case 'foreach':
      return foreachEntry(settings);
    case 'while':
      return { kind: 'while', maxIterations: settings.max_iterations ?? 0 };
    case 'conditional': {
      const key = settings.field === undefined ? 'expression' : 'field';
      const value = resolveTemplate(`{{ ${settings[key] ?? ''} }}`, at(`config.${key}`));
      return { kind: 'conditional', route: routeOf(step.flow, value) };
    }
    case 'call':
      return { kind: 'call', inputs: inputsOfCall(scope, unit, settings.inputs ?? {}) };
    case undefined:
      throw new TypeError(`${step.name} is no structured step`);
  }
}

function foreachEntry({ items = [], concurrency = 1, collect_errors, max_iterations = 0 }: Settings): FlowEntry {
  if (items.length > max_iterations) throw tooManyTurns(max_iterations, `there are ${items.length} items`);
  if (JSON.stringify(items).length > maximumItems)
    throw new ConfigError({
      code: 'step.config_invalid',
      message: 'the items come to more than 2 MiB',
      hint: 'Loop over names or indices, and let the steps fetch the rest.',
    });
  return { kind: 'foreach', items, concurrency, collectErrors: collect_errors ?? false };
}

function routeOf(
  { routes, default: otherwise }: { readonly routes: Readonly<Record<string, unknown>>; readonly default?: unknown },
  value: Json,
): string {
  if (typeof value === 'object')
    throw new StepFailure({
      code: 'step.route_missing',
      message: `a route is chosen by text, a number or true and false, not by ${Array.isArray(value) ? 'a list' : 'a map'}`,
      hint: 'Take one value of it.',
    });
  const route = String(value);
  if (Object.hasOwn(routes, route)) return route;
  if (otherwise !== undefined) return 'default';
  throw new StepFailure({
    code: 'step.route_missing',
    message: `there is no route for \`${route}\``,
    hint: `The routes are ${Object.keys(routes).join(', ')}; \`default\` takes what is left.`,
  });
}

function inputsOfCall(scope: RunScope, unit: Unit, given: JsonObject): JsonObject {
  const called = calledBy(scope.state, unit);
  if (!called) throw new TypeError(`${unit.state.name} calls a pipeline that is not in the plan`);
  const { inputs, problems } = readInputs(called, given);
  const found: Problem[] = [...problems];
  if (found.length === 0) compileCalled(called, inputs, (problem) => found.push(problem));
  if (found.length === 0) return inputs;
  throw new ConfigError({
    code: 'step.inputs_invalid',
    message: `\`${called.name}\` cannot be called: ${found.map(({ message }) => message).join('; ')}`,
    hint: `Its inputs are ${Object.keys(called.inputs).join(', ')}.`,
  });
}
