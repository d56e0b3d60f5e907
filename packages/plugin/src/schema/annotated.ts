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
 */
export const annotations = ['command', 'condition', 'credential', 'image', 'artifact', 'outputs'] as const;

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

/** A duration in Go's form, `1h30m`; read it with `parseDuration`. */
export const Duration = (options: TSchemaOptions = {}) => Type.String({ pattern: durationPattern, ...options });

export const ByteSizePattern = byteSizePattern;

/** A size, `512MiB` or bytes; read it with `parseByteSize`. */
export const ByteSize = (options: TSchemaOptions = {}) =>
  Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: byteSizePattern })], options);
