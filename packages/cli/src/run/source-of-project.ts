import path from 'node:path';
import type { Plan, PrepareSource } from '@cicd/engine';
import { fillWorkspace, type Platform, type Project } from '@cicd/platform';

/** Fills the workspace with a project's files, whenever the run is ready for them. */
export function sourceOfProject(project: Project, { folder, ownership }: Platform, plan: Plan): PrepareSource {
  const questions = plan.sourceQuestions ?? [];
  return async (workspace, _log, signal) => {
    const { root } = folder;
    // What a killed process leaves there is found by its name.
    const temporary = path.join(folder.temporary, await ownership.open());
    return { ...(await fillWorkspace(project, workspace, { excluded: [root], temporary, questions, signal })) };
  };
}
