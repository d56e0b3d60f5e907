import path from 'node:path';
import { StepFailure } from '../errors/step-failure.ts';

/** Where the workspace is, as configuration and commands name it, whatever the sandbox. */
export const workspaceRoot = '/workspace';

/**
 * The path below the workspace, without a leading slash; empty for the workspace itself. A path that is not below
 * `/workspace` once `.` and `..` are resolved: `sandbox.path_refused`. Symbolic links are the driver's to resolve.
 */
export function relativeToWorkspace(absolutePath: string): string {
  const resolved = path.posix.normalize(absolutePath).replace(/\/+$/, '');
  if (absolutePath.includes('\0') || (resolved !== workspaceRoot && !resolved.startsWith(`${workspaceRoot}/`))) {
    throw pathRefused(absolutePath);
  }
  return resolved.slice(workspaceRoot.length + 1);
}

export const pathRefused = (refused: string): StepFailure =>
  new StepFailure({
    code: 'sandbox.path_refused',
    message: `The path ${JSON.stringify(refused)} is not inside ${workspaceRoot}.`,
    hint: `Name a path that begins with ${workspaceRoot}/ and stays in it, also through symbolic links.`,
    details: { path: refused },
  });

export const pathNotFound = (missing: string): StepFailure =>
  new StepFailure({
    code: 'sandbox.path_not_found',
    message: `There is no ${JSON.stringify(missing)} in the workspace.`,
    hint: 'Check that an earlier step of this run wrote it, and that both use the same workspace.',
    details: { path: missing },
  });
