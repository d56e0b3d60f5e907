import { severityOfScore, type Severity } from '../finding/severity.ts';
import { reportInvalid } from './report-invalid.ts';
import type { SarifResult, SarifRule } from './sarif-schema.ts';

const severityOfLevel = { error: 'high', warning: 'medium', note: 'low', none: 'info' } as const;

/**
 * The severity of a result, and its CVSS score where there is one: by the `security-severity` of the result or of its
 * rule, else by level. A result without a level has its rule's, and a rule without one has `warning` (3.27.10, 3.50.3).
 */
export function severityOf(
  result: SarifResult,
  rule: SarifRule | undefined,
): { readonly severity: Severity; readonly score?: number } {
  const score = scoreOf(result.properties?.['security-severity']) ?? scoreOf(rule?.properties?.['security-severity']);
  if (score !== undefined) return { severity: severityOfScore(score), score };
  return { severity: severityOfLevel[result.level ?? rule?.defaultConfiguration?.level ?? 'warning'] };
}

function scoreOf(given: string | number | null | undefined): number | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const score = typeof given === 'number' ? given : /^\d{1,2}(\.\d+)?$/.test(given.trim()) ? Number(given) : Number.NaN;
  if (!(score >= 0 && score <= 10))
    throw reportInvalid(`has a security-severity that is none: ${JSON.stringify(given)}`);
  return score;
}
