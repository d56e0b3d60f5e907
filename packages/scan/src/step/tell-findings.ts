import { formatDuration, StepFailure, type JsonObject, type StepLog } from '@cicd/plugin';
import type { Finding } from '../finding/finding.ts';
import { plainLine } from '../finding/plain-text.ts';
import type { Severity } from '../finding/severity.ts';
import { describeSummary } from '../finding/summary.ts';
import type { Verdict } from '../gate/judge.ts';

/** How many findings the log shows; the rest is in the report. */
const shown = 20;

/** `src/app.js:7`, or the package where there is no line to name. */
export const placeOf = ({ location, line, package: name, installed_version: version }: Finding): string => {
  const place = line === undefined ? location : `${location}:${line}`;
  const parcel = name === undefined ? '' : `${name}${version === undefined ? '' : `@${version}`}`;
  return [parcel, place].filter((part) => part !== '').join(' in ') || '(no place)';
};

/** `critical  minimist@1.2.5 in package-lock.json  CVE-2021-44906  prototype pollution  → 1.2.6` */
export function describeFinding(finding: Finding): string {
  const { severity, rule_id: rule, cve, message, fixed_version: fixed, package: name } = finding;
  const number = cve === undefined || cve === rule ? rule : `${rule} (${cve})`;
  const fix = fixed !== undefined ? `  → fixed in ${fixed}` : name === undefined ? '' : '  (no fix yet)';
  return `${severity.padEnd(8)}  ${placeOf(finding)}  ${number}  ${plainLine(message, 200)}${fix}`;
}

/** Writes what a scan has found, the worst first. */
export async function tellVerdict(log: StepLog, verdict: Verdict, threshold: Severity): Promise<void> {
  const { findings, setAside, comparison, over, unused, failing, summary } = verdict;
  // What fails the gate is what people must see, whatever else there is.
  const first = [...failing, ...findings.filter((finding) => !failing.includes(finding))];
  for (const finding of first.slice(0, shown)) await log.info(describeFinding(finding));
  if (first.length > shown) await log.info(`… and ${first.length - shown} more in the report`);
  for (const { rule_id: rule, cve, expires } of over)
    await log.warn(`the ignore of ${rule ?? cve} ended on ${expires}, and holds no longer`);
  for (const { rule_id: rule, cve } of unused) await log.warn(`the ignore of ${rule ?? cve} fits nothing; remove it`);
  const aside = (why: string) => setAside.filter((each) => each.why === why).length;
  const asides = [
    [aside('ignored'), 'ignored'],
    [aside('in_source'), 'taken out by marks in the code'],
    [aside('unfixed'), 'without a fix'],
  ] as const;
  const notes = asides.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  await log.info(`found: ${describeSummary(summary)}${notes.length === 0 ? '' : ` (beside ${notes.join(', ')})`}`);
  if (comparison)
    await log.info(
      `since run ${comparison.run}: ${comparison.new.length} new, ${comparison.unchanged.length} unchanged, ${comparison.fixed.length} fixed`,
    );
  await log.info(`gate: ${verdict.passed ? 'passed' : `${failing.length} of severity ${threshold} or worse`}`);
}

/** The gate said no. The outputs are there for the steps that still run. */
export function gateFailed({ failing, summary }: Verdict, threshold: Severity, outputs: JsonObject): StepFailure {
  const [worst] = failing;
  const number = `${failing.length} ${failing.length === 1 ? 'finding is' : 'findings are'} ${threshold} or worse`;
  const example = worst && `; the worst: ${placeOf(worst)} ${worst.cve ?? worst.rule_id}`;
  return new StepFailure({
    code: 'scan.gate_failed',
    message: `the gate was not passed: ${number}${example ?? ''}`,
    hint:
      worst?.fixed_version === undefined
        ? 'Fix it, or add it to ignore with a reason and an end.'
        : `Update ${worst.package} to ${worst.fixed_version}.`,
    details: { outputs, summary, failing: failing.length },
  });
}

/** `3h10m`, `12 days`. */
export const describeAge = (milliseconds: number): string =>
  milliseconds < 48 * 3_600_000 ? formatDuration(milliseconds) : `${Math.floor(milliseconds / 86_400_000)} days`;
