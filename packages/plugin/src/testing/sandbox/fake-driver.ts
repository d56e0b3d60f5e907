import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { ProcessKey } from '../../sandbox/process.ts';
import type { SandboxCapabilities, SandboxDriver } from '../../sandbox/sandbox.ts';
import { FakeEngine } from './fake-engine.ts';
import type { FakeProgram } from './fake-program.ts';
import type { FakeTerminalProgram } from './fake-terminal.ts';
import { createFakeSandbox, type FakeOperation } from './fake-sandbox.ts';

export interface FakeSandboxDriverOptions {
  /** Plays every process. */
  readonly program: FakeProgram;
  /** Plays every command on a terminal. Default: one that ends at once. */
  readonly terminal?: FakeTerminalProgram;
  /** Default `fake`. */
  readonly instance?: string;
  /** Share one between drivers to play a restart: processes go on while no driver looks. Default: a new one. */
  readonly engine?: FakeEngine;
  /** Default: every capability. */
  readonly capabilities?: Partial<SandboxCapabilities>;
  /** Whether an image can be had. Default: every one. */
  readonly hasImage?: (image: string) => boolean;
  /** Called before every operation; what it throws, the operation throws. For engine trouble and for watching. */
  readonly before?: (operation: FakeOperation, key?: ProcessKey) => void | Promise<void>;
  /** Dates processes and measures the grace of `stop`. Default: the machine's. */
  readonly clock?: Clock;
}

/**
 * A sandbox in memory whose processes are a function. It passes the same conformance kit as the real drivers.
 *
 * ```ts
 * const driver = createFakeSandboxDriver({ program: ({ stdout }) => stdout('hello\n') });
 * ```
 */
export function createFakeSandboxDriver(options: FakeSandboxDriverOptions): SandboxDriver {
  const {
    program,
    terminal = () => 0,
    instance = 'fake',
    engine = new FakeEngine(),
    hasImage = () => true,
    before = () => undefined,
    clock = machineClock,
  } = options;
  const capabilities = {
    isolation: true,
    images: true,
    limits: true,
    networkModes: true,
    separateStreams: true,
    users: true,
    terminals: true,
    services: true,
    ...options.capabilities,
  };
  const runs = engine.runs(instance);
  const sandbox = (run: string) =>
    createFakeSandbox({
      run,
      program,
      terminal,
      capabilities,
      clock,
      hasImage,
      before,
      state: () => engine.open(instance, run),
      forget: () => runs.delete(run),
    });
  return {
    specVersion: 'v1',
    name: 'fake',
    capabilities,
    async check() {
      await before('check');
      return { name: 'fake', version: '1', address: 'memory' };
    },
    async open(run, { signal } = {}) {
      await before('open');
      signal?.throwIfAborted();
      engine.open(instance, run);
      return sandbox(run);
    },
    runs: () => Promise.resolve([...runs.keys()]),
    async sweep(choose) {
      const left = await choose([...runs.keys()]);
      for (const run of left) await sandbox(run).close();
      return left;
    },
    close: () => Promise.resolve(),
  };
}

const machineClock: Clock = {
  now: () => Date.now(),
  waitUntil: (until, signal) =>
    setTimeout(Math.max(0, until - Date.now()), undefined, { ...(signal && { signal }), ref: true }),
};
