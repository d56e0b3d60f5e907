import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noPrivileges, readPrivileges, type Privileges, type WrittenPrivileges } from '@cicd/plugin';
import { grantsOfFolder } from '../../src/grants/grants-of-folder.ts';

let folder: string;
let server: Server;
const settings = () => path.join(folder, 'settings.yaml');
const at = (name: string) => path.join(folder, name);
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'cicd-grants-')));
  for (const name of ['granted/inside', 'granted-too', 'other', 'shop']) mkdirSync(at(name), { recursive: true });
  writeFileSync(at('granted/file'), 'content');
  symlinkSync(at('granted'), at('good-link'));
  symlinkSync(at('other'), at('bad-link'));
  symlinkSync('/', at('root-link'));
  symlinkSync(at('bad-link'), at('granted/escape'));
  symlinkSync('../other', at('granted/relative-escape'));
  symlinkSync(at('loop'), at('loop'));
  execFileSync('mkfifo', [at('pipe')]);
  server = createServer().listen(at('docker.sock'));
  symlinkSync(at('docker.sock'), at('harmless.txt'));
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const grant = (lines: string, project = '*', pipeline = 'release') =>
  writeFileSync(settings(), `grants:\n  - project: '${project}'\n    pipeline: '${pipeline}'\n${lines}`);
const authorize = (asked: Partial<Privileges>, asker = { project: at('shop'), pipeline: 'release', step: 'build' }) =>
  grantsOfFolder({ settings: settings() }).authorize({ ...noPrivileges, ...asked }, asker);
const written = (asked: WrittenPrivileges) => authorize(readPrivileges(asked));
const mount = (source: string, access: 'read' | 'write' = 'read', target = '/mnt/x'): Partial<Privileges> => ({
  mounts: [{ source, target, access }],
});
const device = (name: string, access = 'rw', target = '/dev/x'): Partial<Privileges> => ({
  devices: [{ path: name, target, access }],
});

describe('without a grant', () => {
  beforeAll(() => rmSync(settings(), { force: true }));
  it.each([
    { privileged: true },
    { host_network: true },
    { engine_socket: true },
    { mounts: [{ source: '/etc', target: '/mnt/etc' }] },
    { mounts: [{ source: '/', target: '/host' }] },
    { devices: [{ path: '/dev/null' }] },
    { capabilities: ['NET_ADMIN'] },
    { capabilities: ['cap_sys_admin'] },
    { capabilities: ['CHOWN'] },
  ] satisfies WrittenPrivileges[])('%j is refused, with the lines that would grant it', async (asked) => {
    await expect(written(asked)).rejects.toMatchObject({
      code: 'grant.refused',
      family: 'config',
      hint: expect.stringContaining('grants:\n  - project:'),
    });
  });

  it('nothing is what nothing gets', async () => {
    expect(await written({})).toEqual(noPrivileges);
    expect(await written({ privileged: false, mounts: [] })).toEqual(noPrivileges);
  });
});

describe('the lines of a refusal', () => {
  it('grant just what was refused', async () => {
    rmSync(settings(), { force: true });
    const asked: WrittenPrivileges = {
      privileged: true,
      host_network: true,
      engine_socket: true,
      mounts: [{ source: at('good-link'), target: '/mnt/x', access: 'write' }],
      devices: [{ path: '/dev/null', access: 'r' }],
      capabilities: ['cap_net_admin'],
    };
    const refusal: { hint: string } = await written(asked).then(
      () => ({ hint: '' }),
      (error: { hint: string }) => error,
    );
    writeFileSync(settings(), refusal.hint.slice(refusal.hint.indexOf('grants:')));
    expect(await written(asked)).toEqual({
      privileged: true,
      hostNetwork: true,
      engineSocket: true,
      mounts: [{ source: at('granted'), target: '/mnt/x', access: 'write' }],
      devices: [{ path: '/dev/null', target: '/dev/null', access: 'r' }],
      capabilities: ['NET_ADMIN'],
    });
  });
});

describe('a granted mount', () => {
  beforeAll(() => grant(`    mounts: [{ path: ${at('granted')} }, { path: ${at('granted-too')}, access: write }]\n`));

  it.each([
    'granted',
    'granted/',
    './granted',
    'granted/.',
    'other/../granted',
    'good-link',
    'good-link/',
    'granted//',
  ])('is had as %s, and is what lies there', async (name) => {
    expect(await authorize(mount(`${folder}/${name}`))).toMatchObject({ mounts: [{ source: at('granted') }] });
  });
  it('is had through the root of a process', async () => {
    expect(await authorize(mount(`/proc/self/root${at('granted')}`))).toMatchObject({
      mounts: [{ source: at('granted') }],
    });
  });

  it.each([
    'granted/inside',
    'granted/file',
    'granted/..',
    'granted/../other',
    'granted/inside/../../other',
    'granted/../../..',
    'granted/escape',
    'granted/relative-escape',
    'granted/escape/..',
    'bad-link',
    'root-link',
    'root-link/etc',
    'root-link/../etc',
    'good-link/..',
    'good-link/escape',
    'granted-to',
    'grante',
    'other',
    '.',
    '',
    '..',
    '../..',
    '../../../../..',
  ])('is not had as %s', async (name) => {
    await expect(authorize(mount(`${folder}/${name}`))).rejects.toMatchObject({
      code: expect.stringMatching(/^grant\.(?:refused|invalid)$/),
    });
  });

  it.each([
    '/',
    '//',
    '/.',
    '/..',
    '/etc',
    '/etc/passwd',
    '/root',
    '/proc',
    '/proc/self/root',
    '/proc/self/root/etc',
    '/proc/self/cwd',
    '/proc/1/root',
    '/sys',
    '/dev',
    '/dev/shm',
    '/var/run',
    '/run',
    '/var/lib',
  ])('does not bring %s along', async (source) => {
    await expect(authorize(mount(source))).rejects.toMatchObject({
      code: expect.stringMatching(/^grant\.(?:refused|invalid)$/),
    });
  });

  it.each([
    ['no such folder', '/no/such/folder'],
    ['a loop', 'loop'],
    ['below a file', 'granted/file/below'],
    ['a relative path', 'granted', true],
    ['a name', 'volume', true],
    ['nothing', '', true],
    ['a line feed', '/tmp\n/etc'],
    ['a zero byte', '/tmp\0/etc'],
    ['a bind of old', '/etc:/mnt'],
    ['a bind with options', '/etc:/mnt:rw,rshared'],
    ['a Windows path', 'C:\\Windows', true],
    ['an address', 'nfs://host/share', true],
    ['a home', '~/.ssh', true],
    ['a variable', '$HOME/.ssh', true],
  ])('is not %s', async (_, source, asIs = false) => {
    const full = asIs || source.startsWith('/') ? source : at(source);
    await expect(authorize(mount(full))).rejects.toMatchObject({ code: 'grant.invalid' });
  });

  it.each(['docker.sock', 'harmless.txt', 'pipe'])('is never %s, also where it is written as granted', async (name) => {
    grant(`    mounts: [{ path: ${at(name)}, access: write }, { path: ${at('granted')} }]\n`);
    await expect(authorize(mount(at(name)))).rejects.toMatchObject({ code: 'grant.invalid' });
    grant(`    mounts: [{ path: ${at('granted')} }, { path: ${at('granted-too')}, access: write }]\n`);
  });
  it('is no device', async () => {
    await expect(authorize(mount('/dev/null'))).rejects.toMatchObject({ code: 'grant.invalid' });
  });

  it('is written only where that is granted', async () => {
    await expect(authorize(mount(at('granted'), 'write'))).rejects.toMatchObject({ code: 'grant.refused' });
    expect(await authorize(mount(at('granted-too'), 'write'))).toMatchObject({ mounts: [{ access: 'write' }] });
    expect(await authorize(mount(at('granted-too'), 'read'))).toMatchObject({ mounts: [{ access: 'read' }] });
  });

  it.each([
    '/',
    '//',
    '/.',
    '/workspace',
    '/workspace/',
    '/workspace/sub',
    '/proc',
    '/proc/sys',
    '/sys/fs/cgroup',
    '/dev',
    '/dev/sda',
    '/run',
    '/run/cicd',
    '/run/cicd/x',
    '/var/run/docker.sock',
    '/workspace/{{',
    '/proc/{{ x }}',
    '/mnt/../workspace',
    '/mnt/../../proc',
    'mnt',
    '',
    '/mnt\n',
    '/mnt\0',
  ])('has no place at %j of the container', async (target) => {
    await expect(authorize(mount(at('granted'), 'read', target))).rejects.toMatchObject({ code: 'grant.invalid' });
  });
  it('has a place of its own', async () => {
    const two = { source: at('granted'), access: 'read' as const };
    await expect(
      authorize({
        mounts: [
          { ...two, target: '/mnt/x' },
          { ...two, target: '/mnt//x/' },
        ],
      }),
    ).rejects.toMatchObject({ code: 'grant.invalid' });
  });
});

describe('a granted device', () => {
  beforeAll(() =>
    grant(`    devices: [/dev/null, { path: /dev/zero, access: r }]\n`.replace('/dev/null,', '{ path: /dev/null },')),
  );
  it('is had with what is granted of it', async () => {
    expect(await authorize(device('/dev/null'))).toMatchObject({ devices: [{ path: '/dev/null', access: 'rw' }] });
    expect(await authorize(device('/dev/../dev/null', 'wr'))).toMatchObject({ devices: [{ path: '/dev/null' }] });
    expect(await authorize(device('/dev/zero', 'r'))).toMatchObject({ devices: [{ access: 'r' }] });
  });
  it.each([
    ['/dev/null', 'rwm'],
    ['/dev/null', 'm'],
    ['/dev/zero', 'rw'],
    ['/dev/zero', 'w'],
    ['/dev/full', 'r'],
    ['/dev/null/../zero', 'w'],
    ['/dev/random', 'rw'],
  ])('%s is not had with %s', async (name, access) => {
    await expect(authorize(device(name, access))).rejects.toMatchObject({
      code: expect.stringMatching(/^grant\.(?:refused|invalid)$/),
    });
  });
  it.each([
    '/dev',
    '/dev/',
    '/etc/passwd',
    'c 1:3 rwm',
    'a *:* rwm',
    '/dev/null:/dev/null:rwm',
    'vendor.com/gpu=all',
    'all',
    '',
    '/dev/nothing',
    '/dev/null\n',
  ])('%j is none', async (name) => {
    await expect(authorize(device(name))).rejects.toMatchObject({ code: 'grant.invalid' });
  });
  it.each(['/etc/passwd', '/dev', '/dev/', '/dev/..', 'null', '/mnt/x'])('has no place at %s', async (target) => {
    await expect(authorize(device('/dev/null', 'r', target))).rejects.toMatchObject({ code: 'grant.invalid' });
  });
});

describe('granted capabilities', () => {
  beforeAll(() => grant('    capabilities: [CAP_NET_ADMIN, sys_ptrace]\n'));
  it.each(['NET_ADMIN', 'net_admin', 'CAP_NET_ADMIN', 'cap_net_admin', 'Cap_Net_Admin', 'SYS_PTRACE'])(
    '%s is had by its one name',
    async (name) => {
      const { capabilities } = await authorize({ capabilities: [name] });
      expect(capabilities).toEqual([name.toUpperCase().replace('CAP_', '')]);
    },
  );
  it.each(['SYS_ADMIN', 'cap_sys_admin', 'NET_RAW', 'DAC_READ_SEARCH', 'SYS_MODULE'])('%s is not had', async (name) => {
    await expect(authorize({ capabilities: ['NET_ADMIN', name] })).rejects.toMatchObject({ code: 'grant.refused' });
  });
  it.each([
    'ALL',
    'all',
    'CAP_ALL',
    '',
    '*',
    'NET_ADMIN,SYS_ADMIN',
    'NET_ADMIN ',
    'CAP_CAP_NET_ADMIN',
    '38',
    'NET-ADMIN',
  ])('%j is none', async (name) => {
    await expect(authorize({ capabilities: [name] })).rejects.toMatchObject({ code: 'grant.invalid' });
  });
});

describe('a grant', () => {
  it('is for its pipeline and its project, whose links are resolved', async () => {
    grant('    host_network: true\n', at('shop'), 'release');
    symlinkSync(at('shop'), at('shop-link'));
    const of = (project: string, pipeline: string) =>
      authorize({ hostNetwork: true }, { project, pipeline, step: 'build' });
    expect(await of(at('shop'), 'release')).toMatchObject({ hostNetwork: true });
    expect(await of(at('shop-link'), 'release')).toMatchObject({ hostNetwork: true });
    for (const [project, pipeline] of [
      [at('other'), 'release'],
      [at('shop/..'), 'release'],
      ['shop', 'release'],
      ['*', 'release'],
      [at('shop'), 'Release'],
      [at('shop'), 'release '],
      [at('shop'), '*'],
      [at('shop'), ''],
    ] as const)
      await expect(of(project, pipeline)).rejects.toMatchObject({ code: 'grant.refused' });
  });

  it('brings nothing along: each privilege is granted by itself', async () => {
    grant('    privileged: true\n');
    for (const asked of [{ hostNetwork: true }, { engineSocket: true }, mount('/etc'), { capabilities: ['SYS_ADMIN'] }])
      await expect(authorize(asked)).rejects.toMatchObject({ code: 'grant.refused' });
    expect(await authorize({ privileged: true })).toMatchObject({ privileged: true });
  });

  it('is read anew: what is taken back is not had any more, and what has become a link is judged again', async () => {
    grant(`    mounts: [{ path: ${at('granted')} }]\n`);
    expect(await authorize(mount(at('good-link')))).toMatchObject({ mounts: [{ source: at('granted') }] });
    renameSync(at('good-link'), at('good-link-before'));
    symlinkSync(at('other'), at('good-link'));
    await expect(authorize(mount(at('good-link')))).rejects.toMatchObject({ code: 'grant.refused' });
    grant('    host_network: true\n');
    await expect(authorize(mount(at('granted')))).rejects.toMatchObject({ code: 'grant.refused' });
  });

  it.each([
    '    privileged: yes please\n',
    '    mounts: [granted]\n',
    "    mounts: [{ path: 'relative' }]\n",
    '    devices: [{ path: /dev/null, access: all }]\n',
    '    everything: true\n',
  ])('that is written wrongly grants nothing: %j', async (lines) => {
    grant(lines);
    await expect(authorize({ privileged: true })).rejects.toMatchObject({ code: 'command.settings_invalid' });
  });
});
