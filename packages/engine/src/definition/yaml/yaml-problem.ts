import type { ErrorCode } from '@cicd/plugin';

/** Something wrong with the YAML itself, at an offset of the text. */
export interface YamlProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly offset: number;
}
