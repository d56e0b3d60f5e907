import { checkTemplate } from './check.ts';
import type { ExpressionFindings, StaticScope } from './scope.ts';
import { hasTemplate } from './template-scanner.ts';

const anywhere: StaticScope = {
  steps: new Map(),
  allSteps: new Set(),
  inputs: new Map(),
  matrix: undefined,
  env: new Set(),
  allowsSecrets: true,
  allowsStatus: true,
};

/** The names that a text with templates refers to, whether or not its expressions are reached. */
export function namesIn(text: string): Pick<ExpressionFindings, 'secrets' | 'env'> {
  return hasTemplate(text) ? checkTemplate(text, anywhere) : { secrets: [], env: [] };
}
