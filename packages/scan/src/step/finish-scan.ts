import { Readable } from 'node:stream';
import { StepFailure, type JsonObject, type Process, type StepContext, type StepResult } from '@cicd/plugin';
import type { Finding, ScanResult } from '../finding/finding.ts';
import type { Severity } from '../finding/severity.ts';
import { judge } from '../gate/judge.ts';
import { readFindings, type Surroundings } from '../sarif/read-findings.ts';
import { readSarif } from '../sarif/read-sarif.ts';
import type { ScannerReader } from '../scanner/scanner-reader.ts';
import { earlierFindings } from './earlier-findings.ts';
import { checkEnd, followScanner } from './follow-scanner.ts';
import { reportKeys } from './report-keys.ts';
import type { ScanSettings } from './scan-settings.ts';
import { gateFailed, tellVerdict } from './tell-findings.ts';

/** What the three scans differ in, once the scanner runs. */
export interface ScanKind {
  readonly reader: ScannerReader;
  readonly threshold: Severity;
  readonly ignoreUnfixed?: boolean;
  readonly surroundings?: Surroundings;
  /** Throws `scan.nothing_scanned` where the scanner's own words say that it had no input. */
  readonly checkInput?: (said: string) => void;
}

/** What a scan goes by, as its checkpoint keeps it. */
export type Knowledge = ScanResult['knowledge'];

/**
 * Follows a scanner to its end, stores what it wrote, and judges it. Errors: `scan.scanner_failed`, `scan.report_invalid`,
 * `scan.nothing_scanned`, `scan.gate_failed` with the outputs, `step.out_of_memory`.
 */
export async function finishScan(
  ctx: StepContext<ScanSettings>,
  process: Process,
  kind: ScanKind,
): Promise<StepResult> {
  const { config, step, clock, log } = ctx;
  const { reader, threshold } = kind;
  const keys = reportKeys(step.key, config);
  const end = await followScanner(ctx, process);
  if (end.report.byteLength > 0)
    await ctx.artifacts.put(keys.sarif, Readable.from([end.report]), { mediaType: 'application/sarif+json' });
  checkEnd(reader.name, end, config.memory_limit);
  const { tool, findings, suppressed } = readFindings(readSarif(end.report), reader, kind.surroundings);
  kind.checkInput?.(end.said);
  const before = await baselineOf(ctx, keys.findings, reader.name);
  const verdict = judge(
    { findings, suppressed },
    {
      threshold,
      ignoreUnfixed: kind.ignoreUnfixed ?? false,
      ignores: config.ignore ?? [],
      newOnly: config.gate_on === 'new',
      now: clock.now(),
      ...(before && { before }),
    },
  );
  const result: ScanResult = {
    scanner: reader.name,
    ...(tool.version !== undefined && { scanner_version: tool.version }),
    knowledge: ((await ctx.checkpoint.get()) as { knowledge?: Knowledge } | undefined)?.knowledge ?? [],
    findings: verdict.findings,
    set_aside: verdict.setAside,
    summary: verdict.summary,
    passed_gate: verdict.passed,
    threshold,
    ...(verdict.comparison && { comparison: verdict.comparison }),
  };
  const text = `${JSON.stringify(result, undefined, 2)}\n`;
  await ctx.artifacts.put(keys.findings, Readable.from([Buffer.from(text)]), { mediaType: 'application/json' });
  await tellVerdict(log, verdict, threshold);
  const outputs: JsonObject = {
    passed: verdict.passed,
    summary: { ...verdict.summary },
    findings_count: verdict.findings.length,
    report: keys.report,
    findings: keys.findings,
  };
  if (!verdict.passed) throw gateFailed(verdict, threshold, outputs);
  return { outputs };
}

async function baselineOf(
  ctx: StepContext<ScanSettings>,
  key: string,
  scanner: string,
): Promise<{ readonly run: string; readonly findings: readonly Finding[] } | undefined> {
  if (ctx.config.baseline === undefined) return undefined;
  const before = await earlierFindings(ctx, key, scanner);
  if (!before) await ctx.log.info('there is no earlier scan to compare with: every finding counts as it stands');
  return before;
}

/** Errors: `sandbox.unsupported` where a scanner cannot be shut in. */
export function checkSandbox({ sandbox }: StepContext): void {
  const { isolation, users, networkModes, separateStreams, images } = sandbox.capabilities;
  if (isolation && users && networkModes && separateStreams && images) return;
  throw new StepFailure({
    code: 'sandbox.unsupported',
    message: 'A scanner runs only in a container without network and rights.',
    hint: 'Run with a container engine (--sandbox docker).',
  });
}
