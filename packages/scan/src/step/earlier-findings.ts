import { buffer } from 'node:stream/consumers';
import { Ajv } from 'ajv';
import { Type } from 'typebox';
import { CicdError, StepFailure, type StepContext } from '@cicd/plugin';
import type { Finding } from '../finding/finding.ts';
import { severities } from '../finding/severity.ts';
import { largestReport } from '../sarif/read-sarif.ts';

/** What must hold of the findings that another run has stored. */
const Earlier = Type.Object({
  scanner: Type.String(),
  findings: Type.Array(
    Type.Object({
      rule_id: Type.String(),
      severity: Type.Union(severities.map((severity) => Type.Literal(severity))),
      message: Type.String(),
      location: Type.String(),
      fingerprint: Type.String({ minLength: 1 }),
    }),
  ),
});

const validate = new Ajv({ strict: false }).compile<{ scanner: string; findings: Finding[] }>(Earlier);

/**
 * The findings that the last successful run stored under this key; undefined where there is no such run or artifact.
 *
 * Errors: `scan.baseline_invalid`, those of the artifact store.
 */
export async function earlierFindings(
  ctx: StepContext,
  key: string,
  scanner: string,
): Promise<{ readonly run: string; readonly findings: readonly Finding[] } | undefined> {
  const run = ctx.run.previousRunId;
  if (run === undefined) return undefined;
  let stored;
  try {
    stored = await ctx.artifacts.get(key, { run });
  } catch (error) {
    if (CicdError.isInstance(error) && error.code === 'artifact.not_found') return undefined;
    throw error;
  }
  if (stored.artifact.size > largestReport) {
    stored.stream.destroy();
    throw invalid(run, key, 'it is too large');
  }
  let value: unknown;
  try {
    value = JSON.parse((await buffer(stored.stream)).toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(run, key, 'it is no JSON');
  }
  if (!validate(value) || value.scanner !== scanner) throw invalid(run, key, `it holds no findings of ${scanner}`);
  return { run, findings: value.findings };
}

const invalid = (run: string, key: string, why: string): StepFailure =>
  new StepFailure({
    code: 'scan.baseline_invalid',
    message: `the artifact ${key} of the run ${run} cannot be compared with: ${why}`,
    hint: 'Give this scan an artifact key of its own, or remove `baseline`.',
  });
