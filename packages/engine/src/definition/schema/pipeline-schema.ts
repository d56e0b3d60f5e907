import { Duration } from '@cicd/plugin';
import { Type, type Static } from 'typebox';
import { InputSchema } from './input-schema.ts';
import { identifierPattern, Name, variablePattern } from './names.ts';
import { Closed, MapOf, OneOrMore } from './shapes.ts';
import { Source } from './source-schema.ts';
import { onErrorChoices, StepSchema } from './step-schema.ts';

/** Kept as data: what a trigger means is decided where it is served. */
const Trigger = Type.Object(
  { type: Type.Enum(['manual', 'http', 'schedule', 'webhook', 'event']) },
  { description: 'What starts the pipeline.' },
);

/** One pipeline as it may be written. */
export const PipelineSchema = Closed(
  {
    name: Type.Optional(Name({ description: 'Default: its key under `pipelines`, or the name of the file.' })),
    description: Type.Optional(Type.String()),
    inputs: Type.Optional(
      MapOf(InputSchema, {
        propertyNames: { pattern: identifierPattern },
        description: 'Values that a run is started with.',
      }),
    ),
    trigger: Type.Optional(OneOrMore(Trigger)),
    env: Type.Optional(
      MapOf(Type.String(), {
        propertyNames: { pattern: variablePattern },
        description: 'Variables for every container.',
      }),
    ),
    defaults: Type.Optional(
      Closed({
        image: Type.Optional(Type.String({ minLength: 1, description: 'The image of steps that name none.' })),
        timeout: Type.Optional(Duration({ description: 'The timeout of steps that name none.' })),
      }),
    ),
    timeout: Type.Optional(Duration({ description: 'Longest duration of a run.' })),
    on_error: Type.Optional(
      Type.Enum(onErrorChoices, { description: 'What the failure of a step does. Default stop.' }),
    ),
    fail_fast: Type.Optional(
      Type.Boolean({ description: 'Whether a failure cancels the steps that run. Default false.' }),
    ),
    concurrency: Type.Optional(
      Closed({
        group: Type.String({ minLength: 1, description: 'At most one live run per group.' }),
        cancel_in_progress: Type.Optional(
          Type.Boolean({ description: 'Whether a new run cancels the live one. Default false.' }),
        ),
      }),
    ),
    environment: Type.Optional(Type.String()),
    source: Type.Optional(Source),
    steps: Type.Array(StepSchema, {
      minItems: 1,
      description: 'In order; each needs the one before unless it says otherwise.',
    }),
    compensation: Type.Optional(
      Type.Array(StepSchema, { description: 'Run in reverse when a step fails with `on_error: compensate`.' }),
    ),
    outputs: Type.Optional(
      MapOf(Type.String(), {
        propertyNames: { pattern: identifierPattern },
        description: 'Values that the run ends with.',
      }),
    ),
  },
  { description: 'A pipeline.' },
);

export type WrittenPipeline = Static<typeof PipelineSchema>;
