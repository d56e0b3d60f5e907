import { StepFailure } from '../errors/step-failure.ts';

/** Names come from outside: an error shows no more of one than this. */
const shownName = 200;

/** `archive.entry_refused`: an entry may not be unpacked. `why` ends the sentence that begins with its name. */
export const entryRefused = (name: string, why: string): StepFailure =>
  new StepFailure({
    code: 'archive.entry_refused',
    message: `The archive entry ${JSON.stringify(name.slice(0, shownName))} ${why}.`,
    hint: 'Pack files, folders and links that stay inside the packed folder, each once, with relative paths.',
    details: { entry: name.slice(0, shownName) },
  });

/** `archive.too_large`: it is over a limit. */
export const archiveTooLarge = (message: string, name?: string): StepFailure =>
  new StepFailure({
    code: 'archive.too_large',
    message: `The archive is too large. ${message}`,
    hint: 'Pack less, or in several archives.',
    ...(name !== undefined && { details: { entry: name.slice(0, shownName) } }),
  });

/** `archive.malformed`: it is no tar archive, not a whole one, or one that programs read differently. */
export const archiveMalformed = (why: string, cause?: unknown): StepFailure =>
  new StepFailure({
    code: 'archive.malformed',
    message: `The stream is not a whole tar archive: ${why}.`,
    hint: 'Pack it again, as a plain tar archive that is not compressed.',
    cause,
  });

/** What the reader of tar streams says, as `archive.malformed`. */
export const malformedArchive = (cause: unknown): StepFailure =>
  archiveMalformed((cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, ''), cause);
