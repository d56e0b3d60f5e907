import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '@cicd/plugin';

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
