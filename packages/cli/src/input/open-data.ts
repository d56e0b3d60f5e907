import type { RunSummary } from '@cicd/engine';
import { ConfigError } from '@cicd/plugin';
import { createPlatform, dataFolderPath, type Platform } from '@cicd/platform';

/** Opens the data folder for reading what is there, and closes it when the work is done. */
export async function withData<Result>(
  options: { readonly dataDir?: string },
  work: (platform: Platform) => Promise<Result>,
): Promise<Result> {
  const platform = await createPlatform({ dataFolder: dataFolderPath({ flag: options.dataDir, env: process.env }) });
  try {
    return await work(platform);
  } finally {
    await platform.close();
  }
}

/** A run by its id, the beginning of one, or `latest`. */
export async function findRun(platform: Platform, named: string): Promise<RunSummary> {
  if (named !== 'latest') return platform.runs.find(named);
  const [latest] = await platform.runs.list({ limit: 1 });
  if (latest) return latest;
  throw new ConfigError({ code: 'run.not_found', message: 'there is no run yet', hint: 'Start one with `cicd run`.' });
}
