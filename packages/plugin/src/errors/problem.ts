/** One thing wrong in a file, with its place. Lines and columns count from 1. */
export interface Problem {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Where in the document: `pipelines.release.steps[0].config.commands[1]`. */
  readonly path?: string;
}
