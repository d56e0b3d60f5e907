import { Duration } from '@cicd/plugin';
import { Type, type Static } from 'typebox';
import { identifierPattern, Name } from './names.ts';
import { Closed, MapOf, OneOrMore } from './shapes.ts';

export const onErrorChoices = ['stop', 'skip', 'continue', 'compensate'] as const;
const outputTypes = ['string', 'integer', 'number', 'boolean', 'list', 'map'] as const;

const Condition = (description: string) => Type.Union([Type.String({ minLength: 1 }), Type.Boolean()], { description });

const RetrySchema = Closed(
  {
    max_attempts: Type.Integer({ minimum: 1, maximum: 100, description: 'Attempts in all; 1 is no retry.' }),
    delay: Type.Optional(Duration({ description: 'Wait before the second attempt. Default 1s.' })),
    backoff: Type.Optional(
      Type.Number({ minimum: 1, maximum: 100, description: 'Factor of each further wait. Default 1.' }),
    ),
    max_delay: Type.Optional(Duration({ description: 'Longest wait. Default 5m.' })),
    on: Type.Optional(
      OneOrMore(Type.Enum(['failure', 'timeout']), { description: 'What is tried again. Default failure.' }),
    ),
  },
  { description: 'Tries a failed step again. Never for errors of configuration.' },
);

const Combination = MapOf(Type.Unknown(), { propertyNames: { pattern: identifierPattern } });

const MatrixSchema = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  description: 'One run of the step per combination of the values; at most 256.',
  properties: {
    include: Type.Array(Combination, {
      description: 'Values added to the combinations they fit, or combinations of their own.',
    }),
    exclude: Type.Array(Combination, { description: 'Combinations that are left out.' }),
    max_parallel: Type.Integer({ minimum: 1, description: 'How many run at the same time.' }),
  },
  propertyNames: { pattern: identifierPattern },
  additionalProperties: Type.Union(
    [Type.Array(Type.Unknown(), { minItems: 1 }), Type.String({ pattern: '^\\s*\\{\\{' })],
    {
      description: 'The values of one axis: a list, or a template over inputs that yields one.',
    },
  ),
});

const OutputDeclaration = Type.Union(
  [Type.Enum(outputTypes), Closed({ type: Type.Enum(outputTypes), description: Type.Optional(Type.String()) })],
  {
    description: 'The type of the output.',
  },
);

/** One step as it may be written; `config` is checked by the schema of its type. */
export const StepSchema = Closed(
  {
    name: Name({ description: 'Unique in the pipeline: lower case letters, digits, `-` and `_`, 63 at most.' }),
    type: Type.String({ description: 'The type of the step.' }),
    description: Type.Optional(Type.String()),
    needs: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], {
        description: 'Steps that must have ended well. Without it: the step written before; [] starts at once.',
      }),
    ),
    if: Type.Optional(Condition('The step runs when this condition holds.')),
    skip_if: Type.Optional(Condition('The step is skipped when this condition holds.')),
    matrix: Type.Optional(MatrixSchema),
    retry: Type.Optional(RetrySchema),
    timeout: Type.Optional(Duration({ description: 'Longest duration of an attempt.' })),
    on_error: Type.Optional(
      Type.Enum(onErrorChoices, { description: "What a failure does; overrides the pipeline's." }),
    ),
    workspace: Type.Optional(
      Type.Enum(['shared', 'copy', 'none'], {
        description: "The run's workspace, a copy of it, or none. Default shared; copy for a matrix.",
      }),
    ),
    environment: Type.Optional(Type.String()),
    outputs: Type.Optional(
      MapOf(OutputDeclaration, {
        propertyNames: { pattern: identifierPattern },
        description: 'Outputs that the commands of this step write.',
      }),
    ),
    config: Type.Optional(MapOf(Type.Unknown(), { description: 'What the type of step wants.' })),
  },
  { description: 'One step.' },
);

export type WrittenStep = Static<typeof StepSchema>;
