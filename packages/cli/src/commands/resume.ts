import { ConfigError } from '@cicd/plugin';
import { createPlatform, dataFolderPath, type Platform } from '@cicd/platform';
import type { RunState } from '@cicd/engine';
import { exitCode, exitCodeOf, tellError } from '../exit.ts';
import { findRun } from '../input/open-data.ts';
import { reportRun } from '../output/report-run.ts';
import { resumeRun } from '../run/resume-run.ts';
import { openSandboxesOfRuns, type SandboxesOfRuns } from '../run/sandboxes-of-runs.ts';
import { sweepMeanwhile } from '../run/sweep-meanwhile.ts';
import { unfinishedRuns } from '../run/unfinished-runs.ts';

export interface ResumeOptions {
  readonly secret?: readonly string[];
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `cicd resume [RUN]`: goes on with a run whose process is gone, or with all of them; ends as `cicd run` would have. */
export async function resume(named: string | undefined, options: ResumeOptions): Promise<number> {
  const dataFolder = dataFolderPath({ flag: options.dataDir, env: process.env });
  const sandboxes = openSandboxesOfRuns(dataFolder);
  const platform = await createPlatform({ dataFolder, local: true, sandbox: sandboxes.driver });
  try {
    if (!platform.atHome) throw notAtHome(dataFolder);
    const runs = named === undefined ? await unfinishedRuns(platform) : [await findRun(platform, named)];
    const [only, ...others] = runs.map(({ id }) => id);
    if (only === undefined) {
      process.stderr.write('there is nothing to resume\n');
      return exitCode.ok;
    }
    const resumeOne = resumer(platform, sandboxes, options);
    if (others.length === 0) return await reportRun(await resumeOne(only), platform.logs, options);
    return await resumeAll(
      runs.map(({ id }) => id),
      resumeOne,
      platform,
      options,
    );
  } finally {
    for (const driver of sandboxes.drivers()) await sweepMeanwhile(platform, driver);
    await platform.close();
    await sandboxes.close();
  }
}

type ResumeOne = (id: string, label?: string) => Promise<RunState>;

const resumer =
  (platform: Platform, sandboxes: SandboxesOfRuns, options: ResumeOptions): ResumeOne =>
  (id, label) =>
    resumeRun({
      platform,
      sandboxes,
      id,
      stream: options.json ? process.stderr : process.stdout,
      mayAsk: !options.json && label === undefined,
      secrets: options.secret ?? [],
      ...(label !== undefined && { label }),
    });

/** All at the same time; the exit code is that of the first one that did not succeed. */
async function resumeAll(
  ids: readonly string[],
  resumeOne: ResumeOne,
  platform: Platform,
  options: ResumeOptions,
): Promise<number> {
  const outcomes = await Promise.allSettled(ids.map((id) => resumeOne(id, id.slice(0, 8))));
  const codes: number[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') {
      codes.push(await reportRun(outcome.value, platform.logs, options));
    } else {
      await tellError(outcome.reason);
      codes.push(exitCodeOf(outcome.reason));
    }
  }
  return codes.find((code) => code !== exitCode.ok) ?? exitCode.ok;
}

const notAtHome = (dataFolder: string) =>
  new ConfigError({
    code: 'command.not_at_home',
    message: `${dataFolder} is a copy, or was moved: its runs may still be driven where it came from`,
    hint: 'Say which it is: `cicd doctor --same-instance` for a folder that was moved, `cicd doctor --new-instance` for a copy.',
  });
