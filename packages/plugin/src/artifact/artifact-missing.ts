import { StepFailure } from '../errors/step-failure.ts';

/** The error of every store for a key that is not there: `artifact.not_found`, with the keys that are in `details.keys`. */
export function artifactMissing(executionId: string, key: string, keys: readonly string[]): StepFailure {
  const shown = keys.slice(0, 20).join(', ') + (keys.length > 20 ? `, and ${keys.length - 20} more` : '');
  return new StepFailure({
    code: 'artifact.not_found',
    message: `run ${executionId} has no artifact "${key}"`,
    hint: keys.length === 0 ? 'The run has stored no artifact.' : `It has: ${shown}.`,
    details: { executionId, key, keys },
  });
}
