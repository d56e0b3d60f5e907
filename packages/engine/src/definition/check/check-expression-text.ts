import {
  checkCondition,
  checkTemplate,
  checkText,
  hasTemplate,
  type StaticScope,
  type TemplateFindings,
} from '../../expression/index.ts';
import type { DocumentPath } from '../document-path.ts';
import { labelOf } from '../schema/explain.ts';
import type { PipelineCheck } from './pipeline-check.ts';

export type TextScope = Pick<StaticScope, 'steps' | 'matrix' | 'isBeforeSteps' | 'around' | 'locals'> & {
  /** Default: the pipeline's own steps. */
  readonly allSteps?: ReadonlySet<string>;
  readonly allowsSecrets?: boolean;
  readonly env?: ReadonlySet<string>;
};

/**
 * Checks a text that may hold templates and notes what it refers to. `isText`: the place wants text, whatever the
 * template yields. `shift`: characters that the text has more of than what is written at the path, at its beginning,
 * negative. Undefined when there is no template in it.
 */
export function checkTemplateAt(
  check: PipelineCheck,
  path: DocumentPath,
  text: string,
  scope: TextScope,
  isText: boolean,
  shift = 0,
): TemplateFindings | undefined {
  if (!hasTemplate(text)) return undefined;
  const full = fullScope(check, scope, false);
  return note(check, path, full.env, isText ? checkText(text, full) : checkTemplate(text, full), shift);
}

/** Checks the condition of a step. */
export function checkConditionAt(
  check: PipelineCheck,
  path: DocumentPath,
  text: string,
  scope: TextScope,
): { readonly usesStatus: boolean } {
  const full = fullScope(check, scope, true);
  return note(check, path, full.env, checkCondition(text, full));
}

/** Checks the condition of a loop, which knows nothing of a status. */
export function checkLoopConditionAt(check: PipelineCheck, path: DocumentPath, text: string, scope: TextScope): void {
  const full = fullScope(check, scope, false);
  note(check, path, full.env, checkCondition(text, full));
}

/** Checks an expression of any type that is written without braces. */
export function checkExpressionAt(check: PipelineCheck, path: DocumentPath, text: string, scope: TextScope): void {
  if (hasTemplate(text)) {
    check.problems.report({
      code: 'pipeline.template_refused',
      path,
      message: `${labelOf(path)} is an expression, and written without braces`,
      hint: `Write \`${text.replaceAll(/\{\{|\}\}/g, '').trim()}\`.`,
    });
    return;
  }
  const full = fullScope(check, scope, false);
  const braced = `{{ ${text} }}`;
  const findings = checkTemplate(braced, full);
  const problems = findings.problems.map((problem) => ({
    ...problem,
    offset: Math.max(0, problem.offset - braced.indexOf(text)),
  }));
  note(check, path, full.env, { ...findings, problems });
}

/** Checks a condition of a step's configuration, which sees only what the run records. */
export function checkRecordedCondition(check: PipelineCheck, path: DocumentPath, text: string, scope: TextScope): void {
  const full = { ...fullScope(check, { ...scope, allowsSecrets: false }, false), isRecorded: true };
  note(check, path, full.env, checkCondition(text, full));
}

function fullScope(check: PipelineCheck, scope: TextScope, allowsStatus: boolean): StaticScope {
  return { ...check.scope, ...scope, allowsSecrets: scope.allowsSecrets ?? false, allowsStatus };
}

function note<Findings extends Omit<TemplateFindings, 'type'>>(
  check: PipelineCheck,
  path: DocumentPath,
  env: ReadonlySet<string>,
  findings: Findings,
  shift = 0,
): Findings {
  for (const problem of findings.problems) check.problems.reportExpression(path, problem, shift);
  for (const secret of findings.secrets) check.secrets.add(secret);
  for (const question of findings.questions) check.questions.add(question);
  for (const name of findings.env) if (!env.has(name)) check.outerEnv.add(name);
  return findings;
}
