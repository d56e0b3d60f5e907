import type { SandboxDriver } from '@cicd/plugin';
import { findEngine, askEngine, type FoundEngine } from '../engine/find-engine.ts';
import { unavailable } from '../engine/discover-engine.ts';
import { dockerCapabilities } from './capabilities.ts';
import { openDockerSandbox, type DockerSandbox } from './docker-sandbox.ts';
import { ImageStore } from './images/image-store.ts';
import type { RegistryAuthSource } from './images/registry-auth.ts';
import { listRuns, removeRun } from './removal.ts';
import type { ResourceLimits } from './run-context.ts';

export interface DockerDriverOptions {
  /** Names and labels everything on the engine; two instances never touch each other's. */
  readonly instance: string;
  /** `unix:///path`, a socket's path, or `tcp://host:port`. Default: DOCKER_HOST, else the sockets of Docker and Podman. */
  readonly address?: string;
  /** Default: the environment of this process. Only DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and XDG_RUNTIME_DIR are read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Credentials for pulls. Default: none. */
  readonly registryAuth?: RegistryAuthSource;
  /** Of processes that ask for none. Default: unlimited. */
  readonly limits?: ResourceLimits;
}

/**
 * Runs processes as hardened containers of a Docker or Podman engine. Nothing is done until it is asked something.
 * Errors of all operations: `sandbox.unavailable` when no engine answers at the first, `sandbox.engine_failed`
 * (retryable) when it goes away later.
 *
 * ```ts
 * const driver = createDockerDriver({ instance: 'example' });
 * const sandbox = await driver.open('run-1');
 * ```
 */
export function createDockerDriver(options: DockerDriverOptions): SandboxDriver {
  const { instance, address, env = process.env, registryAuth = () => undefined, limits = {} } = options;
  const sandboxes = new Map<string, Promise<DockerSandbox>>();
  let finding: Promise<FoundEngine & { readonly images: ImageStore }> | undefined;

  const find = () => {
    finding ??= findEngine(address, env).then((found) => ({ ...found, images: new ImageStore(found.client, registryAuth) }));
    // Not found now may be found later.
    finding.catch(() => (finding = undefined));
    return finding;
  };
  return {
    specVersion: 'v1',
    name: 'docker',
    capabilities: dockerCapabilities,
    async check() {
      const known = finding !== undefined;
      const { client, engine } = await find();
      if (!known) return engine;
      try {
        return { ...engine, ...(await askEngine(client)) };
      } catch (cause) {
        throw unavailable(`The container engine at ${engine.address} does not answer any more.`, cause);
      }
    },
    open(run, { signal } = {}) {
      let sandbox = sandboxes.get(run);
      if (sandbox === undefined) {
        sandbox = (async () => {
          const { client, images } = await find();
          signal?.throwIfAborted();
          return openDockerSandbox({ client, images, instance, run, limits, network: 'bridge' }, () => sandboxes.delete(run));
        })();
        sandboxes.set(run, sandbox);
        sandbox.catch(() => sandboxes.delete(run));
      }
      return sandbox;
    },
    async runs() {
      return listRuns((await find()).client, instance);
    },
    async sweep(keep) {
      const { client } = await find();
      const left = (await listRuns(client, instance)).filter((run) => !keep.has(run));
      const removed = left.map(async (run) => {
        await (await sandboxes.get(run))?.settled();
        sandboxes.delete(run);
        return removeRun(client, { instance, run });
      });
      return (await Promise.all(removed)).flat();
    },
    async close() {
      if (finding) (await finding).client.close();
    },
  };
}
