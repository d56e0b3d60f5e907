import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noPrivileges, type Privileges } from '@cicd/plugin';
import { describeWith } from '@cicd/testbed';
import { createDockerDriver } from '../../src/index.ts';
import { containerConfig } from '../../src/docker/container-config.ts';
import { privilegedHost } from '../../src/docker/privileged-host.ts';
import { runShell } from './run-process.ts';

const granted = (some: Partial<Privileges>): Privileges => ({ ...noPrivileges, ...some });

describe('granted privileges', () => {
  let folder: string;
  let socket: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'cicd-privileges-')));
    mkdirSync(path.join(folder, 'run'));
    socket = path.join(folder, 'run/engine.sock');
    writeFileSync(socket, '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('change nothing of the configuration where nothing is granted', () => {
    expect(privilegedHost(undefined, socket)).toBeUndefined();
    expect(privilegedHost(noPrivileges, socket)).toBeUndefined();
  });

  it('never carry the engine’s socket as a mount', () => {
    for (const source of [socket, path.dirname(socket), folder, '/'])
      expect(() => privilegedHost(granted({ mounts: [{ source, target: '/mnt/x', access: 'read' }] }), socket)).toThrow(
        expect.objectContaining({ code: 'grant.invalid' }),
      );
    const beside = granted({ mounts: [{ source: `${folder}/ru`, target: '/mnt/x', access: 'read' }] });
    expect(privilegedHost(beside, socket)?.mounts).toHaveLength(1);
  });

  // Not every machine lets its engine start such a container.
  it('are privileged only where that was granted', () => {
    expect(privilegedHost(granted({ privileged: true }), undefined)).toMatchObject({ privileged: true, mounts: [] });
    expect(privilegedHost(granted({ hostNetwork: true }), undefined)).toMatchObject({ privileged: false });
  });

  it('are refused where the paths would be those of another machine', () => {
    for (const some of [
      { engineSocket: true },
      { mounts: [{ source: '/etc', target: '/mnt/x', access: 'read' as const }] },
      { devices: [{ path: '/dev/null', target: '/dev/null', access: 'r' }] },
    ])
      expect(() => privilegedHost(granted(some), undefined)).toThrow(
        expect.objectContaining({ code: 'sandbox.unsupported' }),
      );
  });

  it('bring no other mounts, no propagation, and nothing that was not granted', () => {
    const privileges = privilegedHost(
      granted({
        mounts: [{ source: '/srv/cache', target: '/mnt/cache', access: 'read' }],
        devices: [{ path: '/dev/fuse', target: '/dev/granted', access: 'r' }],
        capabilities: ['NET_ADMIN'],
      }),
      socket,
    );
    const config = containerConfig(
      { key: { step: 'a', attempt: 1 }, image: 'x', command: ['x'], workspace: 'none' },
      { image: 'x', labels: {}, network: 'bridge', log: { Type: 'local', Config: {} }, volume: undefined, privileges },
    );
    expect(config['HostConfig']).toMatchObject({
      Privileged: false,
      Devices: [{ PathOnHost: '/dev/fuse', PathInContainer: '/dev/granted', CgroupPermissions: 'r' }],
      CapAdd: expect.arrayContaining(['NET_ADMIN']),
      SecurityOpt: ['no-new-privileges'],
      Mounts: [
        {
          Type: 'bind',
          Source: '/srv/cache',
          Target: '/mnt/cache',
          ReadOnly: true,
          BindOptions: { Propagation: 'rprivate', NonRecursive: true },
        },
      ],
    });
  });
});

describeWith(['engine', 'busybox'], 'a container with granted privileges', ({ engine, busybox }) => {
  const driver = createDockerDriver({ instance: `privileges-${process.pid}`, address: engine.dockerHost });
  let folder: string;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'cicd-privileged-')));
    writeFileSync(path.join(folder, 'file'), 'from the host');
  });
  afterAll(async () => {
    for (const run of await driver.runs()) await (await driver.open(run)).close();
    await driver.close();
    rmSync(folder, { recursive: true });
  });
  let runs = 0;
  const perform = async (script: string, some?: Partial<Privileges>) => {
    const sandbox = await driver.open(`run${++runs}`);
    const more = { image: busybox.image, ...(some && { privileges: granted(some) }) };
    const { text } = await runShell(sandbox, script, more);
    return text.trim();
  };
  const limit = 60_000;

  it(
    'has what was granted, and a container without has not',
    async () => {
      const mounts = [{ source: folder, target: '/mnt/host', access: 'read' as const }];
      const reading = 'cat /mnt/host/file; touch /mnt/host/new 2>/dev/null || echo " read only"';
      expect(await perform(reading, { mounts })).toBe('from the host read only');
      expect(await perform('ls /mnt/host 2>/dev/null || echo none')).toBe('none');
      const namespace = 'readlink /proc/self/ns/net';
      expect(await perform(namespace, { hostNetwork: true })).not.toBe(await perform(namespace));
      const capabilities = "awk '/CapEff/ { print $2 }' /proc/self/status";
      const [few, more] = [await perform(capabilities), await perform(capabilities, { capabilities: ['NET_ADMIN'] })];
      expect(BigInt(`0x${more}`) ^ BigInt(`0x${few}`)).toBe(1n << 12n);
      expect(await perform('test -S /var/run/docker.sock && echo there', { engineSocket: true })).toBe('there');
      expect(await perform('test -e /var/run/docker.sock || echo none')).toBe('none');
    },
    limit,
  );

  it(
    'has a device where it was granted, and a container without has not',
    async () => {
      const devices = [{ path: '/dev/null', target: '/dev/granted', access: 'r' }];
      const script = 'test -c /dev/granted && echo there || echo none';
      expect(await perform(script, { devices })).toBe('there');
      expect(await perform(script)).toBe('none');
    },
    limit,
  );
});
