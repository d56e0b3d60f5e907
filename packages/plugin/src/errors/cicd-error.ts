import type { ErrorCode } from './codes/index.ts';

const marker = Symbol.for('cicd.error');

export type ErrorFamily = 'config' | 'step' | 'provider' | 'engine';

/** What every error of the platform is built from. Messages and details must not hold secrets: pass `redact`. */
export interface CicdErrorOptions {
  /** Stable, dotted: `artifact.not_found`. A plugin's own codes begin with `plugin.`. */
  readonly code: ErrorCode | `plugin.${string}`;
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly hint?: string | undefined;
  /** Whether the same call may succeed later without a change. Default false. */
  readonly retryable?: boolean | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
  /** Removes secrets from message and hint while the error is built. */
  readonly redact?: ((text: string) => string) | undefined;
}

/**
 * The base of every error. Recognise one with `CicdError.isInstance`, never with `instanceof`: the marker is
 * shared by every copy of this package in a process.
 */
export abstract class CicdError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  abstract readonly family: ErrorFamily;

  constructor(options: CicdErrorOptions) {
    const redact = options.redact ?? ((text: string) => text);
    super(redact(options.message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.hint = options.hint === undefined ? undefined : redact(options.hint);
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
    Object.defineProperty(this, marker, { value: true });
  }

  static isInstance(value: unknown): value is CicdError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}
