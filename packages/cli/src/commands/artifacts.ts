import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConfigError, formatByteSize, type Artifact } from '@cicd/plugin';
import type { Platform } from '@cicd/platform';
import { exitCode } from '../exit.ts';
import { findRun, withData } from '../input/open-data.ts';

export interface ArtifactsOptions {
  readonly output?: string;
  readonly json?: boolean;
  readonly dataDir?: string;
}

function print(artifacts: readonly Artifact[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ artifacts }, null, 2)}\n`);
    return;
  }
  const width = Math.max(0, ...artifacts.map(({ key }) => key.length));
  for (const { key, size, kind, files, checksum } of artifacts) {
    const content = kind === 'directory' ? `${files} files as tar` : 'file';
    process.stdout.write(
      `${key.padEnd(width)}  ${formatByteSize(size).padStart(10)}  ${content}  sha256:${checksum.slice(0, 12)}\n`,
    );
  }
}

/** Where an artifact goes: the file named, else standard output when it is no terminal, else a new file of its name. */
async function get(platform: Platform, run: string, key: string, output: string | undefined): Promise<void> {
  const { artifact, stream } = await platform.artifacts.get(run, key);
  if (output === undefined && !process.stdout.isTTY) {
    await pipeline(stream, process.stdout, { end: false });
    return;
  }
  const file = output ?? `${path.basename(key)}${artifact.kind === 'directory' ? '.tar' : ''}`;
  try {
    await pipeline(stream, createWriteStream(file, { flags: output === undefined ? 'wx' : 'w' }));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new ConfigError({
      code: 'command.usage',
      message: `${file} exists`,
      hint: 'Name the file with --output.',
      cause,
    });
  }
  process.stderr.write(`${file}: ${formatByteSize(artifact.size)}\n`);
}

/** `cicd artifacts RUN [KEY]`: lists what a run kept, or gets one, checked by its SHA-256. */
export function artifacts(named: string, key: string | undefined, options: ArtifactsOptions): Promise<number> {
  return withData(options, async (platform) => {
    const { id } = await findRun(platform, named);
    if (key === undefined) print(await platform.artifacts.list(id), options.json ?? false);
    else await get(platform, id, key, options.output);
    return exitCode.ok;
  });
}
