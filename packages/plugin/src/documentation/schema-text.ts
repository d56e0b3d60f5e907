/** What the documentation reads of a JSON Schema. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly 'x-cicd'?: string;
}

/** The type of a field for people: `text`, `list of text`, `` `a` or `b` ``. */
export function formatSchemaType(schema: SchemaNode): string {
  if (schema['x-cicd'] === 'step') return 'step';
  if (schema.const !== undefined) return `\`${formatValue(schema.const)}\``;
  const choices = schema.enum
    ? schema.enum.map((value) => `\`${formatValue(value)}\``)
    : schema.anyOf?.map(formatSchemaType);
  if (choices) return choices.join(' or ');
  const values = Object.values(schema.patternProperties ?? {})[0];
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
      return 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'array':
      if (schema.items?.['x-cicd'] === 'step') return 'list of steps';
      return schema.items ? `list of ${formatSchemaType(schema.items)}` : 'list';
    case 'object':
      return values ? `map of names to ${formatSchemaType(values)}` : 'map';
    default:
      return 'any value';
  }
}

/** A value as YAML writes it in a line. */
export const formatValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
