import type { ExpressionProblem } from '../scope.ts';

export interface RewrittenCommand {
  /** The command with references in place of templates. */
  readonly text: string;
  /** Variable name → template, `{{ … }}`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly ExpressionProblem[];
}

export function rewriteCommand(_text: string, _firstIndex: number): RewrittenCommand {
  throw new Error('being written');
}
