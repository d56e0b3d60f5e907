import {
  checkProcessConfig,
  EngineError,
  nameTaken,
  type CloseOptions,
  type CopyOptions,
  type Process,
  type ProcessConfig,
  type ProcessKey,
  type Sandbox,
  type Workspace,
} from '@cicd/plugin';
import type { EngineClient } from '../engine/engine-client.ts';
import { EngineRefusal, unless } from '../engine/engine-refusal.ts';
import { containerConfig, withoutNetwork } from './container-config.ts';
import type { EngineImage, PullOptions } from './images/image-store.ts';
import { launched, putLauncher } from './launch/launch.ts';
import { labels, names } from './names.ts';
import { NamespacePool, ownNamespace, type Namespace } from './network/namespace-pool.ts';
import { ProcessServices } from './services/process-services.ts';
import { DockerProcess } from './process/docker-process.ts';
import { removeContainer } from './process/remove-container.ts';
import { listContainers, removeRun } from './removal.ts';
import { privilegedHost } from './privileged-host.ts';
import { runLabels, type ListedContainer, type RunContext } from './run-context.ts';
import { hasVolume, openVolume, removeVolume, type VolumeWorkspace } from './workspace/volume-workspace.ts';

/** The sandbox of a run on a container engine. It calls `onClose` when nothing of it is left but, if asked, the workspace. */
export async function openDockerSandbox(context: RunContext, onClose: () => Promise<void>): Promise<DockerSandbox> {
  const opening = [openVolume(context), listContainers(context.client, context)] as const;
  // Whoever opens it again after a failure must not meet what this try is still making.
  await Promise.allSettled(opening);
  const [workspace, present] = await Promise.all(opening);
  return new DockerSandbox(context, workspace, present, onClose);
}

export class DockerSandbox implements Sandbox {
  readonly run: string;
  readonly workspace: VolumeWorkspace;
  readonly #context: RunContext;
  readonly #workspaces = new Map<string, VolumeWorkspace>();
  readonly #namespaces: NamespacePool;
  /** By the engine's id: a container is one object here, so that its namespace is given back once. */
  readonly #processes = new Map<string, DockerProcess>();
  /** What `prepare` got, or why not, for the next `create` of the same image. */
  readonly #prepared = new Map<string, Promise<EngineImage>>();
  readonly #onClose: () => Promise<void>;

  constructor(
    context: RunContext,
    workspace: VolumeWorkspace,
    present: readonly ListedContainer[],
    onClose: () => Promise<void>,
  ) {
    this.#context = context;
    this.#onClose = onClose;
    this.run = context.run;
    this.workspace = workspace;
    this.#workspaces.set(workspace.id, workspace);
    this.#namespaces = new NamespacePool(
      context,
      present.filter(({ Labels }) => Labels[labels.role] === 'namespace'),
    );
  }

  async copyWorkspace(
    name: string,
    { signal, from = this.workspace, keep = false }: CopyOptions = {},
  ): Promise<Workspace> {
    const volume = names.workspace(this.#context.instance, this.run, name);
    const isKept = keep && (await hasVolume(this.#context, volume));
    // A copy that a process of an earlier life works in stays as it is; any other is an unfinished one.
    const isNew = !isKept && (await removeVolume(this.#context, volume));
    const copy = await openVolume(this.#context, name);
    await (isNew && from !== 'nothing' ? copy.copyFrom(from, signal) : copy.root.open());
    this.#workspaces.set(copy.id, copy);
    return copy;
  }

  async dropWorkspace(workspace: Workspace): Promise<void> {
    this.#workspaces.delete(workspace.id);
    await removeVolume(this.#context, workspace.id);
  }

  async prepare(image: string, { network = false }: { readonly network?: boolean } = {}): Promise<void> {
    if (network) this.#namespaces.warm();
    const got = this.#context.images.get(image, 'missing');
    this.#prepared.set(image, got);
    await got.catch(() => undefined);
  }

  async create(config: ProcessConfig, options: PullOptions = {}): Promise<Process> {
    const { client, limits, differences } = this.#context;
    options.signal?.throwIfAborted();
    checkProcessConfig(differences.name, differences.capabilities, config);
    const privileges = privilegedHost(config.privileges, this.#context.socket);
    const workspace = config.workspace === 'none' ? undefined : this.#workspaceOf(config.workspace);
    const name = names.process(this.#context.instance, this.run, config.key);
    const services = await this.#servicesOf(config, name, options);
    const [namespace, image] = await this.#gather(config, workspace, services, options);
    try {
      options.signal?.throwIfAborted();
      const { key, launch } = config;
      const own = launched(config);
      const body = containerConfig(own, {
        image: image.id,
        labels: {
          ...runLabels(this.#context, 'process'),
          [labels.step]: config.key.step,
          [labels.attempt]: String(config.key.attempt),
        },
        network: namespace.mode,
        log: differences.log,
        volume: workspace?.volume,
        inputs: config.inputs && this.#workspaceOf(config.inputs).volume,
        privileges,
        memoryLimit: config.memoryLimit ?? limits.memoryLimit,
        cpuLimit: config.cpuLimit ?? limits.cpuLimit,
      });
      const created = await client
        .json<{ Id: string }>('POST', '/containers/create', { query: { name }, body })
        .catch((error: unknown) => {
          throw error instanceof EngineRefusal && error.status === 409 ? nameTaken(name) : error;
        });
      if (launch) await putLauncher(client, created.Id).catch(undone(client, created.Id));
      const { input } = own;
      return this.#known(
        new DockerProcess({
          client,
          key,
          id: created.Id,
          imageDigest: image.digest,
          input,
          namespace,
          services,
          logsCanBeFollowed: differences.logsCanBeFollowed,
          started: false,
          ready: () => workspace?.root.open(),
        }),
      );
    } catch (error) {
      namespace.release();
      await services?.remove();
      throw error;
    }
  }

  async attach(key: ProcessKey): Promise<Process | undefined> {
    const { client, instance, differences } = this.#context;
    const path = `/containers/${names.process(instance, this.run, key)}/json`;
    const found = await unless([404], client.json<InspectedContainer>('GET', path));
    if (found?.Config.Labels[labels.instance] !== instance || found.Config.Labels[labels.run] !== this.run)
      return undefined;
    const known = this.#processes.get(found.Id);
    if (known) return known;
    const mode = found.HostConfig.NetworkMode;
    const hasServices = mode === names.services(names.process(instance, this.run, key));
    const services = hasServices ? await ProcessServices.adopt(this.#context, key) : undefined;
    const namespace = this.#namespaces.adopt(mode);
    const started = found.State.Status !== 'created';
    return this.#known(
      new DockerProcess({
        client,
        key,
        id: found.Id,
        imageDigest: found.Image,
        namespace,
        services,
        logsCanBeFollowed: differences.logsCanBeFollowed,
        started,
        ready: () => this.workspace.root.open(),
      }),
    );
  }

  /** Resolves when nothing is being made in the background any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([
      this.#namespaces.settled(),
      ...[...this.#workspaces.values()].map(({ root }) => root.settled()),
    ]);
  }

  async close(kept: CloseOptions = {}): Promise<void> {
    await this.settled();
    await removeRun(this.#context.client, this.#context, kept);
    await this.#onClose();
  }

  #known(process: DockerProcess): DockerProcess {
    this.#processes.set(process.id, process);
    return process;
  }

  async #servicesOf(config: ProcessConfig, name: string, options: PullOptions): Promise<ProcessServices | undefined> {
    if (config.services === undefined || config.services.length === 0) return undefined;
    // Before anything is made: services of these names may belong to a process that is there.
    const path = `/containers/${name}/json`;
    if ((await unless([404], this.#context.client.json('GET', path))) !== undefined) throw nameTaken(name);
    return ProcessServices.create(this.#context, config, options);
  }

  /** All that a container needs before it can be created, at the same time. */
  async #gather(
    config: ProcessConfig,
    workspace: VolumeWorkspace | undefined,
    services: ProcessServices | undefined,
    options: PullOptions,
  ): Promise<[Namespace, EngineImage]> {
    const needs = [
      services ? Promise.resolve(ownNamespace(services.network)) : this.#network(config),
      this.#image(config, options),
      workspace && config.workDir !== undefined ? workspace.makeFolder(config.workDir) : Promise.resolve(),
    ] as const;
    const [namespace] = await Promise.allSettled(needs);
    try {
      const [acquired, image] = await Promise.all(needs);
      return [acquired, image];
    } catch (error) {
      if (namespace.status === 'fulfilled') namespace.value.release();
      await services?.remove();
      throw error;
    }
  }

  #network(config: ProcessConfig): Promise<Namespace> {
    if (config.privileges?.hostNetwork) return Promise.resolve(ownNamespace('host'));
    return withoutNetwork(config) ? Promise.resolve(ownNamespace('none')) : this.#namespaces.acquire();
  }

  #workspaceOf({ id }: Workspace): VolumeWorkspace {
    const workspace = this.#workspaces.get(id);
    if (workspace === undefined)
      throw new EngineError({
        code: 'sandbox.engine_failed',
        message: `The workspace ${id} was dropped, or belongs to another run.`,
      });
    return workspace;
  }

  async #image({ image, pull = 'missing' }: ProcessConfig, options: PullOptions): Promise<EngineImage> {
    const prepared = pull === 'missing' ? this.#prepared.get(image) : undefined;
    if (!prepared) return this.#context.images.get(image, pull, options);
    const [got] = await Promise.allSettled([prepared]);
    // A step of the run may have built an image of this name since, in the place of another or of none.
    const now = await this.#context.images.find(image, options.signal);
    if (now) return now;
    if (got.status === 'fulfilled') return got.value;
    // Told once: who asks again tries again.
    this.#prepared.delete(image);
    throw got.reason;
  }
}

/** A container that could not be completed is nobody's: its name must be free for the next try. */
const undone = (client: EngineClient, container: string) => async (error: unknown) => {
  await removeContainer(client, container);
  throw error;
};

interface InspectedContainer {
  readonly Id: string;
  /** The image's id. */
  readonly Image: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: { readonly NetworkMode: string };
  readonly State: { readonly Status: string };
}
