import type { AnyStepDefinition, StepRecovery } from '../step/step-definition.ts';
import { formatSchemaType, formatValue, type SchemaNode } from './schema-text.ts';

const afterCrash: Readonly<Record<StepRecovery, string>> = {
  adopt: 'Its container goes on while nobody looks, and is found again: nothing runs twice and no output is lost.',
  repeat: 'It is run again. It has no effect outside the run.',
  reconcile: 'The outside world is asked how far the step came, before anything else happens.',
  never: 'Nobody can know how far it came: the run waits until a person decides.',
};

/** A step's page of the reference, in Markdown, generated from its definition alone. */
export function stepPage(step: AnyStepDefinition): string {
  const sections = [
    `# \`${step.type}\`: ${step.title}`,
    step.description,
    section('Configuration', configTable(step.config)),
    section(
      'Outputs',
      outputTable(step.outputs),
      step.declaresOutputs
        ? 'Further outputs are those that the pipeline declares for the step under `outputs:`.'
        : undefined,
    ),
    section('After a crash', step.afterCrash ?? afterCrash[step.recovery]),
    section(
      step.examples.length === 1 ? 'Example' : 'Examples',
      ...step.examples.map(({ title, yaml }) => `${title}:\n\n\`\`\`yaml\n${yaml.trimEnd()}\n\`\`\``),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

const section = (title: string, ...paragraphs: readonly (string | undefined)[]) =>
  [`## ${title}`, ...paragraphs.filter((paragraph) => paragraph !== undefined)].join('\n\n');

interface Field {
  readonly path: string;
  readonly schema: SchemaNode;
  readonly required: boolean;
}

function configTable(schema: SchemaNode): string {
  const rows = fieldsOf(schema, '').map(({ path, schema: field, required }) => {
    const fallback = field.default === undefined ? (required ? 'required' : '') : `\`${formatValue(field.default)}\``;
    return [`\`${path}\``, formatSchemaType(field), fallback, field.description ?? ''];
  });
  return rows.length === 0 ? 'It has no configuration.' : table(['field', 'type', 'default', 'meaning'], rows);
}

function outputTable(schema: SchemaNode): string {
  const rows = fieldsOf(schema, '').map(({ path, schema: field }) => [
    `\`${path}\``,
    formatSchemaType(field),
    field.description ?? '',
  ]);
  return rows.length === 0 ? (schema.description ?? 'It has no outputs.') : table(['output', 'type', 'meaning'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** The fields of an object, those of the objects in its lists after their list: `artifacts_in`, `artifacts_in[].key`. */
function fieldsOf(schema: SchemaNode, prefix: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const required = schema.required?.includes(name) ?? false;
    const inner =
      field.type === 'array' && field.items ? fieldsOf(field.items, `${path}[].`) : fieldsOf(field, `${path}.`);
    return [{ path, schema: field, required }, ...inner];
  });
}
