import { Type } from 'typebox';
import { defineStep, type JsonObject } from '@cicd/plugin';
import { closed } from './schema/fields.ts';

export const set = defineStep({
  type: 'step.set',
  title: 'Set values',
  description:
    'Makes each of its values an output of the step: a value that several steps need is computed once, in one place.',
  category: 'general',
  config: Type.Object(
    {
      values: Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' }), Type.Unknown(), {
        ...closed,
        description: 'Outputs by name.',
        'x-cicd': 'outputs',
      }),
    },
    closed,
  ),
  outputs: Type.Record(Type.String(), Type.Unknown(), { description: 'The values, by their names.' }),
  recovery: 'repeat',
  examples: [
    {
      title: 'Name a release once',
      yaml: 'name: release\ntype: step.set\nconfig:\n  values:\n    image: registry.example.com/shop\n    replicas: 3\n    regions: [eu, us]\n',
    },
  ],
  run: (ctx) => Promise.resolve({ outputs: ctx.config.values as JsonObject }),
});
