import type { Finding, SetAside } from '../finding/finding.ts';
import { Fingerprints } from '../finding/fingerprint.ts';
import { pathOf } from '../finding/location.ts';
import { plainLine, plainText, webAddress } from '../finding/plain-text.ts';
import type { ScannerReader } from '../scanner/scanner-reader.ts';
import { reportInvalid } from './report-invalid.ts';
import { rulesOf } from './rule-of.ts';
import type { SarifLog, SarifResult, SarifRun } from './sarif-schema.ts';
import { severityOf } from './severity-of.ts';

export interface ReadReport {
  readonly tool: { readonly name: string; readonly version?: string };
  readonly findings: readonly Finding[];
  /** Suppressed by a mark in the code, which the scanner has seen. */
  readonly suppressed: readonly SetAside[];
}

export interface Surroundings {
  /** The folder that absolute paths begin with. */
  readonly root?: string;
  /** What the scanner puts before the names of rules because of where they lay: `inputs.packs.`. */
  readonly rulePrefixes?: readonly string[];
}

/**
 * The findings of a SARIF file, read as one scanner writes it.
 *
 * Errors: `scan.report_invalid`, also for another tool's file.
 */
export function readFindings(log: SarifLog, reader: ScannerReader, surroundings: Surroundings = {}): ReadReport {
  const fingerprints = new Fingerprints();
  const findings: Finding[] = [];
  const suppressed: SetAside[] = [];
  for (const run of log.runs) {
    checkTool(run, reader);
    const ruleOf = rulesOf(run);
    for (const result of run.results) {
      // `pass`, `notApplicable` and their kin are no weaknesses (3.27.9).
      if ((result.kind ?? 'fail') !== 'fail') continue;
      const finding = findingOf(run, result, ruleOf(result), { reader, surroundings, fingerprints });
      const mark = result.suppressions?.find(({ status }) => (status ?? 'accepted') === 'accepted');
      if (!mark) findings.push(finding);
      else
        suppressed.push({
          finding,
          why: 'in_source',
          ...(mark.justification && { reason: plainLine(mark.justification, 300) }),
        });
    }
  }
  const { name, semanticVersion, version } = log.runs[0]?.tool.driver ?? { name: reader.name };
  const said = semanticVersion ?? version;
  return { tool: { name: plainLine(name, 100), ...(said && { version: plainLine(said, 100) }) }, findings, suppressed };
}

function checkTool({ tool: { driver } }: SarifRun, { name, toolNames }: ScannerReader): void {
  if (toolNames && !toolNames.includes(driver.name.trim().toLowerCase()))
    throw reportInvalid(`is of ${JSON.stringify(driver.name)}, and not of ${name}`);
}

interface ReadingOptions {
  readonly reader: ScannerReader;
  readonly surroundings: Surroundings;
  readonly fingerprints: Fingerprints;
}

function findingOf(
  run: SarifRun,
  result: SarifResult,
  { id, rule }: ReturnType<ReturnType<typeof rulesOf>>,
  { reader, surroundings: { root, rulePrefixes = [] }, fingerprints }: ReadingOptions,
): Finding {
  const [first] = result.locations ?? [];
  const place = first?.physicalLocation;
  const from = { result, ruleId: id, rule, location: first };
  const { severity, score } = severityOf(result, rule);
  const details = shortened(reader.details?.(from) ?? {});
  const path = pathOf(uriOf(run, place?.artifactLocation) ?? '', root);
  const location = reader.location?.(path) ?? path;
  const prefix = rulePrefixes.find((each) => id.startsWith(each)) ?? '';
  const ruleId = plainLine(id.slice(prefix.length), 300);
  const message = plainText(
    reader.message?.(from) ?? result.message.text ?? result.message.markdown ?? rule?.shortDescription?.text ?? ruleId,
  );
  const line = place?.region?.startLine;
  const helpUri = webAddress(rule?.helpUri ?? undefined);
  const what =
    details.package === undefined ? whatStandsThere(result, message) : [details.cve ?? ruleId, details.package];
  return {
    rule_id: ruleId,
    severity,
    message: message === '' ? ruleId : message,
    location,
    // A package has no line: scanners write 1.
    ...(line !== undefined && line > 0 && details.package === undefined && { line }),
    ...details,
    ...(score !== undefined && { cvss: score }),
    ...(helpUri !== undefined && { help_uri: helpUri }),
    fingerprint: fingerprints.of([reader.name, ruleId, location, ...what]),
  };
}

/** What identifies a place when its line has moved: what the tool gives for it, else the code, else the message. */
function whatStandsThere({ partialFingerprints, locations }: SarifResult, message: string): string[] {
  const given = Object.entries(partialFingerprints ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  if (given.length > 0) return given.map(([name, value]) => `${name}=${value}`);
  const snippet = locations?.[0]?.physicalLocation?.region?.snippet?.text;
  return [snippet ? snippet.replaceAll(/\s+/g, ' ').trim() : message];
}

const shortened = <Details extends Readonly<Record<string, string | undefined>>>(details: Details): Details =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [name, plainLine(value ?? '', 300)])) as Details;

/** A location names its artifact by URI, or by its place in the run's list (3.4.5). */
function uriOf(
  run: SarifRun,
  location: { uri?: string | null; index?: number } | null | undefined,
): string | undefined {
  if (location?.uri) return location.uri;
  return location?.index === undefined ? undefined : (run.artifacts?.[location.index]?.location?.uri ?? undefined);
}
