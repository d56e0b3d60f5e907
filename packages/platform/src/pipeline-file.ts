import { existsSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { parsePipelineFile, type ParsedPipelineFile } from '@cicd/engine';
import { ConfigError, type StepRegistry } from '@cicd/plugin';

/** One byte more than the checker accepts: it then says so, with its own code. */
const readAtMost = 1024 * 1024 + 1;

/** The pipeline file: the one named, else `cicd.yaml`, else the only one of `.cicd/*.yaml`. Errors: `command.file_not_found`. */
export function findPipelineFile(folder: string, named?: string): string {
  if (named !== undefined) {
    const file = path.resolve(folder, named);
    if (existsSync(file)) return file;
    throw new ConfigError({
      code: 'command.file_not_found',
      message: `there is no file ${named}`,
      hint: 'Name an existing pipeline file.',
    });
  }
  const usual = path.join(folder, 'cicd.yaml');
  if (existsSync(usual)) return usual;
  const directory = path.join(folder, '.cicd');
  const found = existsSync(directory) ? readdirSync(directory).filter((name) => /\.ya?ml$/.test(name)) : [];
  if (found.length === 1) return path.join(directory, found[0] ?? '');
  throw new ConfigError({
    code: 'command.file_not_found',
    message:
      found.length > 1 ? `there are several pipeline files: ${found.join(', ')}` : `there is no cicd.yaml in ${folder}`,
    hint:
      found.length > 1 ? `Name one: cicd run .cicd/${found[0] ?? ''}` : 'Write one with `cicd init`, or name a file.',
  });
}

/** Reads and checks a pipeline file; never more of it than the checker accepts. */
export async function loadPipelineFile(file: string, steps: StepRegistry, shownAs = file): Promise<ParsedPipelineFile> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(readAtMost), length: readAtMost });
    return parsePipelineFile(buffer.toString('utf8', 0, bytesRead), { file: shownAs, registry: steps });
  } finally {
    await handle.close();
  }
}
