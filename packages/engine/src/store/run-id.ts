import { EngineError } from '@cicd/plugin';

/** A run's id becomes part of file, container and network names, so it is plain. */
const plain = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Below this length a text is a whole id or nothing. */
const shortestPrefix = 4;

/** Errors: `run.id_refused`. */
export function assertRunId(id: string): void {
  if (plain.test(id)) return;
  throw new EngineError({
    code: 'run.id_refused',
    message: 'A run id is not of the allowed shape.',
    hint: 'Use 1 to 128 letters, digits, dots, underscores and hyphens, beginning with a letter or digit.',
  });
}

/** Whether ids that begin with this text may be searched for. */
export function isRunIdPrefix(text: string): boolean {
  return text.length >= shortestPrefix && plain.test(text);
}
