import { Type } from 'typebox';
import { closed, defineFlow, MaxIterations, StepList } from './define-flow.ts';

export const whileStep = defineFlow({
  type: 'step.while',
  title: 'Steps as long as a condition holds',
  description: `Judges its condition, runs its steps when it holds, and judges it again. The condition sees what the step sees, and the
results of the last turn's steps, which are absent before the first: \`default(steps.poll.ready, false)\`. In condition
and steps, \`index\` is the number of the turn from 0, and \`last\` holds the outputs of the turn before, by step:
\`default(last.count.value, 0)\`.

A condition that still holds after \`max_iterations\` turns is an error of the step.`,
  config: Type.Object(
    {
      condition: Type.String({
        minLength: 1,
        description: 'Judged before each turn, written without braces, as in `if`.',
        'x-cicd': 'expression',
      }),
      steps: StepList({ description: 'The steps of a turn; each follows the one before it, as in a pipeline.' }),
      max_iterations: MaxIterations(),
    },
    closed,
  ),
  outputs: Type.Object({
    count: Type.Integer({ description: 'How many turns there were.' }),
    results: Type.Object({}, { description: "The outputs of the last turn's steps by their names." }),
  }),
  examples: [
    {
      title: 'Count to three',
      yaml: `name: count
type: step.while
config:
  condition: default(steps.next.value, 0) < 3
  steps:
    - name: next
      type: step.set
      config: { values: { value: '{{ default(last.next.value, 0) + 1 }}' } }
`,
    },
  ],
});
