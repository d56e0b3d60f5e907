import type { AnyStepDefinition, JsonObject } from '@cicd/plugin';
import { isMap } from './is-map.ts';
import type { WrittenStep } from './schema/step-schema.ts';

const schemas: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  list: { type: 'array' },
  map: { type: 'object' },
};

/** `version: string` and `version: { type: string }` as JSON Schemas. */
export function declaredOutputs(written: WrittenStep['outputs']): Readonly<Record<string, JsonObject>> {
  if (typeof written !== 'object' || written === null) return {};
  return Object.fromEntries(
    Object.entries(written).map(([name, declared]) => {
      const { type, description }: { type: string; description?: string } =
        typeof declared === 'string' ? { type: declared } : (declared ?? { type: 'string' });
      return [name, { ...schemas[type], ...(description === undefined ? {} : { description }) }];
    }),
  );
}

/** Outputs of a step: its type's, those that its configuration names, and those that the pipeline declares for it. */
export function staticOutputs(
  definition: AnyStepDefinition | undefined,
  written: Pick<WrittenStep, 'outputs' | 'config'>,
): ReadonlyMap<string, JsonObject> {
  const fixed = outputsOfType(definition);
  const named = namedOutputs(definition, written.config);
  if (written.outputs === undefined && named.length === 0) return fixed;
  return new Map([...fixed, ...named, ...Object.entries(declaredOutputs(written.outputs))]);
}

/** The keys of the maps that the type marks as `outputs`; of their values nothing is known. */
function namedOutputs(
  definition: AnyStepDefinition | undefined,
  config: unknown,
): readonly (readonly [string, JsonObject])[] {
  const { properties = {} } = (definition?.config ?? {}) as { readonly properties?: Readonly<Record<string, object>> };
  if (!isMap(config)) return [];
  return Object.entries(properties).flatMap(([key, schema]) => {
    const values = config[key];
    const isMarked = 'x-cicd' in schema && schema['x-cicd'] === 'outputs';
    return isMarked && isMap(values) ? Object.keys(values).map((name) => [name, {}] as const) : [];
  });
}

const byType = new WeakMap<AnyStepDefinition, ReadonlyMap<string, JsonObject>>();
const none: ReadonlyMap<string, JsonObject> = new Map();

function outputsOfType(definition: AnyStepDefinition | undefined): ReadonlyMap<string, JsonObject> {
  if (definition === undefined) return none;
  let outputs = byType.get(definition);
  if (!outputs) {
    outputs = new Map(
      Object.entries(
        (definition.outputs as { readonly properties?: Readonly<Record<string, JsonObject>> }).properties ?? {},
      ),
    );
    byType.set(definition, outputs);
  }
  return outputs;
}
