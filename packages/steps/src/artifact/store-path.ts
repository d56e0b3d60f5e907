import { parseDuration, type Artifact, type StepContext } from '@cicd/plugin';
import { readSource } from './read-source.ts';
import { workspaceOf } from './workspace-of.ts';

export interface PathToStore {
  /** A file, a folder or a glob of the workspace. */
  readonly path: string;
  readonly key: string;
  /** Go's form. */
  readonly retention?: string | undefined;
  readonly mediaType?: string | undefined;
}

/** Stores a path of the workspace as an artifact of the run. Aborted, it leaves none and throws the signal's reason. */
export async function storePath(
  ctx: StepContext,
  { path, key, retention, mediaType }: PathToStore,
  signal?: AbortSignal,
): Promise<Artifact> {
  const kept =
    retention === undefined ? {} : { expiresAt: new Date(ctx.clock.now() + parseDuration(retention)).toISOString() };
  try {
    const { content, metadata } = await readSource(workspaceOf(ctx), path, signal);
    return await ctx.artifacts.put(key, content, () => ({
      ...metadata(),
      ...(mediaType !== undefined && { mediaType }),
      ...kept,
    }));
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** What the outputs say of an artifact. */
export const describeArtifact = ({ key, size, checksum, files }: Artifact) => ({ key, size, checksum, files });
