import { isCelError, plan } from '@bufbuild/cel';
import { CicdError, type Json, type JsonObject, type Judgement } from '@cicd/plugin';
import { bindNames } from './cel/bindings.ts';
import { environment } from './cel/functions.ts';
import { fromCelValue } from './cel/json-value.ts';
import { namePathOf, spanOf } from './cel/name-path.ts';
import { type Expression, type ParsedExpression, parseExpression } from './cel/parse-expression.ts';
import { rewriteExpression } from './cel/rewrite.ts';
import { evaluateCondition } from './evaluate.ts';
import { problemError } from './problem.ts';
import type { ExpressionValues } from './values.ts';

/** Characters of a value as JSON; what is longer is shown cut. */
const longestValue = 200;

/**
 * A condition with what it read, for people to see. Only what the run records counts: variables and secrets have no
 * value here. A value that is missing makes the condition one that does not hold. Throws `ConfigError` for a text that
 * is not CEL.
 */
export function judgeCondition(text: string, values: ExpressionValues): Judgement {
  const recorded: ExpressionValues = { ...values, env: {}, secrets: {} };
  const judged = { expression: text.trim(), values: valuesRead(text, recorded) };
  try {
    return { ...judged, holds: evaluateCondition(text, recorded) };
  } catch (error) {
    if (!CicdError.isInstance(error) || error.family !== 'step') throw error;
    return { ...judged, holds: false, trouble: error.message };
  }
}

/** The values of the longest paths of names in a condition; one without a value is left out. */
function valuesRead(text: string, values: ExpressionValues): JsonObject {
  const parsed = parseExpression(text);
  if ('problem' in parsed) throw problemError(parsed.problem);
  const read: Record<string, Json> = {};
  for (const path of paths(parsed.root, new Set())) {
    const value = valueOf(parsed, path, values);
    if (value !== undefined) read[nameOf(parsed, path)] = shortened(value);
  }
  return read;
}

function* paths(expression: Expression, locals: ReadonlySet<string>): Generator<Expression> {
  const path = namePathOf(expression);
  if (path !== undefined) {
    if (!locals.has(path.root)) yield expression;
    return;
  }
  const { exprKind: kind } = expression;
  switch (kind.case) {
    case 'selectExpr':
      if (kind.value.operand) yield* paths(kind.value.operand, locals);
      return;
    case 'listExpr':
      for (const element of kind.value.elements) yield* paths(element, locals);
      return;
    case 'callExpr':
      for (const part of [kind.value.target, ...kind.value.args]) if (part) yield* paths(part, locals);
      return;
    case 'structExpr':
      for (const { value } of kind.value.entries) if (value) yield* paths(value, locals);
      return;
    case 'comprehensionExpr': {
      const { iterRange, iterVar, accuVar, loopCondition, loopStep, result } = kind.value;
      if (iterRange) yield* paths(iterRange, locals);
      const inner = new Set([...locals, iterVar, accuVar]);
      for (const part of [loopCondition, loopStep, result]) if (part) yield* paths(part, inner);
      return;
    }
    default:
  }
}

/** A path as people write it: `scan.passed`, `.Version`, `steps['a-b'].items[0]`. */
function nameOf(parsed: ParsedExpression, path: Expression): string {
  const { root, rootExpression, segments } = namePathOf(path) ?? { root: '', rootExpression: path, segments: [] };
  const members = segments.map(({ name, computed }) => {
    if (name !== undefined) return /^\w+$/.test(name) ? `.${name}` : `['${name}']`;
    const { offset, length } = computed ? spanOf(parsed, computed) : { offset: 0, length: 0 };
    return `[${parsed.source.slice(offset, offset + length)}]`;
  });
  return `${parsed.isDotted(rootExpression) ? '.' : ''}${root}${members.join('')}`;
}

function valueOf(parsed: ParsedExpression, path: Expression, values: ExpressionValues): Json | undefined {
  // A test for being there, `has(a.b)`, reads the member all the same.
  const { root, names } = rewriteExpression({ ...parsed, root: withoutTest(path) });
  const value = plan(environment, root)(bindNames(names, values));
  return isCelError(value) ? undefined : fromCelValue(value);
}

function withoutTest(expression: Expression): Expression {
  const { exprKind: kind } = expression;
  if (kind.case !== 'selectExpr' || !kind.value.testOnly) return expression;
  return { ...expression, exprKind: { case: 'selectExpr', value: { ...kind.value, testOnly: false } } };
}

function shortened(value: Json): Json {
  const text = JSON.stringify(value);
  return text.length <= longestValue ? value : `${text.slice(0, longestValue)}…`;
}
