import type { Comparison, Finding } from '../finding/finding.ts';

/**
 * What is new, unchanged and fixed since an earlier scan, by fingerprint. `present` is all that the scanner still sees:
 * what is only set aside is not fixed.
 */
export function compareScans(
  now: readonly Finding[],
  present: readonly Finding[],
  before: { readonly run: string; readonly findings: readonly Finding[] },
): Comparison {
  const known = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  const found = now.map(({ fingerprint }) => fingerprint);
  const seen = new Set([...now, ...present].map(({ fingerprint }) => fingerprint));
  return {
    run: before.run,
    new: found.filter((fingerprint) => !known.has(fingerprint)),
    unchanged: found.filter((fingerprint) => known.has(fingerprint)),
    fixed: before.findings.filter(({ fingerprint }) => !seen.has(fingerprint)),
  };
}
