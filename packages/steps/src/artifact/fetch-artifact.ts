import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { relativeToWorkspace, workspaceRoot, type Artifact, type StepContext } from '@cicd/plugin';
import { pack } from 'tar-stream';
import { modeOf } from './media-types.ts';
import { addEntry } from './tar-entries.ts';
import { workspaceOf } from './workspace-of.ts';

export interface ArtifactToFetch {
  readonly key: string;
  /** Another run's. */
  readonly run?: string | undefined;
  /**
   * A folder artifact is unpacked into it. A file is written to it; one that ends with `/`, or the workspace itself,
   * is a folder, and the file gets the last segment of the key as its name.
   */
  readonly dest: string;
}

/** Writes an artifact into the workspace, its checksum verified on the way. */
export async function fetchArtifact(ctx: StepContext, { key, run, dest }: ArtifactToFetch): Promise<Artifact> {
  const workspace = workspaceOf(ctx);
  relativeToWorkspace(dest);
  const from = run === undefined ? undefined : { run };
  const { artifact, stream } = await ctx.artifacts.get(key, from);
  try {
    if (artifact.kind === 'directory') {
      await workspace.copyIn(stream, dest, { signal: ctx.signal });
    } else {
      const path = filePath(dest, key);
      await workspace.copyIn(archiveOf(posix.basename(path), artifact, stream), posix.dirname(path), {
        signal: ctx.signal,
      });
    }
  } catch (error) {
    stream.destroy();
    // Damaged bytes may look like a bad archive long before the checksum is compared.
    if (!ctx.signal.aborted) await readToEnd((await ctx.artifacts.get(key, from)).stream);
    throw error;
  }
  return artifact;
}

/** Errors: `artifact.corrupt`. */
async function readToEnd(stream: Readable): Promise<void> {
  for await (const _ of stream);
}

function filePath(dest: string, key: string): string {
  const isFolder = dest.endsWith('/') || relativeToWorkspace(dest) === '';
  return posix.join(workspaceRoot, relativeToWorkspace(dest), ...(isFolder ? [posix.basename(key)] : []));
}

function archiveOf(name: string, artifact: Artifact, content: Readable): Readable {
  const archive = pack();
  addEntry(archive, { name, size: artifact.size, mode: modeOf(artifact.mediaType), type: 'file' }, content).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}
