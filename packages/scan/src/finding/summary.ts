import type { Finding, Summary } from './finding.ts';
import { compareSeverity, severities } from './severity.ts';

export function summarise(findings: readonly Finding[]): Summary {
  const summary = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) summary[severity] += 1;
  return summary;
}

/** `1 critical, 3 high`; `nothing` when there is nothing. */
export function describeSummary(summary: Summary): string {
  const parts = severities
    .filter((severity) => summary[severity] > 0)
    .map((severity) => `${summary[severity]} ${severity}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** The worst first; what can be fixed before what cannot; then by place. */
export function compareFindings(one: Finding, other: Finding): number {
  return (
    compareSeverity(one.severity, other.severity) ||
    (other.cvss ?? 0) - (one.cvss ?? 0) ||
    Number(other.fixed_version !== undefined) - Number(one.fixed_version !== undefined) ||
    compareText(one.location, other.location) ||
    (one.line ?? 0) - (other.line ?? 0) ||
    compareText(one.rule_id, other.rule_id) ||
    compareText(one.fingerprint, other.fingerprint)
  );
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
