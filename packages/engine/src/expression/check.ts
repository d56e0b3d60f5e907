import { type CheckedExpression, checkExpression } from './check/check-expression.ts';
import type { StaticType } from './check/static-type.ts';
import { errorAt, type TypedProblem, warningAt } from './problem.ts';
import type { ExpressionFindings, StaticScope } from './scope.ts';
import { type ExpressionSegment, scanTemplate } from './template-scanner.ts';

export type TemplateType = 'string' | 'number' | 'integer' | 'boolean' | 'list' | 'map';

/** `type` is there where the type of the resolved text is known before anything runs. */
export interface TemplateFindings extends ExpressionFindings {
  readonly type?: TemplateType;
}

/** Checks a text with templates that becomes a value: every problem, with its place in the text. */
export function checkTemplate(text: string, scope: StaticScope): TemplateFindings {
  return check(text, scope, false);
}

/** As `checkTemplate`, for a text that must stay text (a command, a value of `env`): a map or list is a problem. */
export function checkText(text: string, scope: StaticScope): TemplateFindings {
  return check(text, scope, true);
}

/** Checks the expression of `if:`, `skip_if:` or a gate, which is written without braces. */
export function checkCondition(expression: string, scope: StaticScope): ExpressionFindings {
  const braces = /^\s*\{\{(.*)\}\}\s*$/s.exec(expression);
  const whole = { offset: 0, length: expression.length };
  if (braces !== null) {
    const hint = `Write \`${(braces[1] ?? '').trim()}\`.`;
    return findingsOf([], [errorAt(whole, 'expression.syntax', 'A condition is written without braces.', hint)]);
  }
  const checked = checkExpression(expression, scope);
  const isWrong = checked.type !== undefined && checked.type !== 'boolean' && checked.problems.length === 0;
  const message = `A condition is true or false; this is ${checked.type === 'integer' ? 'an' : 'a'} ${checked.type}.`;
  return findingsOf(
    [checked],
    [
      ...checked.problems,
      ...(isWrong
        ? [errorAt(whole, 'expression.not_boolean', message, 'Compare it with something, for example `== true`.')]
        : []),
    ],
  );
}

function check(text: string, scope: StaticScope, mustBeText: boolean): TemplateFindings {
  const scan = scanTemplate(text);
  if ('problem' in scan) return findingsOf([], [scan.problem]);
  const { segments } = scan;
  const isJoined = mustBeText || segments.length > 1;
  const expressions = segments.filter((segment) => segment.kind === 'expression');
  const checked = expressions.map((segment) => checkExpression(segment.source, scope));
  const problems = checked.flatMap((each, index) =>
    problemsOf(each, expressions[index] as ExpressionSegment, text, isJoined),
  );
  const type = isJoined || checked.length === 0 ? 'string' : typeOfTemplate(checked[0]?.type);
  return { ...findingsOf(checked, problems), ...(type === undefined ? {} : { type }) };
}

function problemsOf(
  checked: CheckedExpression,
  segment: ExpressionSegment,
  text: string,
  isJoined: boolean,
): TypedProblem[] {
  const span = { offset: segment.offset, length: segment.end - segment.offset };
  const written = segment.source.trim();
  const problems = checked.problems.map((problem) => ({ ...problem, offset: problem.offset + segment.offset + 2 }));
  if (isJoined && (checked.type === 'list' || checked.type === 'map'))
    problems.push(
      errorAt(
        span,
        'expression.not_text',
        `A ${checked.type} has no form inside a text.`,
        `Write \`{{ json(${written}) }}\`.`,
      ),
    );
  if (text[segment.offset - 1] === '$')
    problems.push(
      warningAt(
        { offset: span.offset - 1, length: span.length + 1 },
        'expression.dollar_brace',
        'The `$` before the braces stays in the text.',
        `Write \`{{ ${written} }}\`.`,
      ),
    );
  return problems;
}

function findingsOf(checked: readonly CheckedExpression[], problems: readonly TypedProblem[]): ExpressionFindings {
  const all = (names: (each: CheckedExpression) => ReadonlySet<string>) => [
    ...new Set(checked.flatMap((each) => [...names(each)])),
  ];
  return {
    problems,
    secrets: all((each) => each.secrets),
    env: all((each) => each.env),
    steps: all((each) => each.steps),
    questions: all((each) => each.questions),
    usesStatus: checked.some((each) => each.usesStatus),
  };
}

/** How a value of this type leaves an expression. */
function typeOfTemplate(type: StaticType | undefined): TemplateType | undefined {
  if (type === 'timestamp' || type === 'duration') return 'string';
  if (type === 'double') return 'number';
  return type === 'bytes' ? undefined : type;
}
