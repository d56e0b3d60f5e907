import { StepFailure, type StepContext } from '@cicd/plugin';
import { extract } from 'tar-stream';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { nothingScanned } from './follow-scanner.ts';

/**
 * Makes sure that a path of the workspace is there and holds a file. Reads no further than the first one.
 *
 * Errors: `sandbox.path_not_found`, `scan.nothing_scanned`, `step.workspace_missing`.
 */
export async function checkSource({ workspace, signal }: StepContext, path: string): Promise<void> {
  if (!workspace)
    throw new StepFailure({
      code: 'step.workspace_missing',
      message: 'the step scans files of the workspace, and runs without one',
      hint: 'Remove `workspace: none` from the step.',
    });
  const archive = await workspace.copyOut(path, { signal });
  const entries = extract();
  // What ends it early is this function; what fails it reaches the loop.
  pipeline(archive, entries as unknown as Writable).catch(() => undefined);
  try {
    for await (const entry of entries) {
      if (entry.header.type === 'file' && (entry.header.size ?? 0) > 0) return;
      entry.resume();
    }
  } finally {
    archive.destroy();
  }
  throw nothingScanned(`there is no file in ${path} to scan`, 'Check source_path, and that a step before wrote it.');
}
