import { CicdError, StepFailure, type Workspace } from '@cicd/plugin';
import { belowRoot } from '../artifact/read-source.ts';
import { parseSourcePath } from '../artifact/source-path.ts';
import { tarEntries, type TarEntry } from '../artifact/tar-entries.ts';
import { readJunit, UnreadableReport } from './read-junit.ts';
import { TestTally, type TestResult } from './test-result.ts';

const mostFiles = 10_000;
/** Bytes of all reports of a step. */
const mostBytes = 256 * 2 ** 20;

export interface Reports {
  readonly tests: TestResult;
  /** The globs that no file matches. */
  readonly unmatched: readonly string[];
}

/**
 * Reads the JUnit reports that globs of the workspace match, each file once, streamed.
 * Errors: `step.report_invalid` with the file; `sandbox.path_refused`.
 */
export async function readReports(workspace: Workspace, globs: readonly string[]): Promise<Reports> {
  const tally = new TestTally();
  const seen = new Set<string>();
  const unmatched: string[] = [];
  let bytes = 0;
  for (const glob of globs) {
    let matched = false;
    for await (const { path, entry } of filesOf(workspace, glob)) {
      matched = true;
      if (seen.has(path)) {
        entry.resume();
        continue;
      }
      seen.add(path);
      bytes += entry.header.size ?? 0;
      if (seen.size > mostFiles) throw invalid(path, `the step has more than ${mostFiles} reports`);
      if (bytes > mostBytes) throw invalid(path, `the reports of the step are larger than ${mostBytes} bytes together`);
      try {
        await readJunit(entry, tally);
      } catch (error) {
        if (error instanceof UnreadableReport) throw invalid(path, error.message);
        throw error;
      }
    }
    if (!matched) unmatched.push(glob);
  }
  return { tests: tally.result, unmatched };
}

/** The files that a glob takes, by their paths. */
async function* filesOf(
  workspace: Workspace,
  glob: string,
): AsyncGenerator<{ readonly path: string; readonly entry: TarEntry }> {
  const { root, matches } = parseSourcePath(glob);
  const archive = await workspace.copyOut(root).catch((error: unknown) => {
    if (CicdError.isInstance(error) && error.code === 'sandbox.path_not_found') return undefined;
    throw error;
  });
  if (!archive) return;
  for await (const entry of tarEntries(archive)) {
    const name = belowRoot(entry.header.name);
    const isTaken = entry.header.type === 'file' && (matches ? matches(name) : name === '');
    if (isTaken) yield { path: name === '' ? root : `${root}/${name}`, entry };
    else entry.resume();
  }
}

const invalid = (file: string, why: string): StepFailure =>
  new StepFailure({
    code: 'step.report_invalid',
    message: `the test report ${file} cannot be read: ${why}`,
    hint: 'It must be a JUnit report: XML whose root is <testsuites> or <testsuite>.',
    details: { file },
  });
