import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EngineError } from '@cicd/plugin';
import { parseEngineAddress, type EngineAddress } from './engine-address.ts';

/**
 * Where to look for an engine, best first: the address given, else DOCKER_HOST (with DOCKER_TLS_VERIFY and
 * DOCKER_CERT_PATH), else the sockets of Docker and Podman that exist. Something given that cannot be used:
 * `sandbox.unavailable`; it is never passed over for another engine.
 */
export function engineCandidates(given: string | undefined, environment: NodeJS.ProcessEnv): readonly EngineAddress[] {
  const named = given ?? (environment.DOCKER_HOST || undefined);
  if (named !== undefined) {
    const address = parseEngineAddress(named);
    if (address === undefined)
      throw unavailable(`The engine address ${JSON.stringify(named)} is not one that can be used.`);
    return [given === undefined ? withCertificates(address, environment) : address];
  }
  const home = os.homedir();
  const user = environment.XDG_RUNTIME_DIR ?? `/run/user/${os.userInfo().uid}`;
  const sockets = [
    '/var/run/docker.sock',
    path.join(user, 'docker.sock'),
    path.join(home, '.docker/run/docker.sock'),
    path.join(user, 'podman/podman.sock'),
    '/run/podman/podman.sock',
  ];
  return sockets.filter((socket) => existsSync(socket)).map((socket) => ({ kind: 'socket', path: socket }));
}

function withCertificates(address: EngineAddress, environment: NodeJS.ProcessEnv): EngineAddress {
  if (address.kind !== 'tcp' || !environment.DOCKER_TLS_VERIFY) return address;
  const folder = environment.DOCKER_CERT_PATH ?? path.join(os.homedir(), '.docker');
  const read = (file: string): Buffer => readFileSync(path.join(folder, file));
  try {
    return { ...address, tls: { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') } };
  } catch (cause) {
    throw unavailable(`DOCKER_TLS_VERIFY is set, but ${folder} does not hold ca.pem, cert.pem and key.pem.`, cause);
  }
}

/** No engine answers; the hint says how to get one. */
export const unavailable = (message: string, cause?: unknown): EngineError =>
  new EngineError({
    code: 'sandbox.unavailable',
    message,
    hint: 'Start Docker or Podman, or set DOCKER_HOST to its socket (unix:///path). Without an engine, --sandbox process runs the commands as plain processes, with no isolation.',
    cause,
  });
