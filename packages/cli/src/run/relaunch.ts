import { type DriveOptions, type Plan, type RunState } from '@cicd/engine';
import { findProject, type Platform } from '@cicd/platform';
import { outerEnvironment } from '../input/outer-environment.ts';
import { readLaunch } from './launch.ts';
import type { SandboxesOfRuns } from './sandboxes-of-runs.ts';
import { secretsOfRun } from './secrets-of-run.ts';
import { sourceOfRun } from './source-of-run.ts';

export interface RunToRelaunch {
  readonly platform: Platform;
  readonly sandboxes: SandboxesOfRuns;
  readonly state: RunState;
  /** What it will do from now on. Default: what it did. */
  readonly plan?: Plan | undefined;
  /** `--secret` options. */
  readonly secrets: readonly string[];
}

/** What a run is given when it goes on: all as it was started, but for what was given this time. */
export async function relaunch(asked: RunToRelaunch): Promise<DriveOptions> {
  const { platform, sandboxes, state, plan = state.plan } = asked;
  const launch = readLaunch(state);
  const secrets = await secretsOfRun({
    platform,
    project: state.project,
    needed: plan.secrets,
    given: asked.secrets,
    before: launch.secrets,
  });
  const project = findProject('', state.project);
  return {
    secrets,
    outerEnv: outerEnvironment(launch.env, launch.envFile, process.env),
    sandbox: await sandboxes.open(launch),
    keepWorkspace: true,
    // A plan of today takes the files of today.
    ...sourceOfRun({ platform, plan, project, secrets, before: asked.plan ? undefined : state.source }),
  };
}
