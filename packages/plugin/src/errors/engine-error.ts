import { CicdError } from './cicd-error.ts';

/**
 * Trouble of the platform or its host (engine down, disk full, a broken promise of ours), not of the user's step.
 * With `retryable` the runtime pauses and tries again without consuming an attempt.
 */
export class EngineError extends CicdError {
  readonly family = 'engine';
}
