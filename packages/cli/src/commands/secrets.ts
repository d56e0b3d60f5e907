import { checkSecret } from '@cicd/engine';
import { findProject, type Platform } from '@cicd/platform';
import { ConfigError } from '@cicd/plugin';
import path from 'node:path';
import { exitCode } from '../exit.ts';
import { askHidden } from '../input/ask.ts';
import { localUser } from '../input/local-user.ts';
import { withData } from '../input/open-data.ts';
import { readSecretFile } from '../input/secrets.ts';
import { printProblems } from '../output/print-problems.ts';

/** Bytes of 65,536 characters, and of a line end. */
const longestInput = 4 * 65_536 + 2;

interface SecretOptions {
  readonly project?: string;
  readonly dataDir?: string;
}

/** `cicd secrets set NAME`: the value comes from a file, the standard input or the terminal, never from an argument. */
export async function setSecret(
  name: string,
  options: SecretOptions & { readonly fromFile?: string },
): Promise<number> {
  const value = await valueFrom(name, options.fromFile);
  const problems = checkSecret(name, value);
  if (problems.some(({ severity }) => severity === 'error')) {
    throw new ConfigError({ code: 'command.usage', message: `the secret ${name} is refused`, problems });
  }
  if (problems.length > 0) printProblems(problems, process.stderr);
  return withProject(options, async (platform, project) => {
    const { version } = await platform.secrets.set(project, name, value, localUser());
    process.stdout.write(`${name} is set, version ${version}\n`);
    return exitCode.ok;
  });
}

/** `cicd secrets list`: names and changes, never a value. */
export function listSecrets(options: SecretOptions & { readonly json?: boolean }): Promise<number> {
  return withProject(options, async (platform, project) => {
    const secrets = await platform.secrets.list(project);
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ project, secrets })}\n`);
    } else if (secrets.length === 0) {
      process.stderr.write(`${project} has no secrets; set one with: cicd secrets set NAME\n`);
    } else {
      const width = Math.max(...secrets.map(({ name }) => name.length));
      for (const { name, version, changedAt, changedBy } of secrets)
        process.stdout.write(`${name.padEnd(width)}  version ${version}  ${changedAt}  ${changedBy}\n`);
    }
    return exitCode.ok;
  });
}

/** `cicd secrets remove NAME`. */
export function removeSecret(name: string, options: SecretOptions): Promise<number> {
  return withProject(options, async (platform, project) => {
    await platform.secrets.remove(project, name);
    process.stdout.write(`${name} is removed\n`);
    return exitCode.ok;
  });
}

/** `cicd secrets rotate-key`: of every project of the data folder. */
export function rotateKey(options: Pick<SecretOptions, 'dataDir'>): Promise<number> {
  return withData(options, async (platform) => {
    const projects = await platform.secrets.rotateKey();
    process.stdout.write(
      projects === 0
        ? 'there are no secrets yet, and no key\n'
        : `a new key wraps the secrets of ${projects} ${projects === 1 ? 'project' : 'projects'}\n`,
    );
    return exitCode.ok;
  });
}

/** A project goes by the folder that its runs name: the one above a pipeline file of this folder. */
function withProject(
  options: SecretOptions,
  work: (platform: Platform, project: string) => Promise<number>,
): Promise<number> {
  const { folder } = findProject(path.join(process.cwd(), 'cicd.yaml'), options.project);
  return withData(options, (platform) => work(platform, folder));
}

async function valueFrom(name: string, file: string | undefined): Promise<string> {
  if (file !== undefined) {
    try {
      return readSecretFile(file);
    } catch (cause) {
      throw new ConfigError({
        code: 'command.file_not_found',
        message: `the file ${file} cannot be read`,
        hint: 'Name a readable file.',
        cause,
      });
    }
  }
  if (process.stdin.isTTY) return askHidden(`${name}: `);
  return (await readPiped(name)).replace(/\r?\n$/, '');
}

/** No more than what `secret.too_long` can judge is read. */
async function readPiped(name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= longestInput) continue;
    throw new ConfigError({
      code: 'secret.too_long',
      message: `The secret ${name} has more than 65536 characters.`,
      hint: 'Store large data elsewhere and keep only its key as a secret.',
    });
  }
  return Buffer.concat(chunks).toString();
}
