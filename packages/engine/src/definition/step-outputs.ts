import type { AnyStepDefinition, JsonObject } from '@cicd/plugin';
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

/** Outputs of a step: its type's, and those that the pipeline declares for it. */
export function staticOutputs(
  definition: AnyStepDefinition | undefined,
  written: WrittenStep['outputs'],
): ReadonlyMap<string, JsonObject> {
  const fixed = outputsOfType(definition);
  return written === undefined ? fixed : new Map([...fixed, ...Object.entries(declaredOutputs(written))]);
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
