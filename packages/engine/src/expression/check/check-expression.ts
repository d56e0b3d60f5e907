import { functionNames, laterFunctions, overloadsOf, runFunctions, signatureOf, statusFunctions } from '../cel/functions.ts';
import { underscored } from '../cel/dashed-name.ts';
import { type NamePath, namePathOf, spanOf } from '../cel/name-path.ts';
import { type Expression, type ParsedExpression, parseExpression } from '../cel/parse-expression.ts';
import { isDefault } from '../cel/rewrite.ts';
import { errorAt, type ExpressionCode, type Span, type TypedProblem } from '../problem.ts';
import type { StaticScope } from '../scope.ts';
import { findDashedName } from './dashed-token.ts';
import { resolvePath } from './static-names.ts';
import { fitting, resultOf, type StaticType, typeOfSchema } from './static-type.ts';
import { suggestion } from './suggestion.ts';

/** What one expression was found to use, and its type where that is certain. */
export interface CheckedExpression {
  readonly problems: readonly TypedProblem[];
  readonly secrets: ReadonlySet<string>;
  readonly env: ReadonlySet<string>;
  readonly steps: ReadonlySet<string>;
  readonly usesStatus: boolean;
  readonly type: StaticType | undefined;
}

type Locals = ReadonlySet<string>;

/** Checks one expression against the names that are known before anything runs. Offsets count in `source`. */
export function checkExpression(source: string, scope: StaticScope): CheckedExpression {
  const found = { secrets: new Set<string>(), env: new Set<string>(), steps: new Set<string>() };
  const parsed = parseExpression(source);
  if ('problem' in parsed) return { ...found, problems: [parsed.problem], usesStatus: false, type: undefined };
  const problems: TypedProblem[] = [];
  let usesStatus = false;
  const type = visit(parsed.root, new Set());
  return { ...found, problems, usesStatus, type };

  function visit(expression: Expression, locals: Locals): StaticType | undefined {
    const path = namePathOf(expression);
    if (path !== undefined) return visitPath(expression, path, locals);
    const { exprKind: kind } = expression;
    switch (kind.case) {
      case 'constExpr':
        return typeOfConstant(kind.value.constantKind.case);
      case 'selectExpr':
        if (kind.value.operand !== undefined) visit(kind.value.operand, locals);
        return kind.value.testOnly ? 'boolean' : undefined;
      case 'listExpr':
        kind.value.elements.forEach((element) => visit(element, locals));
        return 'list';
      case 'structExpr':
        return visitMap(expression, locals);
      case 'comprehensionExpr':
        return visitLoop(expression, locals);
      case 'callExpr':
        return visitCall(expression, locals);
      default:
        return undefined;
    }
  }

  function visitPath(expression: Expression, path: NamePath, locals: Locals): StaticType | undefined {
    for (const { computed } of path.segments) if (computed !== undefined) visit(computed, locals);
    const isTest = expression.exprKind.case === 'selectExpr' && expression.exprKind.value.testOnly;
    const isDotted = (parsed as ParsedExpression).isDotted(path.rootExpression);
    if (!isDotted && locals.has(path.root)) return isTest ? 'boolean' : undefined;
    const meaning = resolvePath(path, isDotted, scope);
    if (meaning.secret !== undefined) found.secrets.add(meaning.secret);
    if (meaning.env !== undefined) found.env.add(meaning.env);
    meaning.steps?.forEach((step) => found.steps.add(step));
    if (meaning.problem !== undefined) {
      const { code, message, hint, depth } = meaning.problem;
      reportName(spanOf(parsed as ParsedExpression, ancestor(expression, path.segments.length - depth)), code, message, hint);
    }
    return isTest ? 'boolean' : typeOfSchema(meaning.schema);
  }

  function visitMap(expression: Expression, locals: Locals): StaticType | undefined {
    if (expression.exprKind.case !== 'structExpr') return undefined;
    const { entries, messageName } = expression.exprKind.value;
    if (messageName !== '') report(expression, 'expression.unknown_name', `There is no message type \`${messageName}\` here.`, "Write a map: `{'key': value}`.");
    for (const entry of entries) {
      if (entry.keyKind.case === 'mapKey') visit(entry.keyKind.value, locals);
      if (entry.value !== undefined) visit(entry.value, locals);
    }
    return 'map';
  }

  function visitLoop(expression: Expression, locals: Locals): StaticType | undefined {
    if (expression.exprKind.case !== 'comprehensionExpr') return undefined;
    const { iterRange, accuInit, iterVar, accuVar, loopCondition, loopStep, result } = expression.exprKind.value;
    const inner = new Set([...locals, iterVar, accuVar]);
    if (iterRange !== undefined) visit(iterRange, locals);
    const start = accuInit === undefined ? undefined : visit(accuInit, locals);
    for (const part of [loopCondition, loopStep]) if (part !== undefined) visit(part, inner);
    const end = result === undefined ? undefined : visit(result, inner);
    return end ?? (start === 'integer' ? 'boolean' : start);
  }

  function visitCall(expression: Expression, locals: Locals): StaticType | undefined {
    if (expression.exprKind.case !== 'callExpr') return undefined;
    const { function: name, target, args } = expression.exprKind.value;
    if (target === undefined && name === 'default') return visitDefault(expression, args, locals);
    if (target === undefined && isRunCall(name)) return visitRunCall(expression, name, args);
    const targetType = target === undefined ? undefined : visit(target, locals);
    const types = args.map((argument) => visit(argument, locals));
    if (name === '_[_]' || name === '@not_strictly_false') return undefined;
    if (name === '_?_:_') return types[1] === types[2] ? types[1] : undefined;
    if (name === '_&&_' || name === '_||_') return requireBooleans(expression, name, types);
    return checkOverloads(expression, name, target !== undefined, targetType, types);
  }

  function visitDefault(expression: Expression, args: readonly Expression[], locals: Locals): StaticType | undefined {
    const types = args.map((argument) => visit(argument, locals));
    if (isDefault(expression)) return types[0] === types[1] ? types[0] : undefined;
    report(expression, 'expression.function_arguments', '`default` takes a name and what stands in for it.', "Write `default(inputs.tag, 'latest')`.");
    return undefined;
  }

  function visitRunCall(expression: Expression, name: string, args: readonly Expression[]): StaticType {
    const isStatus = (statusFunctions as readonly string[]).includes(name);
    if (args.length > 0) report(expression, 'expression.function_arguments', `\`${name}\` takes no arguments.`, `Write \`${name}()\`.`);
    usesStatus ||= isStatus;
    if (isStatus && !scope.allowsStatus)
      report(expression, 'expression.status_not_allowed', `\`${name}()\` may stand only in a condition.`, 'Move it to `if:` of the step.');
    return isStatus ? 'boolean' : name === 'now' ? 'timestamp' : 'string';
  }

  function requireBooleans(expression: Expression, name: string, types: readonly (StaticType | undefined)[]): StaticType {
    const wrong = types.find((each) => each !== undefined && each !== 'boolean');
    if (wrong !== undefined)
      report(expression, 'expression.type_mismatch', `\`${name.slice(1, -1)}\` takes true or false, not a ${wrong}.`, 'Compare the value with something.');
    return 'boolean';
  }

  function checkOverloads(
    expression: Expression, name: string, isMethod: boolean,
    target: StaticType | undefined, types: readonly (StaticType | undefined)[],
  ): StaticType | undefined {
    const overloads = overloadsOf(name);
    if (overloads.length === 0) return reportFunction(expression, name);
    const callable = overloads.filter((each) => (each.target !== undefined) === isMethod && each.arguments.length === types.length);
    const forms = `Write ${[...new Set(overloads.map((each) => `\`${signatureOf(each)}\``))].join(' or ')}.`;
    if (callable.length === 0) {
      report(expression, 'expression.function_arguments', `\`${name}\` cannot be called so.`, forms);
      return undefined;
    }
    const matching = fitting(callable, target, types);
    if (matching.length > 0) return resultOf(matching);
    const given = [...(isMethod ? [target] : []), ...types].map((type) => type ?? 'any').join(', ');
    const isOperator = !/^[A-Za-z]\w*$/.test(name);
    const numbers = 'Numbers meet as the same kind: `double(…)` or `int(…)`; text is made with `string(…)`.';
    report(expression, 'expression.type_mismatch', `\`${isOperator ? name.replaceAll(/[_@]/g, '') : name}\` cannot take (${given}).`, isOperator ? numbers : forms);
    return resultOf(callable);
  }

  function reportFunction(expression: Expression, name: string): undefined {
    if (laterFunctions.has(name))
      report(expression, 'expression.function_unavailable', `\`${name}()\` is not offered by this version.`, 'Leave it out until a later version brings it.');
    else report(expression, 'expression.unknown_function', `There is no function \`${name}\`.`, suggestion(name, functionNames, (near) => `${near}(…)`, ''));
  }

  function report(expression: Expression, code: ExpressionCode, message: string, hint: string): void {
    problems.push(errorAt(spanOf(parsed as ParsedExpression, expression), code, message, hint));
  }

  /** A name with `-` reads as a subtraction; then that is what is wrong. */
  function reportName(span: Span, code: ExpressionCode, message: string, hint: string | undefined): void {
    const dashed = findDashedName(source, span, scope);
    if (dashed === undefined) problems.push(errorAt(span, code, message, hint));
    else if (!problems.some((problem) => problem.offset === dashed.offset))
      problems.push(errorAt(dashed, 'expression.unknown_name', `\`${dashed.name}\` reads as a subtraction.`, `Write \`${underscored(dashed.name)}\`, or the name in brackets: \`['${dashed.name}']\`.`));
  }
}

function isRunCall(name: string): boolean {
  return ([...statusFunctions, ...runFunctions] as readonly string[]).includes(name);
}

/** The expression `steps` levels towards the root of a path. */
function ancestor(expression: Expression, steps: number): Expression {
  const { exprKind: kind } = expression;
  if (steps <= 0) return expression;
  if (kind.case === 'selectExpr' && kind.value.operand !== undefined) return ancestor(kind.value.operand, steps - 1);
  const operand = kind.case === 'callExpr' ? kind.value.args[0] : undefined;
  return operand === undefined ? expression : ancestor(operand, steps - 1);
}

function typeOfConstant(kind: string | undefined): StaticType | undefined {
  switch (kind) {
    case 'stringValue':
      return 'string';
    case 'int64Value':
    case 'uint64Value':
      return 'integer';
    case 'doubleValue':
      return 'double';
    case 'boolValue':
      return 'boolean';
    case 'bytesValue':
      return 'bytes';
    default:
      return undefined;
  }
}
