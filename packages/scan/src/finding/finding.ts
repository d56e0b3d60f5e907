import type { Severity } from './severity.ts';

/** One weakness at one place, as every scanner's is told. All texts are plain: no control characters, cut in length. */
export interface Finding {
  readonly rule_id: string;
  readonly severity: Severity;
  readonly message: string;
  /** Path in what was scanned, `/` between the segments; empty when the scanner names none. */
  readonly location: string;
  /** From 1. */
  readonly line?: number;
  readonly package?: string;
  readonly installed_version?: string;
  /** The version that is free of it; absent: there is none yet. Only with `package`. */
  readonly fixed_version?: string;
  readonly cve?: string;
  /** CVSS base score, 0 to 10. */
  readonly cvss?: number;
  /** http or https. */
  readonly help_uri?: string;
  /** Stays the same while lines move; different for each place. 32 hexadecimal digits. */
  readonly fingerprint: string;
}

/** How many findings of each severity. */
export type Summary = Readonly<Record<Severity, number>>;

/** Why a finding does not count: the code says so, the pipeline ignores it, or it has no fix yet. */
export interface SetAside {
  readonly finding: Finding;
  readonly why: 'in_source' | 'ignored' | 'unfixed';
  /** What was given as the reason. */
  readonly reason?: string;
  /** The day from which it counts again. */
  readonly expires?: string;
}

/** Compared with an earlier scan, by fingerprint. */
export interface Comparison {
  /** The run of the earlier scan. */
  readonly run: string;
  readonly new: readonly string[];
  readonly unchanged: readonly string[];
  readonly fixed: readonly Finding[];
}

/** What a scan comes to. */
export interface ScanResult {
  readonly scanner: string;
  readonly scanner_version?: string;
  /** What it knew by: rule packs and databases, each with version or digest. */
  readonly knowledge: readonly { readonly name: string; readonly version: string }[];
  /** The worst first. */
  readonly findings: readonly Finding[];
  readonly set_aside: readonly SetAside[];
  readonly summary: Summary;
  readonly passed_gate: boolean;
  /** `high`: findings of this severity or worse failed the gate. */
  readonly threshold: Severity;
  readonly comparison?: Comparison;
}
