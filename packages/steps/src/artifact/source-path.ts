import picomatch from 'picomatch';
import { relativeToWorkspace, workspaceRoot } from '@cicd/plugin';

/** A path of the workspace, or a glob: a folder and what to take of it. */
export interface SourcePath {
  /** What to copy out. */
  readonly root: string;
  /** Whether a path relative to `root` is taken; undefined when the path is no glob. */
  readonly matches?: (path: string) => boolean;
}

/**
 * Splits a glob at its first special segment. The syntax is picomatch's: `*`, `**`, `?`, `[…]`, `{a,b}`; names that
 * begin with a dot are matched only by a dot. Errors: `sandbox.path_refused`.
 */
export function parseSourcePath(path: string): SourcePath {
  const relative = relativeToWorkspace(path);
  const { isGlob, base, glob } = picomatch.scan(relative);
  const below = (folder: string) => (folder === '' ? workspaceRoot : `${workspaceRoot}/${folder}`);
  return isGlob ? { root: below(base), matches: picomatch(glob) } : { root: below(relative) };
}
