import { CicdError } from '@cicd/plugin';
import type { Masker } from '../masking/masker.ts';
import type { Place } from '../plan/plan.ts';
import type { RecordedError } from '../run/events.ts';

/** Where an error may come from: the prefix of the paths that its details name, and the places of those paths. */
export interface ErrorOrigin {
  readonly prefix: string;
  readonly places: Readonly<Record<string, Place>>;
}

/** An error as a run keeps it. What is not one of ours is `step.unexpected`: a defect of the step, with its message. */
export function recordError(error: unknown, masker: Masker, origin?: ErrorOrigin): RecordedError {
  if (!CicdError.isInstance(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      code: 'step.unexpected',
      message: masker.text(message),
      hint: 'The step did not expect this error; it is a defect of the step type or of the platform.',
    };
  }
  const place = origin && placeOf(error, origin);
  return {
    code: error.code,
    message: masker.text(error.message),
    ...(error.hint !== undefined && { hint: masker.text(error.hint) }),
    ...(place && { place }),
  };
}

function placeOf({ details }: CicdError, { prefix, places }: ErrorOrigin): RecordedError['place'] {
  if (typeof details['place'] !== 'string') return undefined;
  const path = details['place'].startsWith(prefix) ? details['place'].slice(prefix.length) : details['place'];
  const place = places[path];
  return place && { path, line: place.line, column: place.column };
}
