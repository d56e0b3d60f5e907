import { Type } from 'typebox';
import { closed, defineFlow, StepList } from './define-flow.ts';

export const parallel = defineFlow({
  type: 'step.parallel',
  title: 'Steps at the same time',
  description: `Starts all its steps at once, but for those that name others of them in \`needs\`. It ends when the last of them
has ended, and fails when one of them has failed.

A step inside has everything that a step has (\`if\`, \`needs\`, \`retry\`, \`matrix\` …) and sees what the step around it
sees; from outside only the results of the whole are visible. The steps share the workspace. Their keys, in logs and on
the command line, are those of the step around and their own: \`checks.lint\`.`,
  config: Type.Object(
    {
      steps: StepList({ description: 'The steps; all start at once unless they name `needs` among themselves.' }),
      max_parallel: Type.Optional(Type.Integer({ minimum: 1, description: 'How many run at the same time.' })),
      fail_fast: Type.Optional(
        Type.Boolean({
          description: "Whether a failure ends the others that run. Default: the pipeline's `fail_fast`.",
        }),
      ),
    },
    closed,
  ),
  outputs: Type.Object({
    results: Type.Object({}, { description: 'The outputs of each step by its name; of a matrix, a list.' }),
  }),
  examples: [
    {
      title: 'Two checks side by side, then one that needs both',
      yaml: `name: checks
type: step.parallel
config:
  steps:
    - name: size
      type: step.set
      config: { values: { bytes: 1024 } }
    - name: style
      type: step.log
      config: { message: checked }
    - name: report
      needs: [size, style]
      type: step.log
      config: { message: 'all checked, {{ steps.size.bytes }} bytes' }
`,
    },
  ],
});
