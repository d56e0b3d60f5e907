import { Type } from 'typebox';
import { closed, defineFlow, StepList } from './define-flow.ts';

/** A name, and the way from it: `inputs.stage`, `steps.detect.language`, `item['kind']`. */
const namePattern = String.raw`^\.?[A-Za-z_]\w*(\.[A-Za-z_]\w*|\[('[^']*'|"[^"]*"|\d+)\])*$`;

export const conditional = defineFlow({
  type: 'step.conditional',
  title: 'One of several routes',
  description: `Takes the route whose name is the value of \`field\` or \`expression\`; exactly one is taken. A number or true and false is
compared by its text. Where no route has that name it takes \`default\`; without one the step fails and lists the routes.
A route is a list of steps or a single step, and may be empty: \`{ none: [] }\`.

A step that shall run after one route only has \`if: steps.NAME.route == 'prod'\`.`,
  config: Type.Object(
    {
      field: Type.Optional(
        Type.String({
          pattern: namePattern,
          description: 'The name whose value chooses, without braces: `inputs.stage`. This or `expression`.',
          'x-cicd': 'expression',
        }),
      ),
      expression: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'CEL whose value chooses, without braces. This or `field`.',
          'x-cicd': 'expression',
        }),
      ),
      routes: Type.Record(
        Type.String(),
        Type.Union([StepList({ minItems: 0 }), Type.Object({}, { 'x-cicd': 'step', description: 'One step.' })]),
        {
          minProperties: 1,
          description: 'Steps by the value that leads to them: a list, or one step.',
          'x-cicd': 'steps',
        },
      ),
      default: Type.Optional(
        Type.Union([StepList({ minItems: 0 }), Type.Object({}, { 'x-cicd': 'step', description: 'One step.' })], {
          description: 'Steps for every other value: a list, or one step.',
          'x-cicd': 'steps',
        }),
      ),
    },
    closed,
  ),
  outputs: Type.Object({
    route: Type.String({ description: 'The route that was taken; `default` where none had the name.' }),
    results: Type.Object({}, { description: "The outputs of the route's steps by their names." }),
  }),
  examples: [
    {
      title: 'A route for each stage',
      yaml: `name: announce
type: step.conditional
config:
  expression: "run.attempt > 1 ? 'again' : 'first'"
  routes:
    first:
      - name: hello
        type: step.log
        config: { message: first attempt }
    again: { name: once-more, type: step.log, config: { message: once more } }
`,
    },
  ],
});
