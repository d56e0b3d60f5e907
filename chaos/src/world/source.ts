import type { PrepareSource } from '@cicd/engine';
import { MemoryTree } from '@cicd/plugin/testing';

/** Fills the workspace with a project of one file. */
export const fillWorkspace: PrepareSource = async (workspace, log, signal) => {
  const project = new MemoryTree();
  project.write('main.txt', 'from the project\n');
  await log.info('filling the workspace');
  await workspace.copyIn(project.pack('', 'project'), '/workspace', { signal });
  return { commit: 'abc' };
};
