import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '@cicd/plugin';
import { archive } from './archive.ts';
import { cloneShallow, readGitState, type GitState } from './git.ts';
import { listProjectFiles } from './project-files.ts';
import type { Project } from './project.ts';
import { answerQuestions, type SourceAnswers } from './source-answers.ts';

/** What a run knows of where its files came from: `run.source`. */
export type RunSource = GitState & SourceAnswers & { readonly project: string; readonly files: number };

export interface FillOptions {
  /** Folders inside the project that are never copied: the data folder. */
  readonly excluded: readonly string[];
  /** An existing or creatable folder for the shallow clone. */
  readonly temporary: string;
  /** What the plan asks about the source. Default: nothing. */
  readonly questions?: readonly string[];
  readonly signal?: AbortSignal;
}

async function copyGitFolder(project: Project, workspace: Workspace, options: FillOptions): Promise<void> {
  mkdirSync(options.temporary, { recursive: true, mode: 0o700 });
  const clone = mkdtempSync(path.join(options.temporary, 'clone-'));
  try {
    await cloneShallow(project.folder, clone, options.signal);
    await workspace.copyIn(archive(clone, ['.git'], true), '/workspace', options);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}

/**
 * Copies the project into a workspace, so that a run never changes the working tree: with Git a shallow clone's
 * `.git`, and over it the files as they lie in the working tree.
 */
export async function fillWorkspace(project: Project, workspace: Workspace, options: FillOptions): Promise<RunSource> {
  const [files, state]: [string[], GitState] = await Promise.all([
    listProjectFiles(project, options.excluded, options.signal),
    project.isGit ? readGitState(project.folder, options.signal) : { dirty: false },
  ]);
  if (state.commit !== undefined) await copyGitFolder(project, workspace, options);
  if (files.length > 0) await workspace.copyIn(archive(project.folder, files, false), '/workspace', options);
  const answers = await answerQuestions(options.questions ?? [], { project, files, signal: options.signal });
  return { ...state, ...answers, project: project.name, files: files.length };
}
