import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder whose files a run sees. */
export interface Project {
  readonly folder: string;
  /** Whether `.git` lies in it. */
  readonly isGit: boolean;
  /** Identifies the project among the runs of an instance. */
  readonly name: string;
}

const isGitRoot = (folder: string) => existsSync(path.join(folder, '.git'));

/** The project of a pipeline file: `chosen` (`--project`), else the Git root above the file, else the file's folder. */
export function findProject(pipelineFile: string, chosen?: string): Project {
  const describe = (folder: string): Project => ({ folder, isGit: isGitRoot(folder), name: path.basename(folder) });
  if (chosen !== undefined) return describe(path.resolve(chosen));
  const start = path.dirname(path.resolve(pipelineFile));
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (isGitRoot(folder)) return describe(folder);
    if (path.dirname(folder) === folder)
      return describe(path.basename(start) === '.cicd' ? path.dirname(start) : start);
  }
}
