import type { SandboxDriver } from '@cicd/plugin';
import { findEngine, askEngine, type FoundEngine } from '../engine/find-engine.ts';
import { unavailable } from '../engine/discover-engine.ts';
import { dockerCapabilities } from './capabilities.ts';
import { differencesOf, type EngineDifferences } from './engine-differences.ts';
import { openDockerSandbox, type DockerSandbox } from './docker-sandbox.ts';
import { engineImages } from './images/engine-images.ts';
import { ImageStore } from './images/image-store.ts';
import type { RegistryAuthSource } from './images/registry-auth.ts';
import { instanceNetwork, sharedNetwork, type OutboundNetwork } from './network/instance-network.ts';
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
  /**
   * Whether processes go through a network of the instance on which no container reaches another. It is made with the
   * first run and removed with the last, which takes as long as a container; so the default is the engine's own
   * bridge, on which a process can reach what other containers there listen on, as with `docker run`.
   */
  readonly privateNetwork?: boolean;
  /** Of processes that ask for none. Default: unlimited. */
  readonly limits?: ResourceLimits;
}

/** An address that is a path is a socket of this machine. */
const socketOf = ({ engine: { address } }: FoundEngine) => (address.startsWith('/') ? address : undefined);

interface Connection extends FoundEngine {
  readonly images: ImageStore;
  readonly network: OutboundNetwork;
  readonly differences: EngineDifferences;
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
  const {
    instance,
    address,
    env = process.env,
    registryAuth = () => undefined,
    limits = {},
    privateNetwork = false,
  } = options;
  const sandboxes = new Map<string, Promise<DockerSandbox>>();
  let finding: Promise<Connection> | undefined;
  let capabilities = dockerCapabilities;

  const find = () => {
    finding ??= findEngine(address, env).then(({ client, engine }) => {
      const differences = differencesOf(engine.name);
      capabilities = differences.capabilities;
      const network = privateNetwork ? instanceNetwork(client, instance) : sharedNetwork;
      return { client, engine, images: new ImageStore(client, registryAuth), network, differences };
    });
    // Not found now may be found later.
    finding.catch(() => (finding = undefined));
    return finding;
  };
  const leave = async (run: string) => {
    sandboxes.delete(run);
    if (sandboxes.size === 0) await (await find()).network.drop();
  };
  return {
    specVersion: 'v1',
    name: 'docker',
    /** Docker's, until the engine has said what it is. */
    get capabilities() {
      return capabilities;
    },
    images: engineImages(async () => (await find()).client, registryAuth),
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
          const connection = await find();
          signal?.throwIfAborted();
          return openDockerSandbox({ ...connection, socket: socketOf(connection), instance, run, limits }, () =>
            leave(run),
          );
        })();
        sandboxes.set(run, sandbox);
        sandbox.catch(() => sandboxes.delete(run));
      }
      return sandbox;
    },
    async runs() {
      return listRuns((await find()).client, instance);
    },
    async sweep(choose) {
      const { client, network } = await find();
      const left = await choose(await listRuns(client, instance));
      const removed = left.map(async (run) => {
        await (await sandboxes.get(run))?.settled();
        sandboxes.delete(run);
        return removeRun(client, { instance, run });
      });
      const names = (await Promise.all(removed)).flat();
      if (sandboxes.size === 0) await network.drop();
      return names;
    },
    async close() {
      if (finding) (await finding).client.close();
    },
  };
}
