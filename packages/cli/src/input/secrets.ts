import { readFileSync } from 'node:fs';
import { checkSecret } from '@cicd/engine';
import { ConfigError, type Problem } from '@cicd/plugin';

/** Where secrets come from. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readFile(file: string): string;
  /** Asks a person, without showing what is typed; absent where nobody can be asked. */
  readonly ask?: (name: string) => Promise<string>;
}

export const readSecretFile = (file: string): string => readFileSync(file, 'utf8').replace(/\r?\n$/, '');

const usage = (message: string, hint: string) => new ConfigError({ code: 'command.usage', message, hint });

async function valueOf(given: string, sources: SecretSources): Promise<[string, string]> {
  const at = given.indexOf('=');
  const name = at < 0 ? given : given.slice(0, at);
  if (at >= 0 && given[at + 1] !== '@') {
    throw usage(
      `--secret ${name}=… would put the secret into the history of the shell and the list of processes`,
      `Set the variable ${name} and write --secret ${name}, or write --secret ${name}=@file.`,
    );
  }
  if (at >= 0) {
    const file = given.slice(at + 2);
    try {
      return [name, sources.readFile(file)];
    } catch (cause) {
      throw new ConfigError({
        code: 'command.file_not_found',
        message: `--secret ${name}: the file ${file} cannot be read`,
        hint: 'Name a readable file.',
        cause,
      });
    }
  }
  const value = sources.env[name] ?? (await sources.ask?.(name));
  if (value === undefined)
    throw usage(
      `--secret ${name}: the environment has no variable ${name}`,
      `Set it: ${name}=… cicd run --secret ${name}`,
    );
  return [name, value];
}

/** The secrets of the command line, and warnings about weak ones. Values that cannot be masked are refused. */
export async function secretsOf(
  given: readonly string[] = [],
  sources: SecretSources,
): Promise<{ secrets: Record<string, string>; warnings: Problem[] }> {
  const secrets: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const each of given) {
    const [name, value] = await valueOf(each, sources);
    problems.push(...checkSecret(name, value));
    secrets[name] = value;
  }
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first) throw new ConfigError({ code: 'command.usage', message: first.message, problems: errors });
  return { secrets, warnings: problems };
}
