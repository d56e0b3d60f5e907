import { isCelError, plan } from '@bufbuild/cel';
import { type ErrorCode, type Json, StepFailure } from '@cicd/plugin';
import { bindNames } from './cel/bindings.ts';
import { environment } from './cel/functions.ts';
import { fromCelValue } from './cel/json-value.ts';
import { namePathOf, spanOf } from './cel/name-path.ts';
import { type Expression, type ParsedExpression, parseExpression } from './cel/parse-expression.ts';
import { rewriteExpression } from './cel/rewrite.ts';
import { textOf } from './cel/text.ts';
import { errorAt, problemError, type Span } from './problem.ts';
import type { ExpressionValues } from './values.ts';

/** One expression, ready to be evaluated many times. */
export interface CompiledExpression {
  evaluate(values: ExpressionValues): Json;
  evaluateText(values: ExpressionValues): string;
  failure(code: ErrorCode, values: ExpressionValues, message: string, hint?: string, offset?: number): StepFailure;
}

/** `offset`: where `source` begins in its text. Throws `ConfigError` for a source that is not CEL. */
export function compileExpression(source: string, offset: number, allowsStatus: boolean): CompiledExpression {
  const tree = parseOrThrow(source, offset);
  const rewritten = rewriteExpression(tree);
  if (rewritten.usesStatus && !allowsStatus)
    throw problemError(
      errorAt(
        { offset, length: source.length },
        'expression.status_not_allowed',
        'A status function stands outside a condition.',
      ),
    );
  const evaluatePlan = plan(environment, rewritten.root);
  const written = source.trim();

  return { evaluate, evaluateText, failure };

  function evaluate(values: ExpressionValues): Json {
    const result = evaluatePlan(bindNames(rewritten.names, values));
    if (isCelError(result)) throw evaluationFailure(result.message, result.exprId, values);
    try {
      return fromCelValue(result);
    } catch (error) {
      throw failure('expression.result_invalid', values, `\`${written}\`: ${(error as Error).message}`);
    }
  }

  function evaluateText(values: ExpressionValues): string {
    const value = evaluate(values);
    if (value === null) throw missing(written, values, offset);
    if (typeof value === 'object')
      throw failure(
        'expression.not_text',
        values,
        `\`${written}\` is a ${Array.isArray(value) ? 'list' : 'map'} and stands inside a text.`,
        `Write \`json(${written})\`.`,
      );
    return textOf(value);
  }

  function evaluationFailure(message: string, id: bigint | undefined, values: ExpressionValues): StepFailure {
    const isMissing = /^field not found|out of bounds|^unresolved attribute/.test(message);
    const hint = message.includes('no matching overload')
      ? 'Numbers meet as the same kind: `double(…)` or `int(…)`.'
      : undefined;
    if (!isMissing)
      return failure('expression.failed', values, `\`${written}\` cannot be evaluated: ${message}.`, hint);
    const span = missingSpan(id, message.startsWith('unresolved'));
    return missing(source.slice(span.offset, span.offset + span.length).trim(), values, offset + span.offset);
  }

  /** The evaluator gives an access by key the number of the path's root. */
  function missingSpan(id: bigint | undefined, isRoot: boolean): Span {
    const named = findExpression(tree.root, (each) => each.id === id);
    const whole = findExpression(tree.root, (each) => namePathOf(each)?.rootExpression.id === id);
    const at = isRoot || named?.exprKind.case !== 'identExpr' ? named : whole;
    return at === undefined ? { offset: 0, length: source.length } : spanOf(tree, at);
  }

  function missing(name: string, values: ExpressionValues, at: number): StepFailure {
    const where = name === written ? '' : ` in \`${written}\``;
    return failure(
      'expression.missing_value',
      values,
      `\`${name}\`${where} has no value in this run.`,
      `${howToGive(name)}Where it may be absent, write \`default(${name}, …)\`.`,
      at,
    );
  }

  /** Messages of the evaluator may quote a value. */
  function failure(
    code: ErrorCode,
    values: ExpressionValues,
    message: string,
    hint?: string,
    at = offset,
  ): StepFailure {
    const secrets = Object.values(values.secrets).filter((secret) => secret !== '');
    const redact = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return new StepFailure({
      code,
      message,
      hint,
      redact,
      details: { place: values.place, expression: written, offset: at },
    });
  }
}

function parseOrThrow(source: string, offset: number): ParsedExpression {
  const parsed = parseExpression(source);
  if ('problem' in parsed) throw problemError({ ...parsed.problem, offset: parsed.problem.offset + offset });
  return parsed;
}

/** The outermost expression that fits. */
function findExpression(root: Expression, fits: (expression: Expression) => boolean): Expression | undefined {
  const waiting: unknown[] = [root];
  for (const node of waiting) {
    if (typeof node !== 'object' || node === null) continue;
    if ('exprKind' in node && fits(node as Expression)) return node as Expression;
    waiting.push(...Object.values(node));
  }
  return undefined;
}

/** A variable comes from outside. */
const howToGive = (name: string): string =>
  name.startsWith('env.') ? `Give it with \`--env ${name.slice('env.'.length)}\`. ` : '';
