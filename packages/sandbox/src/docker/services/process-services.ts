import {
  EngineError,
  serviceEnded,
  serviceNotReady,
  serviceOutputLines,
  type ProcessConfig,
  type ProcessKey,
  type ReadyCheck,
  type ServiceConfig,
  type ServiceOutput,
  type StepFailure,
} from '@cicd/plugin';
import { unless } from '../../engine/engine-refusal.ts';
import { withoutNetwork } from '../container-config.ts';
import type { PullOptions } from '../images/image-store.ts';
import { labelled, labels, names } from '../names.ts';
import { logBeginning, outputFrames } from '../process/output-frames.ts';
import { removeContainer } from '../process/remove-container.ts';
import { startFailure } from '../process/start-failure.ts';
import { runLabels, type ListedContainer, type RunContext } from '../run-context.ts';
import { serviceContainer } from './service-container.ts';
import { untilReady } from './until-ready.ts';

interface ServiceContainer {
  readonly id: string;
  readonly name: string;
  /** Of one that this life has created. */
  readonly config?: ServiceConfig;
}

/** The most bytes that are kept of what a service has written. */
const longestOutput = 64 * 1024;

/** The containers beside one process, and the network that they share with it and with nothing else. */
export class ProcessServices {
  /** The name of the network. */
  readonly network: string;
  readonly #context: RunContext;
  readonly #containers: readonly ServiceContainer[];
  readonly #starting = new AbortController();

  private constructor(context: RunContext, network: string, containers: readonly ServiceContainer[]) {
    this.#context = context;
    this.network = network;
    this.#containers = containers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Creates network and containers, and starts none. What a former life left under these names goes first. */
  static async create(context: RunContext, config: ProcessConfig, options: PullOptions): Promise<ProcessServices> {
    const { key, services = [] } = config;
    const { client, images, differences, limits } = context;
    const process = names.process(context.instance, context.run, key);
    const network = names.services(process);
    const own = { [labels.step]: key.step, [labels.attempt]: String(key.attempt) };
    const found = await Promise.all(services.map(({ image, pull = 'missing' }) => images.get(image, pull, options)));
    await new ProcessServices(context, network, await present(context, key)).remove();
    const body = {
      Name: network,
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: withoutNetwork(config),
      Labels: { ...runLabels(context, 'services'), ...own },
    };
    await client.json('POST', '/networks/create', { body });
    const create = async (service: ServiceConfig, image: string): Promise<ServiceContainer> => {
      const { Id: id } = await client.json<{ Id: string }>('POST', '/containers/create', {
        query: { name: names.service(process, service.name) },
        body: serviceContainer(service, {
          image,
          labels: { ...runLabels(context, 'service'), ...own, [labels.service]: service.name },
          network,
          log: differences.log,
          memoryLimit: limits.memoryLimit,
          cpuLimit: limits.cpuLimit,
        }),
      });
      return { id, name: service.name, config: service };
    };
    const created = await Promise.all(
      services.map((service, index) => create(service, found[index]?.id ?? service.image)),
    );
    return new ProcessServices(context, network, created);
  }

  /** Those of a process of an earlier life. */
  static async adopt(context: RunContext, key: ProcessKey): Promise<ProcessServices> {
    const network = names.services(names.process(context.instance, context.run, key));
    return new ProcessServices(context, network, await present(context, key));
  }

  /** Starts all and waits until each is ready. Errors: `sandbox.service_failed`, `sandbox.service_not_ready`. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#containers.map((one) => this.#startOne(one)));
    } finally {
      this.giveUp();
    }
  }

  /** Ends a `start` that still waits. */
  giveUp(): void {
    this.#starting.abort(
      new EngineError({
        code: 'sandbox.engine_failed',
        message: 'The process was stopped before its services were ready.',
      }),
    );
  }

  /** Resolves when one has ended. */
  firstEnd(signal: AbortSignal): Promise<'service'> {
    return Promise.race(this.#containers.map(({ id }) => this.#end(id, signal).then(() => 'service' as const)));
  }

  /** What to say when one ended before this moment (ISO 8601). */
  async failureBefore(moment: string): Promise<StepFailure | undefined> {
    for (const one of this.#containers) {
      const path = `/containers/${one.id}/json`;
      const found = await unless([404], this.#context.client.json<{ State: ServiceState }>('GET', path));
      if (!found || found.State.Running || Date.parse(found.State.FinishedAt) >= Date.parse(moment)) continue;
      return serviceEnded(await this.#outputOf(one), found.State.ExitCode);
    }
    return undefined;
  }

  output(): Promise<readonly ServiceOutput[]> {
    return Promise.all(this.#containers.map((one) => this.#outputOf(one)));
  }

  async remove(): Promise<void> {
    const { client } = this.#context;
    await Promise.all(this.#containers.map(({ id }) => removeContainer(client, id)));
    await unless([404], client.done('DELETE', `/networks/${this.network}`));
  }

  async #startOne(service: ServiceContainer): Promise<void> {
    const { client } = this.#context;
    const { id, name, config } = service;
    try {
      await client.done('POST', `/containers/${id}/start`);
    } catch (error) {
      throw startFailure(error, `The service ${name}`);
    }
    if (config?.ready) await this.#untilReady(service, config, config.ready);
  }

  async #untilReady(service: ServiceContainer, config: ServiceConfig, check: ReadyCheck): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#starting.signal]);
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(late.resolve, check.timeout, 'late');
    let lastLook: string | undefined;
    const ended = this.#end(service.id, signal);
    const look = untilReady(this.#context.client, service.id, check, signal, (said) => (lastLook = said));
    // A log that ends is followed by the end of who wrote it.
    const ready = look.then<number | 'ready'>((isReady) => (isReady ? 'ready' : ended));
    try {
      const first = await Promise.race([ready, ended, late.promise]);
      if (first === 'late') throw serviceNotReady(config, await this.#outputOf(service), lastLook);
      if (first !== 'ready') throw serviceEnded(await this.#outputOf(service), first);
    } finally {
      clearTimeout(timer);
      over.abort();
      // Both are over with the signal, and nobody asks any more how.
      await Promise.allSettled([ready, ended]);
    }
  }

  /** The exit code, once it has ended. */
  async #end(id: string, signal: AbortSignal): Promise<number> {
    const query = { condition: 'not-running' };
    const { StatusCode } = await this.#context.client.json<{ StatusCode: number }>('POST', `/containers/${id}/wait`, {
      query,
      signal,
    });
    return StatusCode;
  }

  async #outputOf({ id, name }: ServiceContainer): Promise<ServiceOutput> {
    const query = { stdout: 1, stderr: 1, timestamps: 1, tail: serviceOutputLines };
    const log = await this.#context.client.stream('GET', `/containers/${id}/logs`, { query });
    let kept = Buffer.alloc(0);
    for await (const { data } of outputFrames(log as AsyncIterable<Uint8Array>, 0, logBeginning()))
      kept = Buffer.concat([kept, data]).subarray(-longestOutput);
    return { name, text: kept.toString() };
  }
}

interface ServiceState {
  readonly Running: boolean;
  readonly ExitCode: number;
  readonly FinishedAt: string;
}

/** The containers beside a process, as the engine has them. */
async function present({ client, instance, run }: RunContext, key: ProcessKey): Promise<ServiceContainer[]> {
  const filters = labelled({
    [labels.instance]: instance,
    [labels.run]: run,
    [labels.role]: 'service',
    [labels.step]: key.step,
    [labels.attempt]: String(key.attempt),
  });
  const found = await client.json<readonly ListedContainer[]>('GET', '/containers/json', {
    query: { all: true, filters },
  });
  return found.map(({ Id, Labels }) => ({ id: Id, name: Labels[labels.service] ?? Id }));
}
