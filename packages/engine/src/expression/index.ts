export { checkCondition, checkTemplate, checkText, type TemplateFindings, type TemplateType } from './check.ts';
export { evaluateCondition, resolveTemplate, resolveText, resolveValue } from './evaluate.ts';
export { judgeCondition } from './judge-condition.ts';
export { ambiguousNames } from './cel/dashed-name.ts';
export { compileTemplate } from './compile.ts';
export type { ExpressionFindings, ExpressionProblem, StaticLevel, StaticScope, StaticStep } from './scope.ts';
export { rewriteCommand } from './shell/rewrite-command.ts';
export { hasTemplate, scanTemplate } from './template-scanner.ts';
export type { ExpressionValues } from './values.ts';
