import { buffer } from 'node:stream/consumers';
import { StepFailure, type ProcessConfig, type ProcessLaunch } from '@cicd/plugin';
import { pack } from 'tar-stream';
import type { EngineClient } from '../../engine/engine-client.ts';
import { launchProgram } from './launch-program.ts';

const name = '.cicd-launch';

/** What the launcher holds. */
const largestInput = 8 * 1024 * 1024 - 1;

/** A process that is launched: by our program, which gets variables and files by standard input. */
export function launched(config: ProcessConfig): ProcessConfig {
  const { launch } = config;
  if (!launch) return config;
  return { ...config, command: [`/${name}`, ...config.command], input: launchInput(launch) };
}

/** Records as `launch.c` reads them. Errors: `step.config_invalid`. */
export function launchInput({ env, secretFiles }: ProcessLaunch): Buffer {
  const records = [
    ...Object.entries(env).map(([variable, value]) => `E${variable}=${value}`),
    ...Object.entries(secretFiles).map(([file, content]) => `F${file}=${content}`),
  ];
  for (const record of records) if (record.includes('\0')) throw unusable('One of them holds a zero byte.');
  const input = Buffer.from([...records, ''].map((record) => `${record}\0`).join(''));
  if (input.length > largestInput) throw unusable(`They are larger than ${largestInput} bytes together.`);
  return input;
}

/** Puts the program into a container that was never started, whatever its image holds. */
export async function putLauncher(client: EngineClient, container: string): Promise<void> {
  const archive = pack();
  archive.entry({ name, mode: 0o755 }, launchProgram);
  archive.finalize();
  const body = await buffer(archive);
  await client.done('PUT', `/containers/${container}/archive`, { query: { path: '/' }, archive: body });
}

const unusable = (why: string): StepFailure =>
  new StepFailure({
    code: 'step.config_invalid',
    message: `The variables and secret files cannot be handed to the container. ${why}`,
    hint: 'Put large or binary data into a file of the workspace.',
  });
