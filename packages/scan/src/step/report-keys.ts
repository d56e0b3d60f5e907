import type { ScanSettings } from './scan-settings.ts';

export interface ReportKeys {
  readonly report: string;
  readonly sarif: string;
  readonly findings: string;
}

/** Under which keys a scan stores what. */
export function reportKeys(step: string, { output_format: format, artifacts_out: out }: ScanSettings): ReportKeys {
  const report = out?.key ?? `${step}.${format}`;
  return format === 'sarif'
    ? { report, sarif: report, findings: `${report}.findings.json` }
    : { report, sarif: `${report}.sarif`, findings: report };
}
