import { Type } from 'typebox';
import { defineStep, Duration, Reference, StepFailure, type Json } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { runJq } from './run-jq.ts';

/** Bytes. Outputs become part of the run's history, which is read often. */
const maxOutput = 2 ** 20;

export const jq = defineStep({
  type: 'step.jq',
  title: 'Query a value with jq',
  description:
    'Runs a [jq](https://jqlang.org/manual/v1.8/) 1.8 expression on a value. It runs in a thread of this process that sees no file, no network and no environment, and is ended at the timeout; it may take 256 MiB of memory and write 1 MiB. A value belongs into `variables`, not into the text of the expression: there it could become code.',
  category: 'general',
  config: Type.Object(
    {
      expression: Type.String({ minLength: 1, maxLength: 65_536, description: 'The jq program.' }),
      input_from: Reference({
        default: null,
        description: 'What it is run on: `steps.fetch.body`, a template, or the value itself.',
      }),
      variables: Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.Unknown(), {
        ...closed,
        default: {},
        description: 'Values that the expression reads as `$name`.',
      }),
      timeout: Duration({ default: '30s', description: 'When it is ended.' }),
    },
    closed,
  ),
  outputs: Type.Object(
    {
      result: Type.Unknown({ description: 'The first result; null when there is none.' }),
      results: Type.Array(Type.Unknown(), { description: 'Every result, in order.' }),
    },
    closed,
  ),
  recovery: 'repeat',
  examples: [
    {
      title: 'Who has an open task',
      yaml: `name: owners
type: step.jq
config:
  input_from:
    tasks: [{ owner: Ada, open: true }, { owner: Ben, open: false }]
  expression: '[.tasks[] | select(.open) | .owner]'
`,
    },
    {
      title: 'A value of the pipeline in an expression',
      yaml: `name: affordable
type: step.jq
config:
  input_from: [{ name: cup, price: 4 }, { name: plate, price: 7 }]
  expression: 'map(select(.price <= $most).name)'
  variables: { most: 5 }
`,
    },
  ],
  async run(ctx) {
    const { expression, input_from: input, variables } = ctx.config;
    const output = await runJq(
      {
        expression,
        input: JSON.stringify(input),
        variables: Object.fromEntries(
          Object.entries(variables as Record<string, Json>).map(([name, value]) => [name, JSON.stringify(value)]),
        ),
        maxOutput,
      },
      ctx.signal,
    );
    const results = output === '' ? [] : output.split('\n').map(parse);
    return { outputs: { result: results[0] ?? null, results } };
  },
});

/** `@raw` output and whole numbers beyond a double are no JSON values that a run can keep. */
function parse(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch (cause) {
    throw new StepFailure({ code: 'jq.failed', message: `jq wrote what is not JSON: ${line.slice(0, 80)}`, cause });
  }
}
