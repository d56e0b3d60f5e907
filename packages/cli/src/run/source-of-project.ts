import type { PrepareSource } from '@cicd/engine';
import { fillWorkspace, type Platform, type Project } from '@cicd/platform';

/** Fills the workspace with a project's files, whenever the run is ready for them. */
export function sourceOfProject(project: Project, { folder }: Platform): PrepareSource {
  return async (workspace, _log, signal) => {
    const { root, temporary } = folder;
    return { ...(await fillWorkspace(project, workspace, { excluded: [root], temporary, signal })) };
  };
}
