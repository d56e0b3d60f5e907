import { styleText } from 'node:util';
import { compilePlan } from '@cicd/engine';
import { createPlatform, dataFolderPath, findProject, refuseUngranted } from '@cicd/platform';
import { assignments } from '../input/assignments.ts';
import { loadDefinition } from '../input/load-definition.ts';
import { outerEnvironment } from '../input/outer-environment.ts';
import { localUser } from '../input/local-user.ts';
import { readSecrets } from '../input/read-secrets.ts';
import { reportRun } from '../output/report-run.ts';
import { launchOf } from './launch.ts';
import { secretsOfNewRun } from './secrets-of-run.ts';
import type { RunCommandOptions } from './run-options.ts';
import type { SandboxOfRun } from './sandbox-of-run.ts';
import { showRun } from './show-run.ts';
import { sourceOfRun } from './source-of-run.ts';
import { sweepMeanwhile } from './sweep-meanwhile.ts';
import { tellUnfinished } from './unfinished-runs.ts';

export interface PipelineToRun {
  /** The run's id. */
  readonly id: string;
  readonly file: string;
  /** The file's name as people know it. */
  readonly shown: string;
  readonly pipeline: string | undefined;
  readonly options: RunCommandOptions;
  readonly sandbox: SandboxOfRun;
}

/** What is to be run, checked: nothing has been started. */
async function prepare({ file, shown, pipeline, options }: PipelineToRun) {
  const definition = await loadDefinition(file, shown, pipeline);
  const plan = compilePlan(definition, { inputs: assignments('input', options.input) });
  const outerEnv = outerEnvironment(options.env, options.envFile, process.env);
  const given = await readSecrets(options.secret);
  return { plan, outerEnv, given, project: findProject(file, options.project) };
}

/** Checks, plans, runs and shows a pipeline; returns the run's exit code. What is wrong with the file is told first. */
export async function runPipeline(asked: PipelineToRun): Promise<number> {
  const { id, options, sandbox } = asked;
  const stream = options.json ? process.stderr : process.stdout;
  const { plan, project, given, outerEnv } = await prepare(asked);
  const { driver, warning } = await sandbox.chosen;
  if (warning) process.stderr.write(`${styleText('yellow', 'warning', { stream: process.stderr })}: ${warning}\n`);
  const platform = await createPlatform({
    dataFolder: dataFolderPath({ flag: options.dataDir, env: process.env }),
    sandbox: driver,
    local: true,
  });
  let cleaned: Promise<void> | undefined;
  try {
    await refuseUngranted(plan, project.folder, platform.grants);
    await tellUnfinished(platform);
    const secrets = await secretsOfNewRun(platform, project.folder, plan.secrets, given);
    const state = await showRun({
      platform,
      stream,
      mayAsk: !options.json,
      async begin(listener) {
        const handle = await platform.runtime.start(plan, {
          id,
          listener,
          project: project.folder,
          actor: localUser(),
          trigger: { type: 'manual' },
          launch: launchOf(options, driver.name, asked.file),
          keepWorkspace: true,
          sandboxIsOpen: true,
          secrets,
          outerEnv,
          ...(options.only && { only: options.only }),
          ...(options.from && { from: options.from }),
          ...sourceOfRun({ platform, plan, project, secrets }),
        });
        sandbox.handOver();
        cleaned = sweepMeanwhile(platform, driver);
        return handle;
      },
    });
    return await reportRun(state, platform.logs, options);
  } finally {
    await cleaned;
    await platform.close();
  }
}
