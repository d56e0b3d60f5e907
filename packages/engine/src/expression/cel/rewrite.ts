import { absent, isRunFunction, statusFunctions } from './functions.ts';
import { namePathOf } from './name-path.ts';
import type { Expression, ParsedExpression } from './parse-expression.ts';
import { questionName, questionOf } from './source-question.ts';

export interface RewrittenExpression {
  readonly root: Expression;
  /** Names that must be given a value: `steps`, `scan`, `@.Version` (dotted), `@now`. */
  readonly names: ReadonlySet<string>;
  readonly usesStatus: boolean;
}

/**
 * Turns an expression of ours into one of plain CEL: names with a leading dot and calls that read the run become
 * names of their own, and `default(a.b, x)` becomes a condition that evaluates only what it needs.
 */
export function rewriteExpression(parsed: ParsedExpression): RewrittenExpression {
  const names = new Set<string>();
  return {
    root: rewrite(parsed.root, new Set()),
    names,
    get usesStatus() {
      return statusFunctions.some((name) => names.has(`@${name}`));
    },
  };

  function rewrite(expression: Expression, locals: ReadonlySet<string>): Expression {
    const { exprKind: kind } = expression;
    const inside = (child: Expression) => rewrite(child, locals);
    switch (kind.case) {
      case 'identExpr':
        return rename(expression, kind.value.name, locals);
      case 'selectExpr':
        return {
          ...expression,
          exprKind: { case: 'selectExpr', value: { ...kind.value, ...mapped('operand', kind.value.operand, inside) } },
        };
      case 'listExpr':
        return {
          ...expression,
          exprKind: { case: 'listExpr', value: { ...kind.value, elements: kind.value.elements.map(inside) } },
        };
      case 'callExpr':
        return rewriteCall(expression, locals);
      case 'structExpr':
        return {
          ...expression,
          exprKind: {
            case: 'structExpr',
            value: { ...kind.value, entries: kind.value.entries.map((entry) => rewriteEntry(entry, inside)) },
          },
        };
      case 'comprehensionExpr':
        return rewriteLoop(expression, locals);
      default:
        return expression;
    }
  }

  function rename(expression: Expression, name: string, locals: ReadonlySet<string>): Expression {
    const isDotted = parsed.isDotted(expression);
    if (!isDotted && locals.has(name)) return expression;
    return nameExpression(expression, isDotted ? `@.${name}` : name);
  }

  function nameExpression(at: Expression, name: string): Expression {
    names.add(name);
    return { ...at, exprKind: { case: 'identExpr', value: { $typeName: 'cel.expr.Expr.Ident', name } } };
  }

  function rewriteCall(expression: Expression, locals: ReadonlySet<string>): Expression {
    if (expression.exprKind.case !== 'callExpr') return expression;
    const call = expression.exprKind.value;
    // `now()` is a value of the run: the name `@now` to the evaluator.
    if (call.target === undefined && call.args.length === 0 && isRunFunction(call.function))
      return nameExpression(expression, `@${call.function}`);
    // So is what was asked about the source.
    const question = questionOf(expression);
    if (question) return nameExpression(expression, `@${questionName(question)}`);
    const args = call.args.map((argument) => rewrite(argument, locals));
    if (isDefault(expression)) return defaultOf(expression, args);
    const target = mapped('target', call.target, (child) => rewrite(child, locals));
    return { ...expression, exprKind: { case: 'callExpr', value: { ...call, ...target, args } } };
  }

  function rewriteLoop(expression: Expression, locals: ReadonlySet<string>): Expression {
    if (expression.exprKind.case !== 'comprehensionExpr') return expression;
    const loop = expression.exprKind.value;
    const outside = (child: Expression) => rewrite(child, locals);
    const inner = new Set([...locals, loop.iterVar, loop.accuVar]);
    const inside = (child: Expression) => rewrite(child, inner);
    return {
      ...expression,
      exprKind: {
        case: 'comprehensionExpr',
        value: {
          ...loop,
          ...mapped('iterRange', loop.iterRange, outside),
          ...mapped('accuInit', loop.accuInit, outside),
          ...mapped('loopCondition', loop.loopCondition, inside),
          ...mapped('loopStep', loop.loopStep, inside),
          ...mapped('result', loop.result, inside),
        },
      },
    };
  }
}

/** Whether a call is `default(name, fallback)`, or one of what may have no answer. */
export function isDefault({ exprKind: kind }: Expression): boolean {
  if (kind.case !== 'callExpr' || kind.value.target !== undefined) return false;
  const { function: name, args } = kind.value;
  const [value] = args;
  if (name !== 'default' || args.length !== 2 || value === undefined) return false;
  return namePathOf(value) !== undefined || questionOf(value) !== undefined;
}

/**
 * `default(value, fallback)` → `@not_strictly_false(@absent(value)) ? fallback : value`: `@not_strictly_false` is
 * CEL's own operator that takes an error for true, so a missing member anywhere on the way leads to the fallback.
 */
function defaultOf(at: Expression, [value, fallback]: readonly Expression[]): Expression {
  if (value === undefined || fallback === undefined) return at;
  const isAbsent = callExpression(at, '@not_strictly_false', [callExpression(at, absent, [value])]);
  return callExpression(at, '_?_:_', [isAbsent, fallback, value]);
}

function callExpression(at: Expression, name: string, args: Expression[]): Expression {
  return { ...at, exprKind: { case: 'callExpr', value: { $typeName: 'cel.expr.Expr.Call', function: name, args } } };
}

type Entry = Extract<Expression['exprKind'], { case: 'structExpr' }>['value']['entries'][number];

function rewriteEntry(entry: Entry, rewrite: (child: Expression) => Expression): Entry {
  const key =
    entry.keyKind.case === 'mapKey' ? { case: 'mapKey' as const, value: rewrite(entry.keyKind.value) } : entry.keyKind;
  return { ...entry, keyKind: key, ...mapped('value', entry.value, rewrite) };
}

function mapped<Key extends string>(
  key: Key,
  child: Expression | undefined,
  change: (child: Expression) => Expression,
) {
  return (child === undefined ? {} : { [key]: change(child) }) as { [name in Key]?: Expression };
}
