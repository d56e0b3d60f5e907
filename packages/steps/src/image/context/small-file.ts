import { CicdError, StepFailure, type Workspace } from '@cicd/plugin';
import { tarEntries } from '../../artifact/tar-entries.ts';

/** Of a Dockerfile and of a `.dockerignore`. */
const largest = 1024 * 1024;

/** A file of the workspace that is held whole; undefined when it is not there. Errors: `image.context_invalid`. */
export async function readSmallFile(
  workspace: Workspace,
  path: string,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  try {
    const archive = await workspace.copyOut(path, { signal });
    for await (const entry of tarEntries(archive)) {
      if (entry.header.type !== 'file') throw invalid(path, `is a ${entry.header.type}, not a file`);
      if ((entry.header.size ?? 0) > largest) throw invalid(path, `is larger than ${largest} bytes`);
      const parts: Uint8Array[] = [];
      for await (const part of entry) parts.push(part);
      return Buffer.concat(parts);
    }
    return undefined;
  } catch (error) {
    if (CicdError.isInstance(error) && error.code === 'sandbox.path_not_found') return undefined;
    throw error;
  }
}

const invalid = (path: string, what: string): StepFailure =>
  new StepFailure({
    code: 'image.context_invalid',
    message: `${path} ${what}.`,
    hint: 'Name a file of the workspace.',
  });
