import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from '@cicd/plugin';

/** The variables that expressions may read: those of the file, and over them those named. Errors: `command.usage`. */
export function outerEnvironment(
  names: readonly string[] = [],
  file: string | undefined,
  processEnv: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  if (file !== undefined) Object.assign(env, readVariables(file));
  for (const name of names) {
    const value = processEnv[name];
    if (value === undefined) {
      throw new ConfigError({
        code: 'command.usage',
        message: `--env ${name}: the environment has no variable ${name}`,
        hint: `Set it: ${name}=… cicd run --env ${name}`,
      });
    }
    env[name] = value;
  }
  return env;
}

function readVariables(file: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError({
      code: 'command.file_not_found',
      message: `--env-file ${file} cannot be read`,
      hint: 'Name a file of NAME=VALUE lines.',
      cause,
    });
  }
}
