import { lstatSync, readdirSync, readFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import ignore from 'ignore';
import { listGitFiles } from './git.ts';
import type { Project } from './project.ts';

/** Every file and link below a folder, relative with `/`, in a stable order; `skip` prunes folders and files. */
function walk(folder: string, skip: (relative: string) => boolean, relative = ''): string[] {
  const entries = readdirSync(path.join(folder, relative), { withFileTypes: true }).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  return entries.flatMap((entry) => {
    const name = relative === '' ? entry.name : `${relative}/${entry.name}`;
    if (skip(entry.isDirectory() ? `${name}/` : name)) return [];
    if (entry.isDirectory()) return walk(folder, skip, name);
    return entry.isFile() || entry.isSymbolicLink() ? [name] : [];
  });
}

/** Whether a relative path is, or lies in, the folder to keep out. */
function below(project: string, excluded: string): (relative: string) => boolean {
  const prefix = path.relative(project, excluded).split(path.sep).join('/');
  if (prefix === '' || prefix.startsWith('..')) return () => false;
  return (relative) => relative === `${prefix}/` || relative.startsWith(`${prefix}/`);
}

/**
 * The files that a run of this project sees, relative to its folder: with Git what is tracked or untracked and not
 * ignored, otherwise everything; less what `.cicdignore` (the syntax of `.gitignore`) names, less `excluded` folders.
 */
export async function listProjectFiles(
  project: Project,
  excluded: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  const ignoreFile = path.join(project.folder, '.cicdignore');
  const ignored = ignore().add(existsSync(ignoreFile) ? readFileSync(ignoreFile, 'utf8') : '');
  const kept = excluded.map((folder) => below(project.folder, folder));
  const skip = (relative: string) => ignored.ignores(relative) || kept.some((isBelow) => isBelow(relative));
  if (!project.isGit) return walk(project.folder, skip);
  const listed = await listGitFiles(project.folder, signal);
  return listed.filter((name) => {
    if (skip(name)) return false;
    const stat = lstatSync(path.join(project.folder, name), { throwIfNoEntry: false });
    return stat?.isFile() || stat?.isSymbolicLink();
  });
}
