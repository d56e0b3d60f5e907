import { existsSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { compilePlan, loadRun, type Plan, type RunState } from '@cicd/engine';
import { createPlatform, dataFolderPath, refuseUngranted } from '@cicd/platform';
import { ConfigError } from '@cicd/plugin';
import { loadDefinition } from '../input/load-definition.ts';
import { localUser } from '../input/local-user.ts';
import { findRun } from '../input/open-data.ts';
import { reportRun } from '../output/report-run.ts';
import { runHeader } from '../output/run-header.ts';
import { readLaunch } from '../run/launch.ts';
import { relaunch } from '../run/relaunch.ts';
import { openSandboxesOfRuns } from '../run/sandboxes-of-runs.ts';
import { showRun } from '../run/show-run.ts';

export interface RerunOptions {
  readonly from?: readonly string[];
  readonly whole?: boolean;
  readonly clean?: boolean;
  readonly update?: boolean;
  readonly secret?: readonly string[];
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `cicd rerun RUN`: another attempt of a run that has ended; ends as `cicd run` would have. */
export async function rerun(named: string, options: RerunOptions): Promise<number> {
  const dataFolder = dataFolderPath({ flag: options.dataDir, env: process.env });
  const sandboxes = openSandboxesOfRuns(dataFolder);
  const platform = await createPlatform({ dataFolder, local: true, sandbox: sandboxes.driver });
  const stream = options.json ? process.stderr : process.stdout;
  try {
    const { id } = await findRun(platform, named);
    const { state } = await loadRun(platform.runs, id);
    const plan = options.update ? await planOfToday(state) : undefined;
    await refuseUngranted(plan ?? state.plan, state.project, platform.grants);
    const relaunched = await relaunch({ platform, sandboxes, state, plan, secrets: options.secret ?? [] });
    stream.write(`${runHeader(state, (format, text) => styleText(format, text, { stream }))}\n`);
    const ended = await showRun({
      platform,
      stream,
      mayAsk: !options.json,
      begin: (listener) =>
        platform.runtime.rerun(id, {
          ...relaunched,
          listener,
          actor: localUser(),
          whole: options.whole ?? false,
          clean: options.clean ?? false,
          ...(options.from && { from: options.from }),
          ...(plan && { plan }),
        }),
    });
    return await reportRun(ended, platform.logs, options);
  } finally {
    await platform.close();
    await sandboxes.close();
  }
}

/** The plan of the pipeline as it is written now, with the inputs of the run that it still has. */
async function planOfToday(state: RunState): Promise<Plan> {
  const { file } = readLaunch(state);
  if (file === undefined || !existsSync(file)) {
    throw new ConfigError({
      code: 'command.file_not_found',
      message: `the pipeline file of the run is not there any more${file === undefined ? '' : `: ${file}`}`,
      hint: 'Run it again without --update, or start a new run.',
    });
  }
  const definition = await loadDefinition(file, path.relative(process.cwd(), file), state.pipeline);
  const inputs = Object.entries(state.plan.inputs).filter(([name]) => Object.hasOwn(definition.inputs, name));
  return compilePlan(definition, { inputs: Object.fromEntries(inputs) });
}
