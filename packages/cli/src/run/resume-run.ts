import { styleText } from 'node:util';
import { loadRun, type RunState } from '@cicd/engine';
import { findProject, type Platform } from '@cicd/platform';
import { outerEnvironment } from '../input/outer-environment.ts';
import { readSecrets } from '../input/read-secrets.ts';
import { runHeader } from '../output/run-header.ts';
import { readLaunch, secretSources } from './launch.ts';
import type { SandboxesOfRuns } from './sandboxes-of-runs.ts';
import { showRun } from './show-run.ts';
import { sourceOfProject } from './source-of-project.ts';

export interface RunToResume {
  readonly platform: Platform;
  readonly sandboxes: SandboxesOfRuns;
  readonly id: string;
  readonly stream: NodeJS.WriteStream;
  /** Whether a person at the terminal is asked for decisions. */
  readonly mayAsk: boolean;
  /** `--secret` options. */
  readonly secrets: readonly string[];
  /** Stands before each line, where several runs are shown. */
  readonly label?: string;
}

/** Goes on with a run as it was started, and shows it to its end. Errors: those of `Runtime.resume`. */
export async function resumeRun(asked: RunToResume): Promise<RunState> {
  const { platform, sandboxes, id, stream, label } = asked;
  const { state } = await loadRun(platform.runs, id);
  const launch = readLaunch(state);
  const secrets = await readSecrets(secretSources(state.plan.secrets, asked.secrets, launch.secrets));
  const outerEnv = outerEnvironment(launch.env, launch.envFile, process.env);
  const sandbox = await sandboxes.open(launch);
  const project = findProject('', state.project);
  stream.write(`${runHeader(state, (format, text) => styleText(format, text, { stream }))}  resumed\n`);
  return showRun({
    platform,
    stream,
    mayAsk: asked.mayAsk,
    ...(label !== undefined && { label }),
    begin: (listener) =>
      platform.runtime.resume(id, {
        listener,
        secrets,
        outerEnv,
        sandbox,
        ...(state.plan.source !== 'none' && { source: sourceOfProject(project, platform) }),
      }),
  });
}
