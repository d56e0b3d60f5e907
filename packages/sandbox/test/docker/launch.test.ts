import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ProcessConfig, ProcessLaunch, Sandbox } from '@cicd/plugin';
import type { ImagesSubject } from '@cicd/plugin/testing';
import { describeWith } from '@cicd/testbed';
import { launchInput } from '../../src/docker/launch/launch.ts';
import { EngineClient } from '../../src/engine/engine-client.ts';
import { createDockerDriver } from '../../src/index.ts';
import { contextOf } from '../images/context-of.ts';
import { openImages } from '../images/open-images.ts';

const secret = 'c4n4ry of a launch';

describeWith(['engine', 'busybox'], 'a program of an image without a shell', ({ engine, busybox }) => {
  const driver = createDockerDriver({ instance: `launch-${process.pid}`, address: engine.socketPath });
  const client = new EngineClient({ kind: 'socket', path: engine.socketPath });
  let subject: ImagesSubject;
  let sandbox: Sandbox;
  let attempt = 0;

  beforeAll(async () => {
    subject = await openImages(engine.socketPath, busybox.image);
    const dockerfile = [
      `FROM ${busybox.image} AS base`,
      'FROM scratch',
      'COPY --from=base /bin/busybox /programs/busybox',
      'COPY --from=base /bin/busybox /programs/env',
      'ENV PATH=/programs OF_THE_IMAGE=kept REPLACED=no',
    ].join('\n');
    await subject.images.build({
      context: contextOf({ Dockerfile: dockerfile }),
      dockerfile: 'Dockerfile',
      tags: [`${subject.repository}:bare`],
    });
    sandbox = await driver.open('run');
  });
  afterAll(async () => {
    await sandbox.close();
    await subject.dispose();
    client.close();
    await driver.close();
  });

  const launch = (more: Partial<ProcessLaunch> = {}): ProcessLaunch => ({
    env: {},
    secretFiles: {},
    workDir: '/',
    ...more,
  });
  const create = (command: ProcessConfig['command'], more: Partial<ProcessConfig>) =>
    sandbox.create({
      key: { step: 'launch', attempt: ++attempt },
      image: `${subject.repository}:bare`,
      command,
      workspace: 'none',
      networkMode: 'none',
      ...more,
    });
  const run = async (command: ProcessConfig['command'], more: Partial<ProcessConfig> = {}) => {
    const created = await create(command, { launch: launch(), ...more });
    await created.start();
    const output = Readable.from(created.output()).map(({ data }: { data: Uint8Array }) => data);
    return { said: await text(output), exitCode: (await created.wait()).exitCode, id: created.id };
  };

  it('gets variables over those of the image, and none of them is in the configuration', async () => {
    const env = { TOKEN: secret, REPLACED: 'yes', LINES: 'a\nb=c', EMPTY: '' };
    const { said, exitCode, id } = await run(['env'], { launch: launch({ env }) });
    expect(exitCode).toBe(0);
    for (const line of [`TOKEN=${secret}`, 'REPLACED=yes', 'OF_THE_IMAGE=kept', 'LINES=a\nb=c', 'EMPTY=\n'])
      expect(said).toContain(line);
    expect(said).not.toContain('REPLACED=no');
    expect(JSON.stringify(await client.json('GET', `/containers/${id}/json`))).not.toContain(secret);
  });

  it('finds secret files in memory, readable by itself alone', async () => {
    const files = launch({ secretFiles: { KEY: 'line 1\nline 2=\n' } });
    const { said } = await run(['busybox', 'sh', '-c', 'busybox cat "$KEY"; busybox stat -c "%a %n" "$KEY"'], {
      launch: files,
    });
    expect(said).toBe('line 1\nline 2=\n600 /run/cicd/secret.KEY\n');
  });

  it('has no input, its own working folder, and its own exit code', async () => {
    const command = ['busybox', 'sh', '-c', 'busybox cat; busybox pwd; umask; exit 7'] as const;
    const { said, exitCode } = await run([...command], { launch: launch({ workDir: '/programs' }) });
    expect({ said, exitCode }).toEqual({ said: '/programs\n0002\n', exitCode: 7 });
  });

  it.each([
    [['nothing'], 127, 'cicd: nothing: not found\n'],
    [['/programs/nothing'], 127, 'cicd: /programs/nothing: not found\n'],
    [['/programs'], 126, 'cicd: /programs: cannot be executed\n'],
  ] as const)('%j ends with %d', async (command, exitCode, said) => {
    expect(await run([...command])).toMatchObject({ exitCode, said });
  });

  it('is not run when its input breaks off', async () => {
    const whole = launchInput(launch({ env: { A: 'b' } }));
    for (const cut of [0, 1, whole.length - 1]) {
      const broken = { launch: undefined, input: whole.subarray(0, cut) } as unknown as Partial<ProcessConfig>;
      const created = await create(['/.cicd-launch', 'busybox', 'echo', 'ran'], broken);
      const { putLauncher } = await import('../../src/docker/launch/launch.ts');
      await putLauncher(client, created.id);
      await created.start();
      const output = Readable.from(created.output()).map(({ data }: { data: Uint8Array }) => data);
      expect(await text(output)).toBe('cicd: the input broke off\n');
      expect((await created.wait()).exitCode).toBe(97);
    }
  });

  it('takes a megabyte, and refuses what it could not hand over', async () => {
    const large = 'x'.repeat(2 ** 20);
    const { said } = await run(['busybox', 'sh', '-c', 'busybox wc -c <"$LARGE"'], {
      launch: launch({ secretFiles: { LARGE: large } }),
    });
    expect(said.trim()).toBe(String(large.length));
    for (const env of [{ A: 'zero\0byte' }, { A: 'x'.repeat(8 * 2 ** 20) }])
      await expect(create(['env'], { launch: launch({ env }) })).rejects.toMatchObject({ code: 'step.config_invalid' });
  });
});
