import { Type, type Static } from 'typebox';
import { Closed } from './shapes.ts';

const inputTypes = ['string', 'integer', 'number', 'boolean', 'list', 'map', 'array', 'object'] as const;

/** The declaration of one input. `array` and `object` are other words for `list` and `map`. */
export const InputSchema = Closed(
  {
    type: Type.Enum(inputTypes, { description: 'The type of the value.' }),
    description: Type.Optional(Type.String()),
    default: Type.Optional(Type.Unknown({ description: 'The value when none is given.' })),
    required: Type.Optional(
      Type.Boolean({ description: 'Whether a value must be given. Default: true without a default.' }),
    ),
    enum: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1, description: 'The values allowed.' })),
    pattern: Type.Optional(
      Type.String({
        maxLength: 1_000,
        description: 'A regular expression that text must match; anchor it with ^ and $.',
      }),
    ),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
  },
  { description: 'A value that a run is started with.' },
);

export type WrittenInput = Static<typeof InputSchema>;
