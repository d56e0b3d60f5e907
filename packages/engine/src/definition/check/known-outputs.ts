import type { JsonObject } from '@cicd/plugin';
import { isMap } from '../is-map.ts';
import type { WrittenStep } from '../schema/step-schema.ts';
import { staticOutputs } from '../step-outputs.ts';
import { flowKindOf } from './flow-kinds.ts';
import type { PipelineCheck } from './pipeline-check.ts';

type Properties = Readonly<Record<string, JsonObject>>;

/** A map of which every name is known: another one is a mistake. */
const closed = (properties: Properties): JsonObject => ({ type: 'object', properties, additionalProperties: false });
const anyMap: JsonObject = { type: 'object' };
const anything: JsonObject = {};

/**
 * Outputs of a step as far as its file says: name → JSON Schema. The `results` of a structured step are those of the
 * steps inside it, by their names.
 */
export function knownOutputs(check: PipelineCheck, written: WrittenStep): ReadonlyMap<string, JsonObject> {
  const found = check.outputs.get(written) ?? outputsOf(check, written);
  check.outputs.set(written, found);
  return found;
}

function outputsOf(check: PipelineCheck, written: WrittenStep): ReadonlyMap<string, JsonObject> {
  const definition = check.registry.find(written.type);
  const { config = {} } = written;
  const kind = flowKindOf(definition);
  const called = kind === 'call' && typeof config['pipeline'] === 'string' && check.callable.get(config['pipeline']);
  if (called) return called.outputs;
  const own = staticOutputs(definition, written);
  const results = resultsOf(check, kind, config);
  return results ? new Map([...own, ['results', { ...own.get('results'), ...results }]]) : own;
}

function resultsOf(
  check: PipelineCheck,
  kind: ReturnType<typeof flowKindOf>,
  config: Readonly<Record<string, unknown>>,
): JsonObject | undefined {
  switch (kind) {
    case 'foreach':
      return { type: 'array', items: resultsOfList(check, config['steps']) };
    case 'while':
    case 'parallel':
      return resultsOfList(check, config['steps']);
    case 'conditional': {
      const { routes } = config;
      const lists = [...Object.values(isMap(routes) ? routes : {}), config['default'] ?? []];
      return lists.map((list) => resultsOfList(check, list)).reduce(either, closed({}));
    }
    case 'call':
    case undefined:
      return undefined;
  }
}

/**
 * What the steps of a list leave, by their names: a list of steps, or the one step that stands for it. Of a list that is
 * wrong itself nothing is known.
 */
export function resultsOfList(check: PipelineCheck, list: unknown): JsonObject {
  const steps: readonly unknown[] = Array.isArray(list) ? list : [list];
  if (!steps.every(isNamedStep)) return anyMap;
  return closed(Object.fromEntries(steps.map((step) => [step.name, outcomeOf(check, step)])));
}

const isNamedStep = (step: unknown): step is WrittenStep =>
  isMap(step) && typeof step['name'] === 'string' && typeof step['type'] === 'string';

function outcomeOf(check: PipelineCheck, written: WrittenStep): JsonObject {
  // Of a type that there is not, nothing is known.
  const outputs = check.registry.find(written.type)
    ? closed(Object.fromEntries(knownOutputs(check, written)))
    : anything;
  return written.matrix === undefined ? outputs : { type: 'array', items: outputs };
}

/** Of the routes of a choice only one is taken: a step of the same name in two of them has the outputs of both. */
function either(one: JsonObject, other: JsonObject): JsonObject {
  const [some, others] = [one, other].map(({ properties, additionalProperties }) =>
    additionalProperties === false && isMap(properties) ? (properties as Properties) : undefined,
  );
  if (!some || !others)
    return one['type'] !== undefined && one['type'] === other['type'] ? { type: one['type'] } : anything;
  const joined = new Map(Object.entries(some));
  for (const [name, schema] of Object.entries(others)) {
    const before = joined.get(name);
    joined.set(name, before ? either(before, schema) : schema);
  }
  return closed(Object.fromEntries(joined));
}
