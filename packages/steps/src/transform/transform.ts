import { Type } from 'typebox';
import { ConfigError, defineStep, Reference, type Json, type Problem } from '@cicd/plugin';
import { closed } from '../schema/fields.ts';
import { applyOperation } from './apply-operation.ts';
import { operation, operationFaults, type Operation } from './operation.ts';

export const transform = defineStep({
  type: 'step.transform',
  title: 'Reshape a value',
  description:
    'Takes a value through operations, one after the other. `extract` goes to a part of it, `map` makes each item of a list into another value (a value that is no list is mapped itself), `filter` keeps some items of a list, `convert` changes a type. What a path does not find is an error in `extract` and `convert`, null in `map`, and absent in `filter`. For more than this, see [jq](jq.md).',
  category: 'general',
  config: Type.Object(
    {
      input_from: Reference({ description: 'The value: `steps.fetch.body`, a template, or the value itself.' }),
      operations: Type.Array(operation, {
        minItems: 1,
        maxItems: 100,
        description: 'What is done to it, in this order.',
      }),
    },
    closed,
  ),
  outputs: Type.Object({ result: Type.Unknown({ description: 'The value after the last operation.' }) }, closed),
  recovery: 'repeat',
  examples: [
    {
      title: 'Names and prices of what is in stock',
      yaml: `name: stock
type: step.transform
config:
  input_from:
    items:
      - { name: cup, price: '4.50', count: 12 }
      - { name: plate, price: '7.00', count: 0 }
  operations:
    - { type: extract, path: items }
    - { type: filter, path: count, comparison: greater, value: 0 }
    - { type: map, fields: { product: name, price: price } }
    - { type: convert, path: '[*].price', to: number }
`,
    },
  ],
  check: ({ operations }) => problemsOf(operations),
  async run(ctx) {
    const { input_from: input, operations } = ctx.config;
    const [problem] = problemsOf(operations);
    if (problem)
      throw new ConfigError({
        ...problem,
        code: 'step.config_invalid',
        message: `${problem.path ?? ''}: ${problem.message}`,
      });
    const result = operations.reduce(
      (value, each, index) => applyOperation(value, each, `operations[${index}]`),
      input as Json,
    );
    return { outputs: { result } };
  },
});

function problemsOf(operations: readonly Operation[]): readonly Problem[] {
  return operations.flatMap((written, index) =>
    operationFaults(written).map(({ key, message, hint }) => ({
      code: 'step.config_invalid',
      severity: 'error' as const,
      message,
      hint,
      path: `operations[${index}].${key}`,
    })),
  );
}
