import type { Clock } from '../../clock.ts';
import { EngineError } from '../../errors/engine-error.ts';
import type { ExitStatus, OutputChunk, ProcessConfig, ProcessKey } from '../../sandbox/process.ts';
import type { ServiceConfig, ServiceOutput } from '../../sandbox/service.ts';
import type { Terminal, TerminalConfig } from '../../sandbox/terminal.ts';
import { workspaceRoot } from '../../sandbox/workspace-path.ts';
import type { FakeExit, FakeProgram } from './fake-program.ts';
import { createFakeTerminal, type FakeTerminalProgram } from './fake-terminal.ts';
import { FakeServices, type FakeService } from './fake-services.ts';
import type { MemoryTree } from './memory-tree.ts';

export interface FakeProcessOptions {
  readonly id: string;
  readonly run: string;
  readonly config: ProcessConfig;
  readonly workspace: MemoryTree | undefined;
  readonly inputs?: MemoryTree | undefined;
  readonly program: FakeProgram;
  readonly clock: Clock;
  /** Ports that it listens on. Default: an own set. */
  readonly listens?: Set<number>;
}

/** A process in memory. It belongs to the engine, not to the driver that created it, and so outlives it. */
export class FakeProcess {
  readonly id: string;
  readonly key: ProcessKey;
  readonly #options: FakeProcessOptions;
  readonly #chunks: OutputChunk[] = [];
  readonly #terminated = new AbortController();
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<ExitStatus>();
  #changed = Promise.withResolvers<void>();
  #state: 'created' | 'running' | 'exited' = 'created';
  #startedAt = '';
  #removed = false;
  readonly #services: FakeServices;
  #beside: Promise<ExitStatus> | undefined;

  constructor(options: FakeProcessOptions) {
    this.#options = options;
    this.id = options.id;
    this.key = options.config.key;
    const { services = [] } = options.config;
    this.#services = new FakeServices(
      services.map((config) => this.#service(config)),
      options.clock,
    );
  }

  /** Starts its services, and when all are ready itself. */
  async startWithServices(): Promise<void> {
    await this.#services.start();
    this.start();
  }

  /** Everything written so far. */
  get written(): string {
    return Buffer.concat(this.#chunks.map(({ data }) => data)).toString();
  }

  serviceOutput(): Promise<readonly ServiceOutput[]> {
    return this.#services.output();
  }

  get state(): 'created' | 'running' | 'exited' {
    return this.#state;
  }

  start(): void {
    if (this.#state !== 'created') {
      const what = this.#removed ? 'is gone' : 'was started before';
      throw new EngineError({ code: 'sandbox.engine_failed', message: `The process ${this.id} ${what}.` });
    }
    this.#state = 'running';
    this.#startedAt = this.#now();
    void this.#play();
  }

  async *output(fromByte = 0): AsyncGenerator<OutputChunk> {
    let skip = fromByte;
    for (let next = 0; ;) {
      const chunk = this.#chunks[next];
      if (chunk === undefined) {
        if (this.#state === 'exited') return;
        await this.#changed.promise;
        continue;
      }
      next += 1;
      const data = chunk.data.subarray(Math.min(skip, chunk.data.length));
      skip -= chunk.data.length - data.length;
      if (data.length > 0) yield { stream: chunk.stream, data };
    }
  }

  wait(): Promise<ExitStatus> {
    return (this.#beside ??= this.#waitBeside());
  }

  /** The end of the process; or the failure of a service that ended before it, and took it along. */
  async #waitBeside(): Promise<ExitStatus> {
    const first = await Promise.race([this.#ended.promise, this.#services.firstEnd()]);
    if (!(first instanceof Error)) return first;
    await this.stop(10_000);
    throw first;
  }

  openTerminal(config: TerminalConfig, program: FakeTerminalProgram): Terminal {
    if (this.#state !== 'running')
      throw new EngineError({ code: 'sandbox.engine_failed', message: `The process ${this.id} does not run.` });
    const { workspace } = this.#options;
    return createFakeTerminal({ config, program, workspace, env: this.#env, over: this.#over.signal });
  }

  async stop(grace: number): Promise<void> {
    if (this.#state !== 'running') return;
    this.#terminated.abort(new Error('SIGTERM'));
    const enough = new AbortController();
    const killed = this.#options.clock.waitUntil(this.#options.clock.now() + grace, enough.signal).then(
      () => this.kill(),
      () => undefined,
    );
    await this.#ended.promise;
    enough.abort();
    await killed;
  }

  kill(): void {
    this.#terminated.abort(new Error('SIGKILL'));
    this.#end({ exitCode: 137 });
  }

  /** Ends it for good: it can be started no more. */
  remove(): void {
    this.#removed = true;
    this.kill();
    this.#services.remove();
  }

  /** A service is a process like this one, without the workspace; its check is another with the same ports. */
  #service(config: ServiceConfig): FakeService {
    const { run, program, clock } = this.#options;
    const listens = new Set<number>();
    const play = (command: readonly string[]) => {
      const [word = 'default', ...words] = command;
      const { name, image, env = {} } = config;
      const own = { key: this.key, image, env, command: [word, ...words], workspace: 'none' } as const;
      return new FakeProcess({
        id: `${this.id}.${name}`,
        run,
        config: own,
        workspace: undefined,
        program,
        clock,
        listens,
      });
    };
    return {
      config,
      process: play(config.command ?? []),
      listens,
      async check(command) {
        const check = play(command);
        check.start();
        return (await check.wait()).exitCode;
      },
    };
  }

  async #play(): Promise<void> {
    const { config, workspace, inputs, run, program, listens = new Set() } = this.#options;
    const services = this.#services;
    try {
      const exit = await program({
        run,
        key: this.key,
        config,
        command: config.command,
        input: Buffer.from(config.input ?? []).toString(),
        env: this.#env,
        workspace,
        get services() {
          return services.running;
        },
        listens,
        inputs,
        stdout: (content) => this.#write('stdout', content),
        stderr: (content) => this.#write('stderr', content),
        signal: this.#terminated.signal,
      });
      this.#end(typeof exit === 'object' ? exit : { exitCode: exit ?? 0 });
    } catch (error) {
      if (this.#terminated.signal.aborted) return this.#end({ exitCode: 143 });
      this.#write('stderr', `${error instanceof Error ? error.message : String(error)}\n`);
      this.#end({ exitCode: 1 });
    }
  }

  #write(stream: 'stdout' | 'stderr', content: string | Uint8Array): void {
    if (this.#state !== 'running') return;
    this.#chunks.push({ stream, data: Buffer.from(content as string) });
    this.#announce();
  }

  #end(exit: FakeExit): void {
    if (this.#state === 'exited') return;
    this.#state = 'exited';
    this.#over.abort();
    const { exitCode, outOfMemory = false } = exit;
    this.#ended.resolve({ exitCode, outOfMemory, startedAt: this.#startedAt, finishedAt: this.#now() });
    this.#announce();
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  get #env(): Readonly<Record<string, string>> {
    return { ...this.#options.config.env, CICD_WORKSPACE: workspaceRoot, CICD_RUNTIME_DIR: '/run/cicd' };
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}
