import { Type, type TSchemaOptions } from 'typebox';
import { byteSizePattern } from './byte-size.ts';
import { durationPattern } from './duration.ts';

/**
 * The keyword `x-cicd` tells the engine what a value of a step's configuration is for; validators ignore it.
 * - `command`: text of a shell. A template in it becomes a reference to an environment variable, never text.
 * - `condition`: CEL that is true or false, without braces, over what the run records. The step has it judged.
 * - `credential`: a secret may appear here, and only here. Put it on strings or on whole maps.
 * - `image`: the image the step's container runs; filled from the pipeline's `defaults.image`, pulled ahead.
 * - `artifact`: an artifact key that the step stores.
 * - `outputs`: a map; each of its keys is an output of the step.
 * - `literal`: text in which a template is refused: a value would become part of a statement.
 * - `reference`: on a field of the configuration itself; a text there is an expression, with or without its braces.
 * - `steps`: holds steps of the pipeline, which the engine checks and performs as such; each is a `step`.
 * - `expression`: CEL without braces that the engine evaluates.
 */
export const annotations = [
  'command',
  'condition',
  'credential',
  'image',
  'artifact',
  'outputs',
  'literal',
  'reference',
  'steps',
  'step',
  'expression',
] as const;

/** A string that a shell will read. */
export const CommandText = (options: TSchemaOptions = {}) =>
  Type.String({ minLength: 1, ...options, 'x-cicd': 'command' });

/** A condition, to be judged by the step with `ctx.judge`. */
export const Condition = (options: TSchemaOptions = {}) =>
  Type.String({ minLength: 1, ...options, 'x-cicd': 'condition' });

/** A string that may hold a secret. */
export const Credential = (options: TSchemaOptions = {}) => Type.String({ ...options, 'x-cicd': 'credential' });

/** The image a step's container runs. */
export const Image = (options: TSchemaOptions = {}) => Type.String({ minLength: 1, ...options, 'x-cicd': 'image' });

/** Text that is taken as it is written, such as SQL. */
export const LiteralText = (options: TSchemaOptions = {}) =>
  Type.String({ minLength: 1, ...options, 'x-cicd': 'literal' });

/** A value, or what it is called: `steps.fetch.body` is `{{ steps.fetch.body }}`. */
export const Reference = (options: TSchemaOptions = {}) => Type.Unknown({ ...options, 'x-cicd': 'reference' });

/** A duration in Go's form, `1h30m`; read it with `parseDuration`. */
export const Duration = (options: TSchemaOptions = {}) => Type.String({ pattern: durationPattern, ...options });

export const ByteSizePattern = byteSizePattern;

/** A size, `512MiB` or bytes; read it with `parseByteSize`. */
export const ByteSize = (options: TSchemaOptions = {}) =>
  Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: byteSizePattern })], options);
