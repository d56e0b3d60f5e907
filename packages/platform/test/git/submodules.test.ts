import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { submoduleAddress } from '../../src/git/submodules.ts';
import { cloneBench } from './clone-bench.ts';
import { createRepository, type TestRepository } from './repository.ts';

/** Milliseconds: a server under load is slow, not wrong. */
jest.setTimeout(60_000);

describe('the address of a submodule', () => {
  it.each([
    ['https://host/a/shop.git', '../parts.git', 'https://host/a/parts.git'],
    ['https://host/a/shop.git/', './parts.git', 'https://host/a/shop.git/parts.git'],
    ['ssh://git@host/a/shop.git', '../../parts.git', 'ssh://git@host/parts.git'],
    ['git@host:a/shop.git', '../parts.git', 'git@host:a/parts.git'],
    ['https://host/shop.git', 'https://other/parts.git', 'https://other/parts.git'],
    ['https://host/shop.git', '--upload-pack=x', '--upload-pack=x'],
  ])('of %s that is written %s is %s', (parent, written, address) => {
    expect(submoduleAddress(parent, written)).toBe(address);
  });

  it('cannot climb out of its server', () => {
    expect(() => submoduleAddress('https://host/shop.git', '../../../other/parts.git')).toThrow('climbs');
  });
});

describeWith(['git'], 'a repository with submodules', ({ git }) => {
  const { scratch, addressOf, sourceWith, clone } = cloneBench(git);
  afterAll(() => scratch.remove());
  let inner: TestRepository;
  let innerCommit: string;
  beforeAll(() => {
    inner = createRepository(git.folder);
    innerCommit = inner.files({ 'inner.txt': 'inner' });
  });

  /** A repository whose `.gitmodules` says this of a submodule at `place`. */
  function parentOf(modules: string, place = 'place', commit = innerCommit): TestRepository {
    const repository = createRepository(git.folder);
    const links = place
      .split('/')
      .toReversed()
      .reduce<readonly [string, string, string]>(
        ([mode, , id], name, index) =>
          index === 0 ? ['160000', name, id] : ['40000', name, repository.tree([[mode, placeAt(index - 1), id]])],
        ['160000', '', commit],
      );
    function placeAt(index: number): string {
      return place.split('/').toReversed()[index] ?? '';
    }
    repository.commit(repository.tree([['100644', '.gitmodules', repository.object('blob', modules)], links]));
    return repository;
  }
  const modulesOf = (url: string, place = 'place', name = 'place') =>
    `[submodule "${name}"]\n\tpath = ${place}\n\turl = ${JSON.stringify(url)}\n`;

  it('stays without them unless they are asked for', async () => {
    const { folder } = await clone(parentOf(modulesOf(addressOf(inner))));
    expect(existsSync(path.join(folder, 'place/inner.txt'))).toBe(false);
  });

  it('gets them, and theirs, by absolute and relative addresses', async () => {
    const middle = parentOf(modulesOf(`../${inner.name}`, 'deep/place', 'x'), 'deep/place');
    const middleCommit = middle.git(['rev-parse', 'main']);
    const outer = parentOf(modulesOf(addressOf(middle)), 'place', middleCommit);
    const { folder } = await clone(outer, { submodules: true });
    expect(readFileSync(path.join(folder, 'place/deep/place/inner.txt'), 'utf8')).toBe('inner');
  });

  it.each([
    'ext::sh -c touch% bitten',
    '--upload-pack=touch bitten',
    '-u./payload',
    'file:///etc',
    '/etc',
    '/proc/self/cwd',
    'git://127.0.0.1/shop.git',
    'ssh://-oProxyCommand=touch/x',
    'git@-oProxyCommand=touch:x',
    'https://user:password@127.0.0.1/shop.git',
    'fd::7',
  ])('is refused with one at %s', async (url) => {
    await expect(clone(parentOf(modulesOf(url)), { submodules: true })).rejects.toMatchObject({
      code: expect.stringMatching(/^git\.(?:address_refused|objects_refused)$/),
    });
  });

  it.each(['http://10.0.0.1/shop.git', 'http://169.254.169.254/latest', 'https://[::1]/shop.git'])(
    'is refused with one at %s, which is not public',
    async (url) => {
      await expect(clone(parentOf(modulesOf(url)), { submodules: true })).rejects.toMatchObject({
        code: 'http.address_refused',
      });
    },
  );

  it.each(['../../hooks', '..', 'a/../../b', '.git/hooks'])('is refused with one named %s', async (name) => {
    const repository = parentOf(modulesOf(addressOf(inner), 'place', name));
    const { folder, code } = await clone(repository, { submodules: true }).then(
      (done) => ({ ...done, code: undefined }),
      (error: { code: string }) => ({ folder: undefined, code: error.code }),
    );
    // A name is never a path here: what Git lets pass is put where the tree says.
    if (folder === undefined) expect(code).toBe('git.objects_refused');
    else expect(existsSync(path.join(folder, 'place/inner.txt'))).toBe(true);
  });

  it('runs no command that is written as its way of updating', async () => {
    const bitten = path.join(scratch.folder, 'bitten-by-update');
    const modules = `${modulesOf(addressOf(inner))}\tupdate = !touch ${bitten}\n`;
    await expect(clone(parentOf(modules), { submodules: true })).rejects.toMatchObject({
      code: 'git.objects_refused',
    });
    expect(existsSync(bitten)).toBe(false);
  });

  it('needs an address for each, and an end of them', async () => {
    await expect(clone(parentOf('# nothing\n'), { submodules: true })).rejects.toMatchObject({
      code: 'git.submodule_refused',
    });
    const source = sourceWith({ limits: { submodules: 0 } });
    await expect(clone(parentOf(modulesOf(addressOf(inner))), { submodules: true }, source)).rejects.toMatchObject({
      code: 'git.submodule_refused',
    });
  });

  it('takes its credentials nowhere else', async () => {
    const secret = createRepository(git.folder, 'private');
    const commit = secret.files({ 'secret.txt': 'secret' });
    const elsewhere = git.http.replace('127.0.0.1', 'git.elsewhere.invalid');
    const lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    const source = sourceWith({ lookup, allowed: ['127.0.0.1'] });
    const { username, password } = git;
    const given = { submodules: true, credentials: { username, password } };
    const near = parentOf(modulesOf(`${git.http}/private/${secret.name}`), 'place', commit);
    const { folder } = await clone(near, given, source);
    expect(existsSync(path.join(folder, 'place/secret.txt'))).toBe(true);
    const far = parentOf(modulesOf(`${elsewhere}/private/${secret.name}`), 'place', commit);
    await expect(clone(far, given, source)).rejects.toMatchObject({ code: 'git.authentication_failed' });
  });
});
