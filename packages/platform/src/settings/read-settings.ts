import { readFileSync } from 'node:fs';
import { loadAll, YAMLException } from 'js-yaml';
import { ConfigError, type Problem } from '@cicd/plugin';
import { Value } from 'typebox/value';
import { settingsSchema, type Settings } from './settings.ts';

/** Reads and checks a file of settings. Errors: `command.settings_invalid`. */
export function readSettings(file: string): Settings {
  const written: unknown = parse(file) ?? {};
  const problems = Value.Errors(settingsSchema, written).map(({ instancePath, message }): Problem => ({
    code: 'command.settings_invalid',
    severity: 'error',
    message: `${instancePath.slice(1).replaceAll('/', '.') || 'the settings'} ${message}`,
    file,
    path: instancePath.slice(1).replaceAll('/', '.'),
  }));
  if (problems.length === 0) return written as Settings;
  throw new ConfigError({
    code: 'command.settings_invalid',
    message: `${file} is not right: ${problems.map(({ message }) => message).join('; ')}`,
    hint: 'Compare it with docs/settings.md.',
    problems,
  });
}

function parse(file: string): unknown {
  try {
    // A file of comments alone has no document.
    return loadAll(readFileSync(file, 'utf8'))[0];
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    throw new ConfigError({
      code: 'command.settings_invalid',
      message: `${file} is no YAML: ${cause.message}`,
      hint: 'Compare it with docs/settings.md.',
      cause,
    });
  }
}
