import { parse } from '@bufbuild/cel';
import { errorAt, type TypedProblem } from '../problem.ts';
import { findGoTemplate } from './go-template.ts';

/** A node of the syntax tree: the message `cel.expr.Expr`. */
export type Expression = ReturnType<typeof parse>['expr'];

export interface ParsedExpression {
  readonly source: string;
  readonly root: Expression;
  /** Where a node stands in `source`, in UTF-16 units; a selection stands at its dot, an index at its bracket. */
  offsetOf(expression: Expression): number;
  /** Whether a name was written with a leading dot; the parser drops it. */
  isDotted(expression: Expression): boolean;
}

/** Longer expressions belong into a step. */
const maximumLength = 4096;

export function parseExpression(source: string): ParsedExpression | { readonly problem: TypedProblem } {
  const whole = { offset: 0, length: source.length };
  if (source.length > maximumLength)
    return { problem: errorAt(whole, 'expression.too_long', `An expression has at most ${maximumLength} characters.`) };
  if (source.trim() === '')
    return { problem: errorAt(whole, 'expression.syntax', 'An expression is missing between the braces.') };
  const go = findGoTemplate(source);
  if (go !== undefined) return { problem: errorAt(whole, 'expression.go_template', go.message, go.hint) };
  try {
    return parsed(source, parse(source));
  } catch (error) {
    return { problem: syntaxProblem(source, error) };
  }
}

function parsed(source: string, tree: ReturnType<typeof parse>): ParsedExpression {
  const positions = tree.sourceInfo?.positions ?? {};
  const offsetOf = (expression: Expression) => positions[expression.id.toString()] ?? 0;
  return { source, root: tree.expr, offsetOf, isDotted: (expression) => startsWithDot(source, offsetOf(expression)) };
}

/** The parser gives the names that a macro makes the place of the macro's own dot, `list.map(…)`. */
function startsWithDot(source: string, offset: number): boolean {
  return source[offset] === '.' && !/[\w)\]}'"]$/.test(source.slice(0, offset).trimEnd());
}

function syntaxProblem(source: string, error: unknown): TypedProblem {
  const whole = { offset: 0, length: source.length };
  if (error instanceof RangeError)
    return errorAt(whole, 'expression.too_long', 'This expression is nested too deeply.');
  const { location, found } = error as { location?: { start: { offset: number } }; found?: string };
  if (location === undefined)
    return errorAt(whole, 'expression.syntax', `This is not CEL: ${(error as Error).message}.`);
  const { offset } = location.start;
  if (found === undefined) {
    const word = /^\w+/.exec(source.slice(offset))?.[0] ?? source;
    return errorAt(
      { offset, length: word.length },
      'expression.syntax',
      `\`${word}\` is a reserved word of CEL.`,
      `In brackets it is a name: \`['${word}']\`.`,
    );
  }
  const rest = source.slice(offset).trim();
  const message = rest === '' ? 'The expression ends too early.' : `This is not CEL from \`${rest}\` on.`;
  return errorAt(
    { offset, length: Math.max(1, source.length - offset) },
    'expression.syntax',
    message,
    syntaxHint(source),
  );
}

function syntaxHint(source: string): string {
  if (/(?<![=!<>])=(?!=)/.test(source)) return 'Compare with `==`; an expression cannot assign.';
  if (/\b(and|or|not)\b/.test(source)) return 'Write `&&`, `||` and `!`.';
  return "Write CEL, for example `inputs.version`, `steps.build.passed && inputs.replicas > 1` or `default(inputs.tag, 'latest')`.";
}
