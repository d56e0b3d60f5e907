import type { Duplex } from 'node:stream';
import {
  CicdError,
  EngineError,
  type ExitStatus,
  type OutputChunk,
  type Process,
  type ProcessKey,
  type ServiceOutput,
  type Terminal,
  type TerminalConfig,
} from '@cicd/plugin';
import type { EngineClient } from '../../engine/engine-client.ts';
import { EngineRefusal, engineTrouble, unless } from '../../engine/engine-refusal.ts';
import type { Namespace } from '../network/namespace-pool.ts';
import { isOlderThanEngine } from './engine-start.ts';
import { openExecTerminal } from './exec-terminal.ts';
import { logBeginning, outputFrames, type LogPosition } from './output-frames.ts';
import type { ProcessServices } from '../services/process-services.ts';
import { removeContainer } from './remove-container.ts';
import { startFailure } from './start-failure.ts';
import { watchedLog } from './watched-log.ts';

export interface DockerProcessOptions {
  readonly client: EngineClient;
  readonly key: ProcessKey;
  readonly id: string;
  readonly imageDigest?: string;
  readonly input?: Uint8Array | undefined;
  readonly namespace: Namespace;
  /** Whether the engine loses nothing of a log that it follows. */
  readonly logsCanBeFollowed: boolean;
  /** Started in an earlier life. */
  readonly started: boolean;
  readonly services?: ProcessServices | undefined;
  /** Resolves when all that the process needs is there; asked right before the start. */
  ready(): Promise<void> | undefined;
}

interface ContainerState {
  readonly Status: string;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly StartedAt: string;
  readonly FinishedAt: string;
}

/** Milliseconds that a process has to end when a service beside it has ended. */
const serviceGrace = 10_000;

/** A process that is a container. Its name and log belong to the engine, so it outlives this object. */
export class DockerProcess implements Process {
  readonly key: ProcessKey;
  readonly id: string;
  readonly imageDigest?: string;
  readonly #options: DockerProcessOptions;
  readonly #path: string;
  readonly #begun = Promise.withResolvers<void>();
  #started: boolean;
  /** By whom it belongs to. */
  #stopped = false;
  #ended: ExitStatus | undefined;
  #watched: Promise<ExitStatus> | undefined;

  constructor(options: DockerProcessOptions) {
    this.#options = options;
    this.key = options.key;
    this.id = options.id;
    if (options.imageDigest !== undefined) this.imageDigest = options.imageDigest;
    this.#path = `/containers/${options.id}`;
    this.#started = options.started;
    if (options.started) this.#begun.resolve();
  }

  async state(): Promise<'created' | 'running' | 'exited'> {
    const { Status } = await this.#inspect();
    // A start whose answer was lost has happened all the same.
    if (Status !== 'created') this.#markBegun();
    return Status === 'created' ? 'created' : Status === 'running' || Status === 'paused' ? 'running' : 'exited';
  }

  async start(): Promise<void> {
    const { client, input, services } = this.#options;
    if (this.#started) throw startedBefore(this.id);
    this.#started = true;
    let standardInput: Duplex | undefined;
    try {
      await Promise.all([this.#options.ready(), services?.start()]);
      if (input !== undefined)
        standardInput = await client.connect(`${this.#path}/attach`, { query: { stream: 1, stdin: 1 } });
      await this.#run().catch(async (error: unknown) => {
        if (!isUncertain(error) || (await this.state()) === 'created') throw error;
      });
    } catch (error) {
      this.#started = false;
      standardInput?.destroy();
      throw error;
    }
    this.#markBegun();
    if (standardInput) deliver(standardInput, input ?? new Uint8Array());
  }

  async *output({ fromByte = 0 }: { readonly fromByte?: number } = {}): AsyncGenerator<OutputChunk> {
    await this.#begun.promise;
    const whole = this.#ended !== undefined;
    if (!whole && !this.#options.logsCanBeFollowed) {
      const look = (from: number, position: LogPosition) => this.#log({}, from, position);
      yield* watchedLog({ look, ended: this.#exit() }, fromByte);
      return;
    }
    const position = logBeginning();
    yield* this.#log({ follow: !whole }, fromByte, position);
    if (whole) return;
    // Engines before 23 may end a followed log without its last entries: what the log ends with tells.
    await this.#exit();
    const end = logBeginning();
    for await (const _chunk of this.#log({ tail: 1 }, 0, end));
    if (end.stamp !== position.stamp) yield* this.#log({}, Math.max(fromByte, position.bytes), logBeginning());
  }

  wait(): Promise<ExitStatus> {
    const { services } = this.#options;
    if (!services) return this.#exit();
    this.#watched ??= this.#waitBeside(services).catch((error: unknown) => {
      // What the engine could not say now it may say later.
      if (!CicdError.isInstance(error) || error.family !== 'step') this.#watched = undefined;
      throw error;
    });
    return this.#watched;
  }

  serviceOutput(): Promise<readonly ServiceOutput[]> {
    return this.#options.services?.output() ?? Promise.resolve([]);
  }

  /** The end of the process; or the failure of a service that ended before it, and took it along. */
  async #waitBeside(services: ProcessServices): Promise<ExitStatus> {
    const over = new AbortController();
    try {
      const first = await Promise.race([this.#exit(), services.firstEnd(over.signal)]);
      if (first === 'service') await this.#stop(serviceGrace);
    } finally {
      over.abort();
    }
    const status = await this.#exit();
    // So did its services then.
    if (status.endedWithEngine) return status;
    const failure = await services.failureBefore(status.finishedAt ?? '');
    if (failure) throw failure;
    return status;
  }

  async #exit(): Promise<ExitStatus> {
    if (this.#ended) return this.#ended;
    await this.#begun.promise;
    await this.#options.client.json('POST', `${this.#path}/wait`, { query: { condition: 'not-running' } });
    const { ExitCode, OOMKilled, StartedAt, FinishedAt } = await this.#inspect();
    const isKilled = !this.#stopped && !OOMKilled && killed.has(ExitCode);
    const endedWithEngine = isKilled && (await isOlderThanEngine(this.#options.client, StartedAt));
    this.#options.namespace.release();
    this.#ended = {
      exitCode: ExitCode,
      outOfMemory: OOMKilled && ExitCode !== 0,
      ...(endedWithEngine && { endedWithEngine }),
      startedAt: StartedAt,
      finishedAt: FinishedAt,
    };
    return this.#ended;
  }

  openTerminal(config: TerminalConfig): Promise<Terminal> {
    return openExecTerminal(this.#options.client, this.#path, config);
  }

  stop(grace: number): Promise<void> {
    this.#stopped = true;
    return this.#stop(grace);
  }

  async #stop(grace: number): Promise<void> {
    this.#options.services?.giveUp();
    if (this.#ended || (await this.state()) !== 'running') return;
    await this.#signal('SIGTERM');
    const ended = this.#exit();
    const enough = Promise.withResolvers<'late'>();
    const timer = setTimeout(enough.resolve, grace, 'late');
    try {
      if ((await Promise.race([ended, enough.promise])) === 'late') await this.#signal('SIGKILL');
      await ended;
    } finally {
      clearTimeout(timer);
    }
  }

  async remove(): Promise<void> {
    const { client, services } = this.#options;
    services?.giveUp();
    await removeContainer(client, this.id);
    await services?.remove();
    this.#options.namespace.release();
  }

  async #run(): Promise<void> {
    const { client, namespace } = this.#options;
    const start = () => client.stream('POST', `${this.#path}/start`);
    try {
      const response = await start().catch(async (error: unknown) => {
        // The engine restarted, or somebody killed the container that holds the namespace.
        if (!(error instanceof EngineRefusal) || !/non running container/i.test(error.answer)) throw error;
        await namespace.revive();
        return start();
      });
      response.resume();
      // Not modified: it runs already.
      if (response.statusCode === 304) throw startedBefore(this.id);
    } catch (error) {
      throw startFailure(error);
    }
  }

  async *#log(
    query: { follow?: boolean; tail?: number },
    fromByte: number,
    position: LogPosition,
  ): AsyncGenerator<OutputChunk> {
    const path = `${this.#path}/logs`;
    const log = await this.#options.client.stream('GET', path, {
      query: { stdout: 1, stderr: 1, timestamps: 1, ...query },
    });
    try {
      yield* outputFrames(log as AsyncIterable<Uint8Array>, fromByte, position);
    } catch (error) {
      throw engineTrouble(error, `GET ${path}`);
    } finally {
      log.destroy();
    }
  }

  #markBegun(): void {
    this.#started = true;
    this.#begun.resolve();
  }

  /** 404 and 409: it has ended meanwhile. */
  async #signal(signal: string): Promise<void> {
    await unless([404, 409], this.#options.client.done('POST', `${this.#path}/kill`, { query: { signal } }));
  }

  async #inspect(): Promise<ContainerState> {
    return (await this.#options.client.json<{ State: ContainerState }>('GET', `${this.#path}/json`)).State;
  }
}

/** A process that ends without reading closes the pipe: that is its right, and no error. */
function deliver(standardInput: Duplex, input: Uint8Array): void {
  standardInput.on('error', () => standardInput.destroy());
  standardInput.resume();
  standardInput.end(input);
}

/**
 * What a process ends with that an engine takes along: SIGKILL, SIGTERM, and what an engine writes down for a process
 * that it lost sight of.
 */
const killed = new Set([137, 143, 255]);

/** Whether the engine may have done what it did not confirm. */
const isUncertain = (error: unknown): boolean => CicdError.isInstance(error) && error.retryable;

const startedBefore = (id: string): EngineError =>
  new EngineError({ code: 'sandbox.engine_failed', message: `The process ${id} was started before.` });
