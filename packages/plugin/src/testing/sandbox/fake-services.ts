import { serviceEnded, serviceNotReady } from '../../sandbox/service-failure.ts';
import type { ServiceConfig, ServiceOutput } from '../../sandbox/service.ts';
import type { StepFailure } from '../../errors/step-failure.ts';
import type { Clock } from '../../clock.ts';
import type { FakeProcess } from './fake-process.ts';

export interface FakeService {
  readonly config: ServiceConfig;
  readonly process: FakeProcess;
  /** Ports that it listens on. */
  readonly listens: ReadonlySet<number>;
  /** Plays the command of its check; the exit code. */
  check(command: readonly [string, ...string[]]): Promise<number>;
}

/** The services beside one fake process. */
export class FakeServices {
  readonly #services: readonly FakeService[];
  readonly #clock: Clock;

  constructor(services: readonly FakeService[], clock: Clock) {
    this.#services = services.toSorted((a, b) => (a.config.name < b.config.name ? -1 : 1));
    this.#clock = clock;
  }

  /** The names of those that run. */
  get running(): readonly string[] {
    return this.#services.filter(({ process }) => process.state === 'running').map(({ config }) => config.name);
  }

  async start(): Promise<void> {
    for (const { process } of this.#services) process.start();
    await Promise.all(this.#services.map((one) => this.#untilReady(one)));
  }

  /** Resolves when one has ended, to what there is to say; never without services. */
  firstEnd(): Promise<StepFailure> {
    return Promise.race([
      new Promise<never>(() => undefined),
      ...this.#services.map(async (one) => serviceEnded(await outputOf(one), (await one.process.wait()).exitCode)),
    ]);
  }

  output(): Promise<readonly ServiceOutput[]> {
    return Promise.all(this.#services.map(outputOf));
  }

  remove(): void {
    for (const { process } of this.#services) process.remove();
  }

  async #untilReady(service: FakeService): Promise<void> {
    const { ready } = service.config;
    if (ready === undefined) return;
    const over = new AbortController();
    const late = this.#clock.waitUntil(this.#clock.now() + ready.timeout, over.signal).then(
      () => 'late' as const,
      // Whoever waited has his answer.
      () => 'over' as const,
    );
    const passed = async () => {
      while (!over.signal.aborted && !(await passes(service))) await new Promise((resolve) => setImmediate(resolve));
      return 'ready' as const;
    };
    const first = await Promise.race([passed(), late, service.process.wait()]);
    over.abort();
    if (first === 'late') throw serviceNotReady(service.config, await outputOf(service), undefined);
    if (typeof first === 'object') throw serviceEnded(await outputOf(service), first.exitCode);
  }
}

async function passes({ config, process, listens, check }: FakeService): Promise<boolean> {
  const { port, command, log = '' } = config.ready ?? {};
  if (port !== undefined) return listens.has(port);
  return command ? (await check(command)) === 0 : process.written.includes(log);
}

const outputOf = ({ config, process }: FakeService): Promise<ServiceOutput> =>
  Promise.resolve({ name: config.name, text: process.written });
