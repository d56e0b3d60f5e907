import { Readable } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Sandbox, SandboxDriver } from '@cicd/plugin';
import { describeWith } from '@cicd/testbed';
import { createDockerDriver } from '../../src/index.ts';
import { EngineClient } from '../../src/engine/engine-client.ts';
import { proxyTo } from './fake-engine.ts';
import { createShell, runShell, textOf, untilWritten } from './run-process.ts';

const newInstance = (): string => `test-${randomUUID().slice(0, 8)}`;

describeWith(['engine', 'busybox'], 'the docker driver', ({ engine }) => {
  const instance = newInstance();
  const client = new EngineClient({ kind: 'socket', path: engine.socketPath });
  let driver: SandboxDriver;
  let sandbox: Sandbox;
  beforeAll(async () => {
    driver = createDockerDriver({ instance, address: engine.socketPath });
    sandbox = await driver.open('run');
  });
  afterAll(async () => {
    await sandbox.close();
    await driver.close();
    client.close();
  });
  const leftOf = async (label: string): Promise<unknown[]> => {
    const query = { all: true, filters: JSON.stringify({ label: [`cicd.instance=${label}`] }) };
    const [containers, volumes, networks] = await Promise.all([
      client.json<unknown[]>('GET', '/containers/json', { query }),
      client.json<{ Volumes: unknown[] | null }>('GET', '/volumes', { query }),
      client.json<unknown[]>('GET', '/networks', { query }),
    ]);
    return [...containers, ...(volumes.Volumes ?? []), ...networks];
  };

  it('shows no input to who inspects the container, and says whose it is by labels', async () => {
    const process = await createShell(sandbox, 'cat', { input: Buffer.from('canary'), env: { SEEN: 'yes' } });
    await process.start();
    const inspected = await client.json<{ Config: { Labels: object } }>('GET', `/containers/${process.id}/json`);
    expect(await textOf(process)).toBe('canary');
    expect(JSON.stringify(inspected)).not.toContain('canary');
    expect(JSON.stringify(inspected)).toContain('SEEN=yes');
    expect(inspected.Config.Labels).toMatchObject({
      'cicd.instance': instance,
      'cicd.run': 'run',
      'cicd.step': process.key.step,
      'cicd.attempt': '1',
    });
    await process.remove();
  });

  it('hands a namespace on to the next process, but not one whose host names were changed', async () => {
    await runShell(sandbox, 'true');
    /** The container that holds it: the kernel gives the number of a namespace that is gone to a new one. */
    const holderOf = async (script: string) => {
      const process = await createShell(sandbox, script);
      await process.start();
      await process.wait();
      const path = `/containers/${process.id}/json`;
      const { HostConfig } = await client.json<{ HostConfig: { NetworkMode: string } }>('GET', path);
      await process.remove();
      return HostConfig.NetworkMode;
    };
    const first = await holderOf('true');
    expect(first).toMatch(/^container:/);
    expect(await holderOf('echo 192.0.2.1 registry >> /etc/hosts')).toBe(first);
    expect(await holderOf('true')).not.toBe(first);
    expect((await runShell(sandbox, 'grep registry /etc/hosts')).text).toBe('');
  });

  it('never has two processes in one namespace at the same time', async () => {
    const running = await Promise.all([0, 1, 2, 3].map(() => createShell(sandbox, 'readlink /proc/self/ns/net')));
    await Promise.all(running.map((process) => process.start()));
    expect(new Set(await Promise.all(running.map(textOf))).size).toBe(4);
    await Promise.all(running.map((process) => process.remove()));
  });

  it('starts a process although the holder of its namespace was killed', async () => {
    await Promise.all([runShell(sandbox, 'true'), runShell(sandbox, 'true')]);
    const process = await createShell(sandbox, 'echo alive');
    const { HostConfig } = await client.json<{ HostConfig: { NetworkMode: string } }>(
      'GET',
      `/containers/${process.id}/json`,
    );
    await client.done('POST', `/containers/${HostConfig.NetworkMode.replace('container:', '')}/kill`);
    await process.start();
    expect(await textOf(process)).toBe('alive\n');
    await process.remove();
  });

  it('lets a stop be heard by the children of a shell', async () => {
    const process = await createShell(
      sandbox,
      `trap 'exit 7' TERM; sh -c 'trap "echo child; exit" TERM; echo ready; while :; do sleep 0.1; done'; wait`,
    );
    await process.start();
    await untilWritten(process, 'ready');
    await process.stop(10_000);
    expect(await textOf(process)).toContain('child');
    expect((await process.wait()).exitCode).toBe(7);
    await process.remove();
  });

  it('blames the step for what its image does not have', async () => {
    const process = await createShell(sandbox, 'true', { user: 'nobody-of-this-name' });
    await expect(process.start()).rejects.toMatchObject({ code: 'sandbox.start_failed', family: 'step' });
    await process.remove();
  });

  it('refuses to follow links that processes made out of the workspace', async () => {
    await runShell(sandbox, 'ln -s /etc out; mkdir real; ln -s real in; ln -s /nowhere dangling');
    const { pack } = await import('tar-stream');
    const archive = () => {
      const packed = pack();
      packed.entry({ name: 'file' }, 'content');
      packed.finalize();
      return Readable.from(packed, { objectMode: false });
    };
    await expect(sandbox.workspace.copyIn(archive(), '/workspace/out')).rejects.toMatchObject({
      code: 'sandbox.path_refused',
    });
    await expect(sandbox.workspace.copyIn(archive(), '/workspace/dangling/deeper')).rejects.toMatchObject({
      code: 'sandbox.path_refused',
    });
    await expect(sandbox.workspace.copyOut('/workspace/out/passwd')).rejects.toMatchObject({
      code: 'sandbox.path_refused',
    });
    await sandbox.workspace.copyIn(archive(), '/workspace/in/made');
    expect((await runShell(sandbox, 'cat real/made/file')).text).toBe('content');
  });

  it('loses no output of many short processes', async () => {
    const texts: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.all(
        [0, 1, 2, 3].map(() => runShell(sandbox, 'for i in 1 2 3 4 5 6 7 8 9; do echo line $i; done')),
      );
      texts.push(...results.map(({ text }) => text));
    }
    const whole = Array.from({ length: 9 }, (_, index) => `line ${index + 1}\n`).join('');
    expect(texts).toEqual(Array.from({ length: 20 }, () => whole));
  });

  it('leaves nothing of an instance behind, with a network of its own', async () => {
    const own = newInstance();
    const isolated = createDockerDriver({ instance: own, address: engine.socketPath, privateNetwork: true });
    const one = await isolated.open('one');
    await runShell(one, 'true');
    await runShell(one, 'true');
    // What is asked of the engine: whether its firewall does it depends on how the engine was set up.
    const filters = JSON.stringify({ label: [`cicd.instance=${own}`] });
    const networks = await client.json<{ Options: object }[]>('GET', '/networks', { query: { filters } });
    expect(networks.map(({ Options }) => Options)).toEqual([{ 'com.docker.network.bridge.enable_icc': 'false' }]);
    expect((await leftOf(own)).length).toBeGreaterThan(0);
    await one.close();
    expect(await leftOf(own)).toEqual([]);
    await isolated.close();
  });

  it('tells trouble with the engine apart, and goes on when it is back', async () => {
    const own = newInstance();
    const way = await proxyTo(engine.socketPath);
    const troubled = createDockerDriver({ instance: own, address: way.address });
    const run = await troubled.open('run');
    const process = await createShell(run, 'echo before; until [ -e go-on ]; do sleep 0.05; done; echo after');
    await process.start();
    const interrupted = textOf(process);
    const waited = process.wait();
    await untilWritten(process, 'before\n');
    way.cut();
    const trouble = { code: 'sandbox.engine_failed', retryable: true };
    await expect(interrupted).rejects.toMatchObject(trouble);
    await expect(waited).rejects.toMatchObject(trouble);
    await expect(
      run.create({ key: { step: 'next', attempt: 1 }, image: 'busybox', command: ['true'], workspace: 'none' }),
    ).rejects.toMatchObject(trouble);
    way.mend();
    await runShell(run, 'touch go-on');
    expect(await textOf(process)).toBe('before\nafter\n');
    expect((await process.wait()).exitCode).toBe(0);
    await run.close();
    expect(await leftOf(own)).toEqual([]);
    await troubled.close();
    await way.close();
  });
});
