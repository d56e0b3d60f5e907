import { Type } from 'typebox';
import { closed, defineFlow, MaxIterations, StepList } from './define-flow.ts';

export const foreach = defineFlow({
  type: 'step.foreach',
  title: 'Steps for each item of a list',
  description: `Runs its steps once for each item. The steps read the item as \`item\` (or the name that \`as\` gives it) and its place,
from 0, as \`index\`. In logs and on the command line the second turn's step \`build\` is \`loop.1.build\`.

One turn follows the other and they share the workspace; with \`concurrency\` above 1 each turn has a copy of it, dropped
when the turn has ended. The first turn that fails ends the loop: no further one begins, and those that run come to
their end. With \`collect_errors\` every item has its turn, failed ones are listed in \`errors\`, and the step succeeds
with a warning.`,
  config: Type.Object(
    {
      items: Type.Array(Type.Unknown(), { description: 'The items: a list, or a template that yields one.' }),
      as: Type.String({
        pattern: '^[A-Za-z_][A-Za-z0-9_]{0,62}$',
        default: 'item',
        description: 'What the steps call the item.',
      }),
      steps: StepList({ description: 'The steps of a turn; each follows the one before it, as in a pipeline.' }),
      concurrency: Type.Integer({
        minimum: 1,
        maximum: 256,
        default: 1,
        description: 'How many turns run at the same time.',
      }),
      collect_errors: Type.Boolean({
        default: false,
        description: 'Whether a failed turn is listed instead of ending the loop.',
      }),
      max_iterations: MaxIterations(),
    },
    closed,
  ),
  outputs: Type.Object({
    results: Type.Array(Type.Object({}), {
      description: 'For each turn the outputs of its steps by their names, in the order of the items.',
    }),
    count: Type.Integer({ description: 'How many turns began.' }),
    errors: Type.Array(
      Type.Object({ index: Type.Integer(), step: Type.String(), code: Type.String(), message: Type.String() }),
      {
        description: 'With `collect_errors`, what failed: `index`, `step`, `code`, `message`.',
      },
    ),
  }),
  examples: [
    {
      title: 'Greet every region',
      yaml: `name: greet
type: step.foreach
config:
  items: [eu, us]
  as: region
  steps:
    - name: name
      type: step.set
      config: { values: { text: 'hello {{ region }}' } }
    - name: say
      type: step.log
      config: { message: '{{ index }}: {{ steps.name.text }}' }
`,
    },
    {
      title: 'Three at a time, and go on past what fails',
      yaml: `name: shards
type: step.foreach
config:
  items: [a, b, c, d]
  concurrency: 3
  collect_errors: true
  steps:
    - name: shard
      type: step.validate
      config: { strategy: required_fields, required_fields: [id], data: { id: '{{ item }}' } }
`,
    },
  ],
});
