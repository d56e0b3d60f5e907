import { EngineRefusal } from '../../engine/engine-refusal.ts';
import { names } from '../names.ts';
import { createPauseContainer, isWrongProcessor } from '../pause/pause-image.ts';
import { removeContainer } from '../process/remove-container.ts';
import { runLabels, type ListedContainer, type RunContext } from '../run-context.ts';
import { namespaceFiles } from './namespace-files.ts';

/** A network namespace for one process. */
export interface Namespace {
  /** The engine's network mode: a namespace that is held open, a network to make an own one on, or `none`. */
  readonly mode: string;
  /** Starts the container that holds it again, when that was killed. */
  revive(): Promise<void>;
  /** Gives it back; again and again without harm. */
  release(): void;
}

/** A namespace that nobody hands on: the engine makes and removes it with the process. */
export const ownNamespace = (mode: string): Namespace => ({
  mode,
  revive: () => Promise.resolve(),
  release: () => undefined,
});

/** A container that holds a namespace, and what its files of host names were like at first. */
interface Holder {
  readonly id: string;
  readonly files: string;
}

const prefix = 'container:';

/**
 * The network namespaces of a run. Making one is the dearest part of a container's start, so each is held open by a
 * small container and handed on: a process joins one that no other process is in, and gives it back at its end.
 *
 * The first process of a run that nothing was made ready for has a namespace of its own: for one process a held one
 * would cost more than it saves. Engines that cannot run the holding program (another processor) get own ones too.
 * Those of an earlier life are not handed on, for nobody knows what they were like at first.
 */
export class NamespacePool {
  readonly #context: RunContext;
  readonly #free: Holder[] = [];
  /** Being made, and promised to nobody. */
  readonly #warming: Promise<Holder | undefined>[] = [];
  /** Whatever goes on in the background. */
  readonly #pending = new Set<Promise<unknown>>();
  #next: number;
  #asked: boolean;
  #unable = false;

  constructor(context: RunContext, held: readonly ListedContainer[]) {
    this.#context = context;
    this.#next = 1 + Math.max(0, ...held.map(({ Names }) => Number(/\d+$/.exec(Names[0] ?? '')?.[0] ?? 0)));
    this.#asked = held.length > 0 || context.network.isPrivate;
  }

  /** Makes one ready for the next process, when none is. */
  warm(): void {
    if (this.#unable || this.#free.length > 0 || this.#warming.length > 0) return;
    this.#warming.push(this.#tracked(this.#make()));
  }

  async acquire(): Promise<Namespace> {
    const first = !this.#asked;
    this.#asked = true;
    for (let holder = this.#free.pop(); holder; holder = this.#free.pop()) {
      if (await this.#unchanged(holder)) return this.#handOut(holder);
      void this.#tracked(removeContainer(this.#context.client, holder.id));
    }
    const warming = this.#warming.shift();
    const holder = warming ? await warming : first || this.#unable ? undefined : await this.#tracked(this.#make());
    return holder ? this.#handOut(holder) : ownNamespace(this.#context.network.name);
  }

  /** Of a process of an earlier life, by its network mode. */
  adopt(mode: string): Namespace {
    return mode.startsWith(prefix)
      ? { ...ownNamespace(mode), revive: () => this.#start(mode.slice(prefix.length)) }
      : ownNamespace(mode);
  }

  /** Resolves when nothing is being made or removed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  /** Undefined when it cannot be made: the process gets an own one, and with it the engine's reason, should that remain. */
  async #make(): Promise<Holder | undefined> {
    const { client, instance, run, network } = this.#context;
    const config = {
      Labels: runLabels(this.#context, 'namespace'),
      HostConfig: {
        NetworkMode: network.name,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
        PidsLimit: 4,
        Memory: 8 * 2 ** 20,
        LogConfig: { Type: 'none' },
      },
    };
    try {
      await network.ensure();
      const id = await createPauseContainer(client, names.namespace(instance, run, this.#next++), config);
      await this.#start(id).catch(async (error: unknown) => {
        // Another process of this instance took the network for unused, between the two.
        if (!(error instanceof EngineRefusal) || !/network .* not found/i.test(error.answer)) throw error;
        await network.ensure();
        await this.#start(id);
      });
      return { id, files: await namespaceFiles(client, id) };
    } catch (error) {
      if (!(error instanceof EngineRefusal)) throw error;
      this.#unable ||= isWrongProcessor(error);
      return undefined;
    }
  }

  async #unchanged({ id, files }: Holder): Promise<boolean> {
    try {
      return (await namespaceFiles(this.#context.client, id)) === files;
    } catch (error) {
      if (error instanceof EngineRefusal) return false;
      throw error;
    }
  }

  async #start(container: string): Promise<void> {
    await this.#context.client.done('POST', `/containers/${container}/start`);
  }

  #handOut(holder: Holder): Namespace {
    let held = true;
    return {
      mode: `${prefix}${holder.id}`,
      revive: () => this.#start(holder.id),
      release: () => {
        if (held) this.#free.push(holder);
        held = false;
      },
    };
  }

  #tracked<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work);
    work.then(
      () => this.#pending.delete(work),
      () => this.#pending.delete(work),
    );
    return work;
  }
}
