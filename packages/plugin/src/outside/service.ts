import type { TSchema } from 'typebox';
import type { Json } from '../schema/json.ts';

/** One call of a service. */
export interface ServiceCall {
  /** Stable for one attempt of a step, also after a crash: by it a service recognises a call that it has seen. */
  readonly key: string;
  readonly run: string;
  /** Aborted at cancel and at the step's deadline. */
  readonly signal: AbortSignal;
}

/** Work that a plugin or the embedding program offers to pipelines, by name. */
export interface Service {
  /** `release-notes`: small letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  readonly description: string;
  /** A JSON Schema of what it takes. Default: anything. */
  readonly input?: TSchema;
  /** Whether a call may be made again with the same key when nobody knows how it ended. Default false. */
  readonly repeatable?: boolean;
  /** What it throws fails the step; a `CicdError` keeps its code and hint. */
  call(input: Json, call: ServiceCall): Promise<Json>;
}
