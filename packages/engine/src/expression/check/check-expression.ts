import { isRunFunction, statusFunctions } from '../cel/functions.ts';
import { underscored } from '../cel/dashed-name.ts';
import { type NamePath, namePathOf, spanOf } from '../cel/name-path.ts';
import { type Expression, parseExpression } from '../cel/parse-expression.ts';
import { isSourceFunction, patternProblem, questionName, questionOf } from '../cel/source-question.ts';
import { isDefault } from '../cel/rewrite.ts';
import { errorAt, type ExpressionCode, type Span, type TypedProblem } from '../problem.ts';
import type { StaticScope } from '../scope.ts';
import { findDashedName } from './dashed-token.ts';
import { checkCall } from './static-call.ts';
import { resolvePath } from './static-names.ts';
import { type StaticType, typeOfSchema } from './static-type.ts';

/** What one expression was found to use, and its type where that is certain. */
export interface CheckedExpression {
  readonly problems: readonly TypedProblem[];
  readonly secrets: ReadonlySet<string>;
  readonly env: ReadonlySet<string>;
  readonly steps: ReadonlySet<string>;
  /** What it asks about the source. */
  readonly questions: ReadonlySet<string>;
  readonly usesStatus: boolean;
  readonly type: StaticType | undefined;
}

type Locals = ReadonlySet<string>;

/** Checks one expression against the names that are known before anything runs. Offsets count in `source`. */
export function checkExpression(source: string, scope: StaticScope): CheckedExpression {
  const found = {
    secrets: new Set<string>(),
    env: new Set<string>(),
    steps: new Set<string>(),
    questions: new Set<string>(),
  };
  const outcome = parseExpression(source);
  if ('problem' in outcome) return { ...found, problems: [outcome.problem], usesStatus: false, type: undefined };
  const parsed = outcome;
  const problems: TypedProblem[] = [];
  let usesStatus = false;
  const resultType = visit(parsed.root, new Set());
  return { ...found, problems, usesStatus, type: resultType };

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
    const isDotted = parsed.isDotted(path.rootExpression);
    if (!isDotted && locals.has(path.root)) return isTest ? 'boolean' : undefined;
    const meaning = resolvePath(path, isDotted, scope);
    if (meaning.secret !== undefined) found.secrets.add(meaning.secret);
    if (meaning.env !== undefined) found.env.add(meaning.env);
    meaning.steps?.forEach((step) => found.steps.add(step));
    if (meaning.problem !== undefined) {
      const { code, message, hint, depth } = meaning.problem;
      reportName(spanOf(parsed, ancestor(expression, path.segments.length - depth)), code, message, hint);
    }
    return isTest ? 'boolean' : typeOfSchema(meaning.schema);
  }

  function visitMap(expression: Expression, locals: Locals): StaticType | undefined {
    if (expression.exprKind.case !== 'structExpr') return undefined;
    const { entries, messageName } = expression.exprKind.value;
    if (messageName !== '')
      report(
        expression,
        'expression.unknown_name',
        `There is no message type \`${messageName}\` here.`,
        "Write a map: `{'key': value}`.",
      );
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
    if (target === undefined && isRunFunction(name)) return visitRunCall(expression, name, args);
    if (target === undefined && isSourceFunction(name)) return visitSourceCall(expression, name);
    const targetType = target === undefined ? undefined : visit(target, locals);
    const types = args.map((argument) => visit(argument, locals));
    if (name === '_[_]' || name === '@not_strictly_false') return undefined;
    if (name === '_?_:_') return types[1] === types[2] ? types[1] : undefined;
    if (name === '_&&_' || name === '_||_') return requireBooleans(name, args, types);
    const call = checkCall({ name, isMethod: target !== undefined, target: targetType, types });
    if (call.problem !== undefined) report(expression, call.problem.code, call.problem.message, call.problem.hint);
    return call.type;
  }

  function visitDefault(expression: Expression, args: readonly Expression[], locals: Locals): StaticType | undefined {
    const types = args.map((argument) => visit(argument, locals));
    if (isDefault(expression)) return types[0] === types[1] ? types[0] : undefined;
    report(
      expression,
      'expression.function_arguments',
      '`default` takes a name and what stands in for it.',
      "Write `default(inputs.tag, 'latest')`.",
    );
    return undefined;
  }

  function visitRunCall(expression: Expression, name: string, args: readonly Expression[]): StaticType {
    const isStatus = (statusFunctions as readonly string[]).includes(name);
    if (args.length > 0)
      report(expression, 'expression.function_arguments', `\`${name}\` takes no arguments.`, `Write \`${name}()\`.`);
    usesStatus ||= isStatus;
    if (isStatus && !scope.allowsStatus)
      report(
        expression,
        'expression.status_not_allowed',
        `\`${name}()\` may stand only in a condition.`,
        'Move it to `if:` of the step.',
      );
    return isStatus ? 'boolean' : name === 'now' ? 'timestamp' : 'string';
  }

  function visitSourceCall(expression: Expression, name: string): StaticType {
    const question = questionOf(expression);
    const wrong = question?.patterns.map(patternProblem).find((each) => each !== undefined);
    if (question === undefined || wrong !== undefined)
      report(
        expression,
        'expression.function_arguments',
        wrong ?? `\`${name}\` takes globs that are written out.`,
        `Write \`${name}('packages/api/**')\`.`,
      );
    else if (scope.isBeforeSteps)
      report(
        expression,
        'expression.function_unavailable',
        `\`${name}()\` stands where the source is not there yet.`,
        'Use it in a step.',
      );
    else found.questions.add(questionName(question));
    return name === 'changed' ? 'boolean' : 'string';
  }

  function requireBooleans(
    name: string,
    args: readonly Expression[],
    types: readonly (StaticType | undefined)[],
  ): StaticType {
    args.forEach((argument, index) => {
      const type = types[index];
      if (type === undefined || type === 'boolean') return;
      report(
        argument,
        'expression.type_mismatch',
        `\`${name.slice(1, -1)}\` takes true or false, not a ${type}.`,
        'Compare the value with something.',
      );
    });
    return 'boolean';
  }

  function report(expression: Expression, code: ExpressionCode, message: string, hint: string): void {
    problems.push(errorAt(spanOf(parsed, expression), code, message, hint));
  }

  /** A name with `-` reads as a subtraction; then that is what is wrong. */
  function reportName(span: Span, code: ExpressionCode, message: string, hint: string | undefined): void {
    const dashed = findDashedName(source, span, scope);
    if (dashed === undefined) problems.push(errorAt(span, code, message, hint));
    else if (!problems.some((problem) => problem.offset === dashed.offset))
      problems.push(
        errorAt(
          dashed,
          'expression.unknown_name',
          `\`${dashed.name}\` reads as a subtraction.`,
          `Write \`${underscored(dashed.name)}\`, or the name in brackets: \`['${dashed.name}']\`.`,
        ),
      );
  }
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
