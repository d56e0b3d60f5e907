import { describe, expect, it } from '@jest/globals';
import { createMailbox, createSoleOwnership } from '@cicd/engine';
import { createMemoryRunStore } from '@cicd/engine/testing';
import { createFakeSandboxDriver, createManualClock, createMemoryArtifactStore } from '@cicd/plugin/testing';
import { failpoints, type Failpoint } from '../src/failpoints/failpoint.ts';
import { operations, type Ports } from '../src/failpoints/operations.ts';
import { watchPort } from '../src/failpoints/watch-port.ts';
import { play } from '../src/world/play.ts';
import { scenarios } from '../src/world/scenarios.ts';

const driver = createFakeSandboxDriver({ program: () => 0 });
const sandbox = await driver.open('run-1');
const config = { key: { step: 'a', attempt: 1 }, image: 'busybox', command: ['true'], workspace: 'none' } as const;
const ports: readonly { readonly name: keyof Ports; readonly port: object }[] = [
  { name: 'store', port: createMemoryRunStore() },
  { name: 'ownership', port: createSoleOwnership('a') },
  { name: 'driver', port: driver },
  { name: 'sandbox', port: sandbox },
  { name: 'workspace', port: sandbox.workspace },
  { name: 'process', port: await sandbox.create(config) },
  { name: 'artifacts', port: createMemoryArtifactStore() },
];

describe('failpoints', () => {
  it('have names that stay: people write them on command lines', () => {
    expect(failpoints).toEqual(
      expect.arrayContaining(['store.append.before', 'sandbox.create.after', 'log.close.after']),
    );
    expect(new Set(failpoints).size).toBe(failpoints.length);
  });

  it.each(ports)('stand around every operation of $name', ({ name, port }) => {
    const methods = Object.entries(port).flatMap(([method, value]) =>
      typeof value === 'function' && method !== 'flipBit' ? [method] : [],
    );
    expect(Object.keys(operations[name]).toSorted()).toEqual(methods.toSorted());
  });

  it('are refused to an operation that nobody has listed', () => {
    const watched = watchPort('store', { ...createMemoryRunStore(), compact: () => {} } as Ports['store'], () => {});
    expect(() => (watched as unknown as { compact(): void }).compact()).toThrow('store.compact has no failpoint');
  });

  it('are passed in order, before and after, also by what a port hands out', async () => {
    const passed: Failpoint[] = [];
    const watched = watchPort('driver', createFakeSandboxDriver({ program: ({ stdout }) => stdout('x') }), (point) => {
      passed.push(point);
    });
    const opened = await watched.open('run-1');
    const process = await opened.create({ ...config, workspace: opened.workspace });
    await process.start();
    for await (const _chunk of process.output());
    expect(passed).toEqual([
      'driver.open.before',
      'driver.open.after',
      'sandbox.create.before',
      'sandbox.create.after',
      'process.start.before',
      'process.start.after',
      'process.output.before',
      'process.output.piece',
      'process.output.after',
    ]);
  });

  it('let trouble come and go: what is thrown there, the operation throws', async () => {
    const failure = new Error('no');
    const store = watchPort('store', createMemoryRunStore(), (point) =>
      point === 'store.post.before' ? Promise.reject(failure) : undefined,
    );
    await expect(store.post('run-1', {})).rejects.toBe(failure);
    const mailbox = createMailbox({ store, ownership: createSoleOwnership('a'), clock: createManualClock() });
    await expect(mailbox.deliver('run-1')).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('are passed by the scenarios, wherever something becomes durable or has an effect', async () => {
    const passed = new Set<Failpoint>();
    for (const scenario of scenarios) {
      const { drivers, doors } = await play(scenario);
      for (const { trace } of [...drivers, ...doors]) for (const point of trace) passed.add(point);
    }
    const effects =
      'store.create store.append store.claim store.post store.dropMessages ownership.open driver.open sandbox.create ' +
      'sandbox.copyWorkspace sandbox.dropWorkspace sandbox.close process.start process.output process.wait process.stop ' +
      'process.remove workspace.copyIn logs.writer log.write log.info log.close artifacts.put provider.deploy';
    const missed = effects
      .split(' ')
      .flatMap((effect) =>
        ['before', 'after'].map((moment) => `${effect}.${moment}` as Failpoint).filter((point) => !passed.has(point)),
      );
    expect(missed).toEqual([]);
  });
});
