import { ConfigError, type ErrorCode } from '@cicd/plugin';
import type { ExpressionProblem } from './scope.ts';

export type ExpressionCode = Extract<ErrorCode, `expression.${string}`>;

/** A stretch of a text, in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface TypedProblem extends ExpressionProblem {
  readonly code: ExpressionCode;
}

/** The sentence for braces that are not ours: `docker ps --format '{{.Names}}'`. */
export const foreignBraces = "Braces that another program is to read are written `\\{{` or `{{ '{{' }}`.";

export function errorAt(span: Span, code: ExpressionCode, message: string, hint?: string): TypedProblem {
  return {
    code,
    severity: 'error',
    message,
    ...(hint === undefined ? {} : { hint }),
    offset: span.offset,
    length: span.length,
  };
}

export function warningAt(span: Span, code: ExpressionCode, message: string, hint?: string): TypedProblem {
  return { ...errorAt(span, code, message, hint), severity: 'warning' };
}

/** For a text that should have been checked before: it cannot be compiled at all. */
export function problemError(problem: TypedProblem): ConfigError {
  return new ConfigError({ code: problem.code, message: problem.message, hint: problem.hint, problems: [problem] });
}
