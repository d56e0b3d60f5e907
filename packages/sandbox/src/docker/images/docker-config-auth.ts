import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StepFailure } from '@cicd/plugin';
import { registryOf, type RegistryAuth, type RegistryAuthSource } from './registry-auth.ts';

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
}

/**
 * The credentials that `docker login` wrote: the plain entries under `auths` of `$DOCKER_CONFIG/config.json`, else of
 * `~/.docker/config.json`. Credential helpers are not asked. The file is read at each pull, so a new login counts.
 * https://docs.docker.com/reference/cli/docker/login/
 */
export function dockerConfigAuth(environment: Readonly<Record<string, string | undefined>>): RegistryAuthSource {
  const file = path.join(
    environment['DOCKER_CONFIG'] || path.join(environment['HOME'] || os.homedir(), '.docker'),
    'config.json',
  );
  return async (reference) => {
    const registry = registryOf(reference);
    const { auths = {} } = await readDockerConfig(file);
    const keys =
      registry === 'docker.io'
        ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io']
        : [registry, `https://${registry}`, `http://${registry}`];
    const serveraddress = keys.find((key) => auths[key] !== undefined);
    return serveraddress === undefined ? undefined : credentials(auths[serveraddress] ?? {}, serveraddress);
  };
}

async function readDockerConfig(file: string): Promise<DockerConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw unreadable(file, error);
  }
  try {
    return JSON.parse(text) as DockerConfig;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function credentials(
  { auth, identitytoken }: { readonly auth?: string; readonly identitytoken?: string },
  serveraddress: string,
): RegistryAuth | undefined {
  if (identitytoken) return { identitytoken, serveraddress };
  const [username, ...password] = Buffer.from(auth ?? '', 'base64')
    .toString()
    .split(':');
  return username && password.length > 0 ? { username, password: password.join(':'), serveraddress } : undefined;
}

/** The cause is left out: the words of a JSON error quote the file, and it holds passwords. */
const unreadable = (file: string, error: unknown): StepFailure =>
  new StepFailure({
    code: 'sandbox.image_missing',
    message: `The registry credentials in ${file} cannot be read${error instanceof SyntaxError ? ': it is not JSON' : ''}.`,
    hint: 'Repair the file, or log in to the registry again.',
  });
