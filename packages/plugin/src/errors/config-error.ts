import { CicdError, type CicdErrorOptions } from './cicd-error.ts';
import type { Problem } from './problem.ts';

/** What the user wrote (file, flag, input) cannot be used: a list of problems, each with its place. */
export class ConfigError extends CicdError {
  readonly family = 'config';
  readonly problems: readonly Problem[];

  constructor(options: CicdErrorOptions & { readonly problems?: readonly Problem[] }) {
    super(options);
    this.problems = options.problems ?? [];
  }
}
