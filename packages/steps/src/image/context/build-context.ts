import path from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { pathNotFound, relativeToWorkspace, StepFailure, workspaceRoot, type Workspace } from '@cicd/plugin';
import { contextArchive } from './context-archive.ts';
import { parseIgnoreFile } from './ignore-file.ts';
import { readSmallFile } from './small-file.ts';

export interface ContextSource {
  readonly workspace: Workspace;
  /** A folder of the workspace. */
  readonly folder: string;
  /** Relative to the folder, or below `/workspace`. */
  readonly dockerfile: string;
  /** Nobody can guess it: part of the name of a Dockerfile from elsewhere. */
  readonly token: string;
  readonly signal: AbortSignal;
}

export interface BuildContext {
  /** Closed with the build. */
  readonly archive: Readable;
  /** Where the Dockerfile is in it. */
  readonly dockerfile: string;
}

/**
 * The context of a build: the files of a folder as they are, without what its `.dockerignore` (or
 * `DOCKERFILE.dockerignore`, where there is one) leaves out. Streamed. The Dockerfile always comes along.
 *
 * Errors: `image.dockerfile_missing`, `image.context_invalid`, `sandbox.path_not_found`, `sandbox.path_refused`.
 */
export async function openBuildContext(source: ContextSource): Promise<BuildContext> {
  const { workspace, signal } = source;
  const folder = absolute(relativeToWorkspace(source.folder));
  const dockerfile = absolute(relativeToWorkspace(path.posix.resolve(folder, source.dockerfile)));
  const inside = path.posix.relative(folder, dockerfile);
  const isOutside = inside.startsWith('../');
  // Each file that is read takes the engine as long as a whole folder: one that the context holds is not read twice.
  const [content, own, common, archive] = await Promise.all([
    isOutside ? readSmallFile(workspace, dockerfile, signal) : undefined,
    readSmallFile(workspace, `${dockerfile}.dockerignore`, signal),
    readSmallFile(workspace, `${folder}/.dockerignore`, signal),
    workspace.copyOut(folder, { signal }),
  ]);
  const missing = () => dockerfileMissing(dockerfile);
  try {
    if (isOutside && !content) throw missing();
    const ignores =
      own || common
        ? parseIgnoreFile(
            (own ?? common ?? '').toString(),
            own ? `${dockerfile}.dockerignore` : `${folder}/.dockerignore`,
          )
        : () => false;
    const name = isOutside ? `.dockerfile-${source.token}` : inside;
    addAbortSignal(signal, archive);
    const parts = {
      folder,
      ignores,
      missing,
      needed: isOutside ? undefined : name,
      added: content && { name, content },
    };
    return { dockerfile: name, archive: contextArchive(archive, parts) };
  } catch (error) {
    archive.destroy();
    throw error;
  }
}

const absolute = (relative: string): string => (relative === '' ? workspaceRoot : `${workspaceRoot}/${relative}`);

const dockerfileMissing = (missing: string): StepFailure =>
  new StepFailure({
    code: 'image.dockerfile_missing',
    message: `There is no Dockerfile at ${missing}.`,
    hint: 'Name it with `dockerfile:`, relative to the context, and check that an earlier step has not left it out.',
    details: { path: missing },
    cause: pathNotFound(missing),
  });
