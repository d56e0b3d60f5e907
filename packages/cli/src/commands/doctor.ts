import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { promisify, styleText } from 'node:util';
import { CicdError, ConfigError, formatByteSize, type ArtifactStore } from '@cicd/plugin';
import { chooseSandbox, createPlatform, dataFolderPath, settleInstance } from '@cicd/platform';
import { exitCode } from '../exit.ts';

interface Finding {
  readonly what: string;
  readonly fine: boolean;
  readonly text: string;
  readonly hint?: string;
}

const roomy = 1024 ** 3;

async function examine(
  what: string,
  work: () => Promise<Omit<Finding, 'what' | 'fine'> & { fine?: boolean }>,
): Promise<Finding> {
  try {
    return { what, fine: true, ...(await work()) };
  } catch (error) {
    const hint = CicdError.isInstance(error) ? error.hint : undefined;
    return {
      what,
      fine: false,
      text: error instanceof Error ? error.message : String(error),
      ...(hint ? { hint } : {}),
    };
  }
}

export interface DoctorOptions {
  readonly dataDir?: string;
  readonly newInstance?: boolean;
  readonly sameInstance?: boolean;
}

/** Says where a folder is at home that was copied or moved. */
function settle(dataFolder: string, { newInstance = false, sameInstance = false }: DoctorOptions): void {
  if (newInstance && sameInstance) {
    throw new ConfigError({
      code: 'command.usage',
      message: '--new-instance and --same-instance exclude each other',
      hint: 'A folder that was moved is the same instance; a copy is a new one.',
    });
  }
  if (newInstance || sameInstance) settleInstance(dataFolder, newInstance ? 'new' : 'same');
}

/** Keeps an artifact, reads it and deletes it. Errors: those of the store. */
async function tryStore(store: ArtifactStore): Promise<void> {
  const run = `doctor-${randomUUID()}`;
  await store.put(run, 'probe', Readable.from(['probe']));
  const { stream } = await store.get(run, 'probe');
  for await (const _ of stream);
  await store.delete(run, 'probe');
}

/** `cicd doctor`: whether runs have what they need here; exit code 1 when something is missing. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const dataFolder = dataFolderPath({ flag: options.dataDir, env: process.env });
  settle(dataFolder, options);
  const findings = [
    await examine('node', async () => ({ text: process.version })),
    await examine('data folder', async () => {
      const platform = await createPlatform({ dataFolder });
      await platform.close();
      return {
        text: `${dataFolder}, instance ${platform.instance}`,
        fine: platform.atHome,
        ...(platform.atHome
          ? {}
          : {
              hint: 'It is a copy, or was moved, so nothing of it is resumed or cleaned up: say --same-instance when it was moved, --new-instance when it is a copy.',
            }),
      };
    }),
    await examine('disk', async () => {
      const { bavail, bsize } = await statfs(dataFolder);
      const free = bavail * bsize;
      return {
        fine: free > roomy,
        text: `${formatByteSize(free)} free`,
        ...(free > roomy ? {} : { hint: 'Make room: logs, artifacts and workspaces need it.' }),
      };
    }),
    await examine('artifacts', async () => {
      const platform = await createPlatform({ dataFolder });
      try {
        await tryStore(platform.artifacts);
        return { text: `kept in ${platform.artifactPlace}` };
      } finally {
        await platform.close();
      }
    }),
    await examine('container engine', async () => {
      const { driver, engine } = await chooseSandbox('docker', { dataFolder, env: process.env });
      await driver.close();
      return { text: `${engine.name} ${engine.version} at ${engine.address}` };
    }),
    await examine('git', async () => ({ text: (await promisify(execFile)('git', ['--version'])).stdout.trim() })),
  ];
  for (const { what, fine, text, hint } of findings) {
    const sign = fine
      ? styleText('green', '✓', { stream: process.stdout })
      : styleText('red', '✗', { stream: process.stdout });
    process.stdout.write(`${sign} ${what}: ${text}\n${hint === undefined ? '' : `  ${hint}\n`}`);
  }
  return findings.every(({ fine }) => fine) ? exitCode.ok : exitCode.failed;
}
