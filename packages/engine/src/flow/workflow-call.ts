import { Type } from 'typebox';
import { closed, defineFlow } from './define-flow.ts';

export const workflowCall = defineFlow({
  type: 'step.workflow_call',
  title: 'Another pipeline as a step',
  description: `Runs the steps of another pipeline of the same file inside this step, in the same run and workspace. It is given its
\`inputs\`, checked by their declarations: when the file is checked as far as they are written out, the rest when the step
starts. Its \`outputs\` are the step's outputs.

The pipeline called sees its inputs, its own \`env\` and the secrets it names, nothing of its caller. Its \`timeout\`,
\`fail_fast\`, \`on_error\` and \`compensation\` hold inside; its \`trigger\`, \`source\` and \`concurrency\` mean nothing here. A
pipeline cannot call itself, not by way of others either, and calls go at most 8 deep.`,
  config: Type.Object(
    {
      pipeline: Type.String({ minLength: 1, description: 'The name of a pipeline of this file.' }),
      inputs: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description: 'Values for its inputs, by name; templates are resolved when the step starts.',
        }),
      ),
    },
    closed,
  ),
  outputs: Type.Object({}, { description: 'The outputs that the pipeline declares.' }),
  examples: [
    {
      title: 'Call the pipeline `greet` of the same file',
      yaml: `name: welcome
type: step.workflow_call
config:
  pipeline: greet
  inputs: { name: world }
`,
    },
  ],
});
