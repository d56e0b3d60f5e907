import type { Expression, ParsedExpression } from './parse-expression.ts';
import type { Span } from '../problem.ts';

/** One step into a value: a written name, or a key that is computed. */
export interface PathSegment {
  readonly name: string | undefined;
  /** The key of `[…]`, when it is not a written text. */
  readonly computed: Expression | undefined;
}

/** `steps.build.version`, `.Version`, `steps['a-b'].items[0]`: a root name and the way from it. */
export interface NamePath {
  readonly root: string;
  readonly rootExpression: Expression;
  readonly segments: readonly PathSegment[];
}

/** The path that an expression is, or undefined when it does not begin with a name. */
export function namePathOf(expression: Expression): NamePath | undefined {
  const { exprKind: kind } = expression;
  if (kind.case === 'identExpr') return { root: kind.value.name, rootExpression: expression, segments: [] };
  if (kind.case === 'selectExpr' && kind.value.operand !== undefined)
    return extend(kind.value.operand, { name: kind.value.field, computed: undefined });
  const key = indexKeyOf(expression);
  return key === undefined ? undefined : extend(key.operand, segmentOf(key.key));
}

/** Operand and key of `operand[key]`. */
export function indexKeyOf({ exprKind: kind }: Expression): { operand: Expression; key: Expression } | undefined {
  if (kind.case !== 'callExpr' || kind.value.function !== '_[_]') return undefined;
  const [operand, key] = kind.value.args;
  return operand === undefined || key === undefined ? undefined : { operand, key };
}

function extend(operand: Expression, segment: PathSegment): NamePath | undefined {
  const path = namePathOf(operand);
  return path === undefined ? undefined : { ...path, segments: [...path.segments, segment] };
}

function segmentOf(key: Expression): PathSegment {
  const constant = key.exprKind.case === 'constExpr' ? key.exprKind.value.constantKind : undefined;
  return constant?.case === 'stringValue'
    ? { name: constant.value, computed: undefined }
    : { name: undefined, computed: key };
}

/** Where an expression stands in its source; for a path the whole path, else the node's own mark. */
export function spanOf(parsed: ParsedExpression, expression: Expression): Span {
  const path = namePathOf(expression);
  if (path === undefined) {
    const start = parsed.offsetOf(expression);
    const offset = start + (/^\s*/.exec(parsed.source.slice(start))?.[0].length ?? 0);
    return { offset, length: /^(?:\.?\w+|[-+*/%<>=!&|?]+)/.exec(parsed.source.slice(offset))?.[0].length ?? 1 };
  }
  const offset = parsed.offsetOf(path.rootExpression);
  return { offset, length: endOf(parsed, expression) - offset };
}

function endOf({ source, offsetOf }: ParsedExpression, expression: Expression): number {
  const offset = offsetOf(expression);
  const key = indexKeyOf(expression);
  if (key !== undefined) return source.indexOf(']', offsetOf(key.key)) + 1 || source.length;
  return offset + (/^\.?\s*\w+/.exec(source.slice(offset))?.[0].length ?? 1);
}
