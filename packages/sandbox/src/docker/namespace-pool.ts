import { EngineRefusal } from '../engine/engine-refusal.ts';
import { names } from './names.ts';
import { createPauseContainer } from './pause/pause-image.ts';
import { runLabels, type ListedContainer, type RunContext } from './run-context.ts';

/** A network namespace for one process. */
export interface Namespace {
  /** The engine's network mode: a namespace of the pool, or a network to make an own one on. */
  readonly mode: string;
  /** Starts its container again when it was killed. */
  revive(): Promise<void>;
  /** Gives it back; again and again without harm. */
  release(): void;
}

const prefix = 'container:';

/**
 * The network namespaces of a run. Making one is the dearest part of a container's start, so each is held open by a
 * small container and handed on: a process joins one that no other process is in, and gives it back at its end.
 *
 * The first process of a run that nothing was made ready for has a namespace of its own: for one process a held one
 * would cost more than it saves. Engines that cannot run the holding program (another processor) get own ones too.
 */
export class NamespacePool {
  readonly #context: RunContext;
  readonly #free: string[] = [];
  /** Being made, and not promised to anybody. */
  readonly #warming: Promise<string | undefined>[] = [];
  #next = 1;
  #asked = false;
  #unable = false;

  /** Takes up the namespaces of an earlier life; those that a process is in are not free. */
  constructor(context: RunContext, held: readonly ListedContainer[], taken: ReadonlySet<string>) {
    this.#context = context;
    for (const { Id, Names } of held) {
      this.#next = Math.max(this.#next, Number(/\d+$/.exec(Names[0] ?? '')?.[0] ?? 0) + 1);
      if (!taken.has(Id)) this.#free.push(Id);
    }
    this.#asked = held.length > 0;
  }

  /** Makes one ready for the next process, when none is. */
  warm(): void {
    if (this.#unable || this.#free.length > 0 || this.#warming.length > 0) return;
    this.#warming.push(this.#make());
  }

  async acquire(): Promise<Namespace> {
    const first = !this.#asked;
    this.#asked = true;
    const free = this.#free.pop();
    if (free !== undefined) return this.#namespace(free);
    const warming = this.#warming.shift();
    const container = warming ? await warming : first || this.#unable ? undefined : await this.#make();
    return container === undefined ? this.own() : this.#namespace(container);
  }

  /** Of a process of an earlier life, by its network mode. */
  adopt(mode: string): Namespace {
    return mode.startsWith(prefix) ? this.#namespace(mode.slice(prefix.length)) : this.own();
  }

  own(): Namespace {
    return { mode: this.#context.network, revive: () => Promise.resolve(), release: () => undefined };
  }

  async settled(): Promise<void> {
    await Promise.all(this.#warming);
  }

  /** Resolves to undefined when it could not be made, for a reason that `create` of a process will meet and tell. */
  async #make(): Promise<string | undefined> {
    const { client, instance, run, network } = this.#context;
    const name = names.namespace(instance, run, this.#next++);
    try {
      const id = await createPauseContainer(client, name, {
        Labels: runLabels(this.#context, 'namespace'),
        HostConfig: {
          NetworkMode: network,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          ReadonlyRootfs: true,
          PidsLimit: 4,
          Memory: 8 * 2 ** 20,
          LogConfig: { Type: 'none' },
        },
      });
      await client.done('POST', `/containers/${id}/start`);
      return id;
    } catch (error) {
      if (error instanceof EngineRefusal && /exec format error/i.test(error.answer)) this.#unable = true;
      return undefined;
    }
  }

  #namespace(id: string): Namespace {
    let held = true;
    return {
      mode: `${prefix}${id}`,
      revive: () => this.#context.client.done('POST', `/containers/${id}/start`).then(() => undefined),
      release: () => {
        if (held) this.#free.push(id);
        held = false;
      },
    };
  }
}
