import { once } from 'node:events';
import { stepsInOrder, type LogKey, type RunState } from '@cicd/engine';
import { ConfigError } from '@cicd/plugin';
import type { Platform } from '@cicd/platform';
import { exitCode } from '../exit.ts';
import { findRun, withData } from '../input/open-data.ts';
import { readState } from '../input/read-state.ts';

export interface LogsOptions {
  readonly step?: string;
  readonly attempt?: string;
  readonly follow?: boolean;
  readonly dataDir?: string;
}

async function print(platform: Platform, key: LogKey, follow: boolean): Promise<void> {
  for await (const data of platform.logs.read(key, { follow })) {
    if (!process.stdout.write(data)) await once(process.stdout, 'drain');
  }
}

/** The most keys that a hint lists: a loop may have thousands. */
const listedKeys = 30;

/** The keys of the steps that a name means: the step itself, every member of its matrix, everything inside it. */
function keysOf(state: RunState, name: string): string[] {
  const all = stepsInOrder(state).map(({ key }) => key);
  const keys = all.filter((key) => key === name || key.startsWith(`${name}.`));
  if (keys.length > 0) return keys;
  throw new ConfigError({
    code: 'command.usage',
    message: `the run ${state.id} has no step ${name}`,
    hint: `Its steps: ${all.slice(0, listedKeys).join(', ')}${all.length > listedKeys ? ', …' : ''}.`,
  });
}

function attemptOf(state: RunState, key: string, wanted: string | undefined): number {
  const last = state.steps.get(key)?.attempt ?? 0;
  if (wanted === undefined) return last;
  const attempt = Number(wanted);
  if (Number.isInteger(attempt) && attempt >= 1 && attempt <= last) return attempt;
  throw new ConfigError({
    code: 'command.usage',
    message: `--attempt ${wanted}: ${key} has ${last === 1 ? 'one attempt' : `${last} attempts`}`,
  });
}

/** `cicd logs RUN`: every step's log in the order of the file, or one step's as it was. */
export function logs(run: string, options: LogsOptions): Promise<number> {
  return withData(options, async (platform) => {
    const { id } = await findRun(platform, run);
    const state = await readState(platform, id);
    const named = options.step === undefined ? stepsInOrder(state).map(({ key }) => key) : keysOf(state, options.step);
    // A step that others stand in says nothing itself.
    const keys = named.filter((key) => !state.scopes.has(key));
    for (const key of keys) {
      const attempt = attemptOf(state, key, options.attempt);
      if (attempt === 0) {
        if (keys.length === 1) process.stderr.write(`${key} did not run\n`);
        continue;
      }
      if (keys.length > 1) process.stderr.write(`── ${key}\n`);
      await print(platform, { run: id, step: key, attempt }, options.follow ?? false);
    }
    return exitCode.ok;
  });
}
