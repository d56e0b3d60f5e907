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
  const [content, own, common, archive] = await Promise.all([
    readSmallFile(workspace, dockerfile, signal),
    readSmallFile(workspace, `${dockerfile}.dockerignore`, signal),
    readSmallFile(workspace, `${folder}/.dockerignore`, signal),
    workspace.copyOut(folder, { signal }),
  ]);
  try {
    if (!content) throw dockerfileMissing(dockerfile);
    const ignores =
      own || common
        ? parseIgnoreFile(
            (own ?? common ?? '').toString(),
            own ? `${dockerfile}.dockerignore` : `${folder}/.dockerignore`,
          )
        : () => false;
    const inside = path.posix.relative(folder, dockerfile);
    const name = inside.startsWith('../') ? `.dockerfile-${source.token}` : inside;
    addAbortSignal(signal, archive);
    return {
      dockerfile: name,
      archive: contextArchive(archive, {
        folder,
        ignores: (file) => file === name || ignores(file),
        added: { name, content },
      }),
    };
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
