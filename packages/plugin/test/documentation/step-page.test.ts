import { expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { defineStep, stepPage } from '../../src/index.ts';

const step = defineStep({
  type: 'step.sample',
  title: 'Do a thing',
  description: 'It does a thing.',
  category: 'general',
  config: Type.Object(
    {
      level: Type.Union([Type.Literal('a'), Type.Literal('b')], { default: 'a', description: 'How | much.' }),
      size: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
      env: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Type.String()),
      files: Type.Array(Type.Object({ path: Type.String({ description: 'Where.' }) })),
    },
    { additionalProperties: false },
  ),
  outputs: Type.Object({}),
  declaresOutputs: true,
  recovery: 'repeat',
  examples: [{ title: 'One', yaml: 'name: one\n' }],
  run: () => Promise.resolve({ outputs: {} }),
});

it('a step page shows every field, nested ones too, the outputs, the recovery and the examples', () => {
  expect(stepPage(step)).toBe(`# \`step.sample\`: Do a thing

It does a thing.

## Configuration

| field | type | default | meaning |
|---|---|---|---|
| \`level\` | \`a\` or \`b\` | \`a\` | How \\| much. |
| \`size\` | whole number or text |  |  |
| \`env\` | map of names to text | required |  |
| \`files\` | list of map | required |  |
| \`files[].path\` | text | required | Where. |

## Outputs

It has no outputs.

Further outputs are those that the pipeline declares for the step under \`outputs:\`.

## After a crash

It is run again. It has no effect outside the run.

## Example

One:

\`\`\`yaml
name: one
\`\`\`
`);
});
