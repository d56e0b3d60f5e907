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

/** Stores a path of the workspace as an artifact of the run. */
export async function storePath(
  ctx: StepContext,
  { path, key, retention, mediaType }: PathToStore,
  signal?: AbortSignal,
): Promise<Artifact> {
  const source = await readSource(workspaceOf(ctx), path, signal);
  const kept =
    retention === undefined ? {} : { expiresAt: new Date(ctx.clock.now() + parseDuration(retention)).toISOString() };
  return ctx.artifacts.put(key, source.content, () => ({
    ...source.metadata(),
    ...(mediaType !== undefined && { mediaType }),
    ...kept,
  }));
}

/** What the outputs say of an artifact. */
export const describeArtifact = ({ key, size, checksum, files }: Artifact) => ({ key, size, checksum, files });
