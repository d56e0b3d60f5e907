import type { Plan, PrepareSource } from '@cicd/engine';
import { cloneSource, type Platform, type Project } from '@cicd/platform';
import type { JsonObject } from '@cicd/plugin';
import { sourceOfProject } from './source-of-project.ts';

export interface SourceOfRun {
  readonly platform: Platform;
  readonly plan: Plan;
  readonly project: Project;
  readonly secrets: Readonly<Record<string, string>>;
  /** `run.source` of an attempt before, whose commit is to be taken again. */
  readonly before?: JsonObject | undefined;
}

/** What fills the workspace of a run: nothing, a repository, or the project. */
export function sourceOfRun({ platform, plan, project, secrets, before }: SourceOfRun): { source?: PrepareSource } {
  if (plan.source === 'none') return {};
  return {
    source: cloneSource(plan, { git: platform.git, secrets, before }) ?? sourceOfProject(project, platform, plan),
  };
}
