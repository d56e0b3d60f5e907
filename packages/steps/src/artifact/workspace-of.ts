import { StepFailure, type StepContext, type Workspace } from '@cicd/plugin';

/** Errors: `step.workspace_missing`. */
export function workspaceOf(ctx: StepContext): Workspace {
  if (ctx.workspace) return ctx.workspace;
  throw new StepFailure({
    code: 'step.workspace_missing',
    message: 'the step reads or writes files of the workspace, and runs without one',
    hint: 'Remove `workspace: none` from the step.',
  });
}
