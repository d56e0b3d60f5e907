import { StepFailure } from '@cicd/plugin';

/** The reader of a tar stream gave up: it is none, or it ends too early. */
export const malformedArchive = (cause: unknown): StepFailure =>
  new StepFailure({
    code: 'archive.malformed',
    message: `The stream is not a whole tar archive: ${cause instanceof Error ? cause.message : String(cause)}.`,
    hint: 'Pack it again.',
    cause,
  });
