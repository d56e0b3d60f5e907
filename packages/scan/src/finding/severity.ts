/** From the worst to the least. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

export type Severity = (typeof severities)[number];

/** The words of scanners beside ours: SARIF's levels, and what Semgrep, Trivy and Grype say. */
const spellings: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  error: 'high',
  medium: 'medium',
  moderate: 'medium',
  warning: 'medium',
  low: 'low',
  note: 'low',
  negligible: 'low',
  info: 'info',
  none: 'info',
};

/** What `fail_on_severity` and its kin may say, in any case. */
export const severityPattern = `^\\s*(${Object.keys(spellings)
  .map((word) =>
    word
      .split('')
      .map((letter) => `[${letter}${letter.toUpperCase()}]`)
      .join(''),
  )
  .join('|')})\\s*$`;

/** `HIGH`, `Error`, `warning` → ours. Undefined for a word that is none. */
export function parseSeverity(word: string): Severity | undefined {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(spellings, key) ? spellings[key] : undefined;
}

/** The bands of CVSS 3.1, section 5: 9.0–10, 7.0–8.9, 4.0–6.9, 0.1–3.9, 0. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'info';
}

/** Whether `severity` is `threshold` or worse. */
export const reaches = (severity: Severity, threshold: Severity): boolean =>
  severities.indexOf(severity) <= severities.indexOf(threshold);

/** For sorting: the worst first. */
export const compareSeverity = (one: Severity, other: Severity): number =>
  severities.indexOf(one) - severities.indexOf(other);
