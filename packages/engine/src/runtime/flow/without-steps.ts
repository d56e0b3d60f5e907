import { Type, type TSchema } from 'typebox';

const made = new WeakMap<TSchema, TSchema>();

/** The schema of a structured step's own settings: what holds steps is part of the plan, and checked already. */
export function withoutSteps(schema: TSchema): TSchema {
  let settings = made.get(schema);
  if (!settings) made.set(schema, (settings = withoutAnnotated(schema)));
  return settings;
}

function withoutAnnotated(schema: TSchema): TSchema {
  const { properties = {}, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, TSchema>>;
    readonly required?: readonly string[];
  };
  const kept = Object.entries(properties).filter(
    ([, property]) => !('x-cicd' in property && property['x-cicd'] === 'steps'),
  );
  const names = kept.map(([name]) => name);
  return Type.Unsafe({
    ...schema,
    properties: Object.fromEntries(kept),
    required: required.filter((name) => names.includes(name)),
  });
}
