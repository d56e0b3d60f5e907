import type { Comparison, Finding, SetAside, Summary } from '../finding/finding.ts';
import { reaches, type Severity } from '../finding/severity.ts';
import { compareFindings, summarise } from '../finding/summary.ts';
import { compareScans } from './compare.ts';
import { applyIgnores, type Ignore } from './ignores.ts';

export interface GateTerms {
  /** Findings of this severity or worse fail it. */
  readonly threshold: Severity;
  /** Packages without a fix do not count. */
  readonly ignoreUnfixed: boolean;
  readonly ignores: readonly Ignore[];
  /** The findings of an earlier scan. */
  readonly before?: { readonly run: string; readonly findings: readonly Finding[] };
  /** Whether only what is new since then fails it. */
  readonly newOnly: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Verdict {
  readonly passed: boolean;
  /** What counts, the worst first. */
  readonly findings: readonly Finding[];
  readonly setAside: readonly SetAside[];
  readonly summary: Summary;
  /** Those of `findings` that fail the gate. */
  readonly failing: readonly Finding[];
  readonly comparison?: Comparison;
  readonly over: readonly Ignore[];
  readonly unused: readonly Ignore[];
}

/** What a scanner has found, and what marks in the code take out of it. */
export interface FoundByScanner {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SetAside[];
}

/** Judges the findings of a scan. Pure. */
export function judge({ findings: all, suppressed }: FoundByScanner, terms: GateTerms): Verdict {
  const { counted, ignored, over, unused } = applyIgnores(all, terms.ignores, terms.now);
  const isUnfixed = ({ package: name, fixed_version: fixed }: Finding) =>
    terms.ignoreUnfixed && name !== undefined && fixed === undefined;
  const findings = counted.filter((finding) => !isUnfixed(finding)).toSorted(compareFindings);
  const unfixed = counted.filter(isUnfixed).map((finding) => ({ finding, why: 'unfixed' }) as const);
  const comparison =
    terms.before && compareScans(findings, [...all, ...suppressed.map(({ finding }) => finding)], terms.before);
  const isNew = new Set(comparison?.new);
  const failing = findings.filter(
    ({ severity, fingerprint }) =>
      reaches(severity, terms.threshold) && !(terms.newOnly && comparison && !isNew.has(fingerprint)),
  );
  return {
    passed: failing.length === 0,
    findings,
    setAside: [...suppressed, ...ignored, ...unfixed],
    summary: summarise(findings),
    failing,
    ...(comparison && { comparison }),
    over,
    unused,
  };
}
