import { isMap } from './is-map.ts';

type SchemaLike = Readonly<Record<string, unknown>>;

/** Keywords that hold schemas of values: by name, and in lists. */
const named = ['properties', 'patternProperties'];
const single = ['items', 'additionalProperties', 'contains'];
const unions = ['anyOf', 'oneOf', 'allOf'];

/** What stands for a template, and for a step inside a step. */
export interface SchemaParts {
  readonly template: SchemaLike;
  readonly step: SchemaLike;
}

/**
 * A configuration's schema as an editor should have it: a text that holds a template is accepted wherever a value
 * is, what only we read (`x-cicd`) is left out, and what has a default may be missing, as may an image, for which the
 * pipeline may have one.
 */
export function templatedSchema(schema: unknown, parts: SchemaParts): unknown {
  return withTemplates(schema, parts, false);
}

function withTemplates(schema: unknown, parts: SchemaParts, isValue: boolean): unknown {
  if (!isMap(schema)) return schema;
  if (schema['x-cicd'] === 'step') return parts.step;
  // Steps are written out: nothing inside is a value, but what the step's own schema says.
  const isNested = schema['x-cicd'] !== 'steps';
  const isTemplated = isValue && isNested && schema['x-cicd'] !== 'expression';
  const { 'x-cicd': _annotation, ...inner } = schema as Record<string, unknown>;
  for (const keyword of named) {
    if (isMap(inner[keyword]))
      inner[keyword] = Object.fromEntries(
        Object.entries(inner[keyword]).map(([key, child]) => [key, withTemplates(child, parts, isNested)]),
      );
  }
  for (const keyword of single)
    if (isMap(inner[keyword])) inner[keyword] = withTemplates(inner[keyword], parts, isNested);
  for (const keyword of unions)
    if (Array.isArray(inner[keyword]))
      inner[keyword] = inner[keyword].map((branch: unknown) => withTemplates(branch, parts, false));
  if (Array.isArray(inner['required'])) {
    const required = inner['required'].filter(
      (key) => !isFilledIn((schema['properties'] as SchemaLike | undefined)?.[String(key)]),
    );
    if (required.length > 0) inner['required'] = required;
    else delete inner['required'];
  }
  if (!isTemplated || acceptsAnyText(inner)) return inner;
  const { description, default: byDefault, ...rest } = inner;
  return {
    ...(description === undefined ? {} : { description }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    anyOf: [rest, parts.template],
  };
}

const isFilledIn = (schema: unknown) => isMap(schema) && (schema['x-cicd'] === 'image' || 'default' in schema);

function acceptsAnyText(schema: SchemaLike): boolean {
  if (Object.keys(schema).every((key) => key === 'description' || key === 'default')) return true;
  return (
    schema['type'] === 'string' &&
    !['pattern', 'enum', 'const', 'format', 'maxLength'].some((keyword) => keyword in schema)
  );
}
