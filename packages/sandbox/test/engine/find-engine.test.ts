import { describe, expect, it } from '@jest/globals';
import { parseEngineAddress } from '../../src/engine/engine-address.ts';
import { engineCandidates } from '../../src/engine/discover-engine.ts';
import { createDockerDriver } from '../../src/index.ts';

describe('an engine', () => {
  it('is looked for where it was said to be, and nowhere else', () => {
    expect(engineCandidates('/given.sock', { DOCKER_HOST: 'unix:///other.sock' })).toEqual([
      { kind: 'socket', path: '/given.sock' },
    ]);
    expect(engineCandidates(undefined, { DOCKER_HOST: 'unix:///other.sock' })).toEqual([
      { kind: 'socket', path: '/other.sock' },
    ]);
    expect(() => engineCandidates(undefined, { DOCKER_HOST: 'ssh://host' })).toThrow(
      expect.objectContaining({ code: 'sandbox.unavailable' }),
    );
  });

  it('has an address in one of the usual forms', () => {
    expect(parseEngineAddress('tcp://127.0.0.1:2376')).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 2376 });
    expect(parseEngineAddress('tcp://[::1]:2375')).toEqual({ kind: 'tcp', host: '::1', port: 2375 });
    expect(parseEngineAddress('npipe:////./pipe/docker')).toBeUndefined();
  });

  it('that does not answer is said to be unavailable, with what to do', async () => {
    const driver = createDockerDriver({ instance: 'x', env: { DOCKER_HOST: 'unix:///nowhere/engine.sock' } });
    for (const asked of [driver.check(), driver.open('run')]) {
      await expect(asked).rejects.toMatchObject({
        code: 'sandbox.unavailable',
        message: expect.stringContaining('/nowhere/engine.sock'),
        hint: expect.stringContaining('--sandbox process'),
      });
    }
    await driver.close();
  });
});
