import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createFakeSandboxDriver,
  createManualClock,
  describeSandbox,
  FakeEngine,
  kitProgram,
  kitTerminal,
} from '../../src/testing/index.ts';

const runner = { describe, it, beforeAll, afterAll };

const engine = new FakeEngine();
describeSandbox('fake', runner, {
  driver: (instance) =>
    createFakeSandboxDriver({
      instance,
      engine,
      program: kitProgram,
      terminal: kitTerminal,
      hasImage: (image) => image === 'busybox:latest',
      capabilities: { isolation: false, limits: false, networkModes: false, users: false },
    }),
  bigOutput: 1_000_000,
});

describe('createFakeSandboxDriver', () => {
  const config = {
    key: { step: 'build', attempt: 1 },
    image: 'any',
    command: ['make'] as const,
    workspace: 'none' as const,
  };

  it('plays an out-of-memory kill', async () => {
    const driver = createFakeSandboxDriver({ program: () => ({ exitCode: 137, outOfMemory: true }) });
    const process = await (await driver.open('run')).create({ ...config, memoryLimit: 1 });
    await process.start();
    expect(await process.wait()).toMatchObject({ exitCode: 137, outOfMemory: true });
  });

  it('lets a test watch and break every operation', async () => {
    const seen: string[] = [];
    const driver = createFakeSandboxDriver({
      program: () => 0,
      before(operation) {
        seen.push(operation);
        if (operation === 'start') throw new Error('the engine went away');
      },
    });
    const process = await (await driver.open('run')).create(config);
    await expect(process.start()).rejects.toThrow('went away');
    expect(await process.state()).toBe('created');
    expect(seen).toEqual(['open', 'create', 'start']);
  });

  it('measures the grace by the clock it was given', async () => {
    const clock = createManualClock(0);
    const driver = createFakeSandboxDriver({ clock, program: () => new Promise<never>(() => undefined) });
    const process = await (await driver.open('run')).create(config);
    await process.start();
    const stopped = process.stop(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await process.state()).toBe('running');
    clock.advance(10_000);
    await stopped;
    expect(await process.wait()).toMatchObject({ exitCode: 137, finishedAt: '1970-01-01T00:00:10.000Z' });
  });
});
