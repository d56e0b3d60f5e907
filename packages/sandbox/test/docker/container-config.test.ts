import { describe, expect, it } from '@jest/globals';
import type { ProcessConfig } from '@cicd/plugin';
import { containerConfig } from '../../src/docker/container-config.ts';

const process: ProcessConfig = {
  key: { step: 'build', attempt: 1 },
  image: 'busybox',
  command: ['sh', '-c', 'true'],
  workspace: 'none',
};
const context = {
  image: 'sha256:1',
  labels: {},
  network: 'bridge',
  log: { Type: 'local', Config: {} },
  volume: 'volume',
};
const hostConfig = (config: Record<string, unknown>) => config['HostConfig'] as Record<string, unknown>;

describe('the configuration of a container', () => {
  it('holds nothing of the input', () => {
    const config = containerConfig({ ...process, input: Buffer.from('a canary') }, context);
    expect(JSON.stringify(config)).not.toContain('canary');
    expect(config).toMatchObject({ OpenStdin: true, StdinOnce: true });
  });

  it('lets nobody override the variables of the driver', () => {
    const { Env } = containerConfig({ ...process, env: { CICD_WORKSPACE: '/else', A: 'b' } }, context);
    expect(Env).toEqual(expect.arrayContaining(['A=b', 'CICD_WORKSPACE=/workspace']));
    expect(Env).not.toContain('CICD_WORKSPACE=/else');
  });

  it('limits memory with swap, processors and the number of processes', () => {
    const config = hostConfig(
      containerConfig({ ...process, pidsLimit: 10 }, { ...context, memoryLimit: 2 ** 28, cpuLimit: 0.5 }),
    );
    expect(config).toMatchObject({ Memory: 2 ** 28, MemorySwap: 2 ** 28, NanoCpus: 500_000_000, PidsLimit: 10 });
    expect(hostConfig(containerConfig(process, context))).toMatchObject({ PidsLimit: 4096 });
  });

  it('never asks for privileges, host paths or devices, nor lets the engine remove', () => {
    for (const profile of ['build', 'strict'] as const) {
      const config = hostConfig(containerConfig({ ...process, profile }, context));
      for (const name of ['Privileged', 'Binds', 'Devices', 'PidMode', 'UsernsMode', 'VolumesFrom'])
        expect(config).not.toHaveProperty(name);
      expect(config).toMatchObject({
        AutoRemove: false,
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Init: true,
      });
      expect(config['Mounts']).toEqual([expect.objectContaining({ Type: 'volume' })]);
    }
  });

  it('runs the strict profile as somebody who is not root', () => {
    expect(containerConfig({ ...process, profile: 'strict' }, context)).toMatchObject({ User: '10001:10001' });
    expect(containerConfig({ ...process, profile: 'strict', user: 'node' }, context)).toMatchObject({ User: 'node' });
    for (const user of ['root', '0', '0:5', '00', 'root:root']) {
      expect(() => containerConfig({ ...process, profile: 'strict', user }, context)).toThrow(
        expect.objectContaining({ code: 'sandbox.unsupported' }),
      );
    }
  });
});
