import type { Finding } from '../finding/finding.ts';
import type { SarifLocation, SarifResult, SarifRule } from '../sarif/sarif-schema.ts';

/** What a scanner says of a package, beside what SARIF has a place for. */
export type PackageDetails = Pick<Finding, 'package' | 'installed_version' | 'fixed_version' | 'cve'>;

export interface ResultToRead {
  readonly result: SarifResult;
  readonly ruleId: string;
  readonly rule: SarifRule | undefined;
  readonly location: SarifLocation | undefined;
}

/** How one scanner's SARIF differs from the next one's. Pure. */
export interface ScannerReader {
  readonly name: string;
  /** Names of the tool in its SARIF, lower case; another one's file is refused. Absent: any tool. */
  readonly toolNames?: readonly string[];
  readonly message?: (from: ResultToRead) => string | undefined;
  readonly details?: (from: ResultToRead) => PackageDetails;
  /** The path as the scanner writes it → the one that people know. */
  readonly location?: (path: string) => string;
}

/** `Package: bash` → the value; undefined where there is no such line, or nothing stands in it. */
export function fieldOf(text: string | null | undefined, name: string): string | undefined {
  const line = (text ?? '').split('\n').find((each) => each.startsWith(`${name}:`));
  const value = line?.slice(name.length + 1).trim();
  return value === undefined || value === '' ? undefined : value;
}

const cve = /\bCVE-\d{4}-\d{4,}\b/i;

/** The first CVE number in these texts. */
export function cveIn(...texts: readonly (string | null | undefined)[]): string | undefined {
  for (const text of texts) {
    const found = cve.exec((text ?? '').slice(0, 10_000));
    if (found) return found[0].toUpperCase();
  }
  return undefined;
}
