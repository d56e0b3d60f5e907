import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeWith } from '@cicd/testbed';
import { cloneBench } from './clone-bench.ts';
import { createRepository, type TestRepository } from './repository.ts';

/** Milliseconds: a server under load is slow, not wrong. */
jest.setTimeout(60_000);

describeWith(['git'], 'a hostile repository', ({ git }) => {
  const { scratch, addressOf, sourceWith, clone } = cloneBench(git);
  afterAll(() => scratch.remove());
  /** What plain Git does with it, as somebody would call it. */
  const plainly = (words: readonly string[]) => createRepository(git.folder).git(words);

  describe('objects', () => {
    const content = (repository: TestRepository) => repository.object('blob', 'content');
    const withEntry = (mode: string, name: string) => {
      const repository = createRepository(git.folder);
      const id = mode === '40000' ? repository.tree([['100644', 'config', content(repository)]]) : content(repository);
      repository.commit(repository.tree([[mode, name, id]]));
      return repository;
    };
    it.each([
      ['100644', '.git'],
      ['40000', '.git'],
      ['120000', '.git'],
      ['40000', '.GIT'],
      ['40000', '.giT'],
      ['40000', 'GIT~1'],
      ['40000', 'git~1'],
      ['40000', '.git '],
      ['40000', '.git.'],
      ['40000', '.git::$INDEX_ALLOCATION'],
      ['40000', '.g\u200cit'],
      ['100644', '..'],
      ['40000', '..'],
      ['40000', '.'],
      ['100644', 'a/b'],
      ['100644', '../climbs'],
      ['100644', '/etc/absolute'],
      ['120000', '.gitmodules'],
    ])('with the mode %s and the name %j are refused', async (mode, name) => {
      await expect(clone(withEntry(mode, name))).rejects.toMatchObject({ code: 'git.objects_refused' });
    });

    it('of two entries with one name are refused', async () => {
      const repository = createRepository(git.folder);
      const link = repository.object('blob', '/etc');
      const folder = repository.tree([['100644', 'passwd', content(repository)]]);
      repository.commit(
        repository.tree([
          ['120000', 'a', link],
          ['40000', 'a', folder],
        ]),
      );
      await expect(clone(repository)).rejects.toMatchObject({ code: 'git.objects_refused' });
    });

    it('of a commit that is none are refused', async () => {
      const repository = createRepository(git.folder);
      const top = repository.tree([['100644', 'a', content(repository)]]);
      const id = repository.object('commit', `tree ${top}\nauthor nobody\n\nmessage`);
      writeFileSync(path.join(repository.folder, 'refs/heads/main'), `${id}\n`);
      await expect(clone(repository)).rejects.toMatchObject({ code: 'git.objects_refused' });
    });
  });

  describe('symbolic links', () => {
    it.each(['/etc/passwd', '../../../etc/passwd', '..', '../outside', 'folder/../../outside', '/proc/self/root'])(
      'to %s are refused by the workspace, and nothing is read through them',
      async (target) => {
        const repository = createRepository(git.folder);
        repository.files({ link: `->${target}`, 'z.txt': 'last' });
        await expect(clone(repository)).rejects.toMatchObject({ code: 'archive.entry_refused' });
      },
    );

    it('inside stay links', async () => {
      const repository = createRepository(git.folder);
      repository.files({ 'a/file': 'content', link: '->a/file' });
      const { folder } = await clone(repository);
      expect(lstatSync(path.join(folder, 'link')).isSymbolicLink()).toBe(true);
      expect(readFileSync(path.join(folder, 'link'), 'utf8')).toBe('content');
    });
  });

  describe('programs of it', () => {
    it('are never run: filters, diffs, hooks, monitors of its files', async () => {
      const repository = createRepository(git.folder);
      const bitten = path.join(scratch.folder, 'bitten');
      repository.files({
        '.gitattributes': '* filter=bite diff=bite merge=bite\n',
        '.gitconfig': `[filter "bite"]\n  smudge = touch ${bitten}\n`,
        '.lfsconfig': `[lfs]\n  url = ext::touch% ${bitten}\n`,
        'hooks/post-checkout': `#!/bin/sh\ntouch ${bitten}\n`,
        config: `[core]\n  fsmonitor = touch ${bitten}\n  sshCommand = touch ${bitten}\n`,
      });
      for (const hook of ['post-checkout', 'post-merge', 'reference-transaction', 'pre-upload'])
        writeFileSync(path.join(repository.folder, 'hooks', hook), `#!/bin/sh\ntouch ${bitten}\n`, { mode: 0o755 });
      const { folder } = await clone(repository);
      expect(existsSync(bitten)).toBe(false);
      expect(existsSync(path.join(folder, '.git/hooks'))).toBe(false);
    });

    it('of the machine are never run: templates and settings of its user', async () => {
      const bitten = path.join(scratch.folder, 'bitten-by-machine');
      const home = scratch.inside('home');
      const hooks = path.join(scratch.inside('template'), 'hooks');
      mkdirSync(hooks);
      const hook = path.join(hooks, 'post-checkout');
      writeFileSync(hook, `#!/bin/sh\ntouch ${bitten}\n`, { mode: 0o755 });
      writeFileSync(
        path.join(home, '.gitconfig'),
        `[init]\n templateDir = ${path.dirname(hooks)}\n[core]\n hooksPath = ${hooks}\n sshCommand = touch ${bitten}\n[credential]\n helper = "!touch ${bitten}"\n`,
      );
      const outer = {
        HOME: home,
        GIT_TEMPLATE_DIR: path.dirname(hooks),
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'core.hooksPath',
        GIT_CONFIG_VALUE_0: hooks,
        GIT_SSH_COMMAND: `touch ${bitten}`,
        GIT_EXTERNAL_DIFF: `touch ${bitten}`,
        GIT_PROXY_COMMAND: `touch ${bitten}`,
      };
      const before = { ...process.env };
      Object.assign(process.env, outer);
      try {
        const repository = createRepository(git.folder, 'private');
        repository.files({ a: 'a' });
        await expect(clone(`${git.http}/private/${repository.name}`)).rejects.toMatchObject({
          code: 'git.authentication_failed',
        });
        const open = createRepository(git.folder);
        open.files({ a: 'a' });
        const { folder } = await clone(open);
        expect(readdirSync(path.join(folder, '.git'))).not.toContain('hooks');
      } finally {
        for (const name of Object.keys(outer)) delete process.env[name];
        Object.assign(process.env, before);
      }
      expect(existsSync(bitten)).toBe(false);
    });

    it('bite where Git is called without the guard', () => {
      const bitten = path.join(scratch.folder, 'bitten-without-guard');
      expect(() => plainly(['-c', 'protocol.ext.allow=always', 'ls-remote', `ext::touch ${bitten}`])).toThrow();
      expect(existsSync(bitten)).toBe(true);
    });

    it('are not fetched from elsewhere: LFS stays a pointer', async () => {
      const repository = createRepository(git.folder);
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 3\n`;
      repository.files({ '.gitattributes': '*.bin filter=lfs\n', 'a.bin': pointer });
      const { folder } = await clone(repository);
      expect(readFileSync(path.join(folder, 'a.bin'), 'utf8')).toBe(pointer);
    });
  });

  describe('the clone', () => {
    it('has no alternate, no setting of a server, no credential, and works', async () => {
      const repository = createRepository(git.folder, 'private');
      repository.files({ 'a.txt': 'a' });
      writeFileSync(path.join(repository.folder, 'objects/info/alternates'), '/etc\n');
      const { username, password } = git;
      const { folder } = await clone(`${git.http}/private/${repository.name}`, { credentials: { username, password } });
      expect(existsSync(path.join(folder, '.git/objects/info/alternates'))).toBe(false);
      const config = readFileSync(path.join(folder, '.git/config'), 'utf8');
      expect(config).not.toContain(password);
      expect(config).not.toMatch(/hook|sshCommand|fsmonitor|helper|askpass/i);
    });

    it('leaves nothing behind, whether it worked or not', async () => {
      const repository = createRepository(git.folder);
      repository.files({ a: 'a' });
      await clone(repository);
      await expect(clone(repository, { ref: 'missing' })).rejects.toMatchObject({ code: 'git.ref_not_found' });
      expect(readdirSync(scratch.inside('temporary'))).toEqual([]);
    });

    it('ends at once, with all that Git began, when it is aborted', async () => {
      const repository = createRepository(git.folder);
      repository.files({ a: 'a' });
      const controller = new AbortController();
      const reason = new Error('cancelled');
      const lookup = () => {
        setImmediate(() => controller.abort(reason));
        return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      };
      const cloning = sourceWith({ lookup, allowed: ['git.internal'] }).clone(
        { repository: addressOf(repository).replace('127.0.0.1', 'git.internal'), depth: 1, submodules: false },
        () => Promise.reject(new Error('nothing was to arrive')),
        { signal: controller.signal },
      );
      await expect(cloning).rejects.toBe(reason);
      expect(readdirSync(scratch.inside('temporary'))).toEqual([]);
    });
  });

  describe('the address', () => {
    it.each([
      'http://127.0.0.1:1/shop.git',
      'http://127.1:1/shop.git',
      'http://2130706433:1/shop.git',
      'http://0x7f.1:1/shop.git',
      'http://0177.0.0.1:1/shop.git',
      'http://[::1]:1/shop.git',
      'http://[::ffff:127.0.0.1]:1/shop.git',
      'http://localhost:1/shop.git',
      'http://169.254.169.254/latest',
      'http://10.0.0.1/shop.git',
      'https://192.168.0.1/shop.git',
      'https://[fd00::1]/shop.git',
      'ssh://git@127.0.0.1/shop.git',
      'ssh://git@localhost/shop.git',
      'ssh://git@10.0.0.1/shop.git',
      'git@127.0.0.1:shop.git',
      'git@localhost:shop.git',
    ])('%s is not reached', async (address) => {
      const credentials = address.includes('@') ? { credentials: { sshKey: 'key', knownHosts: 'none' } } : {};
      await expect(clone(address, credentials, sourceWith({ allowed: [] }))).rejects.toMatchObject({
        code: 'http.address_refused',
      });
    });

    it('of a name is the one that was judged, whatever the name leads to later', async () => {
      const repository = createRepository(git.folder);
      repository.files({ a: 'a' });
      // No resolver of the machine knows this name: only what was judged can have been reached.
      const lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      const source = sourceWith({ lookup, allowed: ['git.judged.invalid'] });
      const address = addressOf(repository).replace('127.0.0.1', 'git.judged.invalid');
      const { folder } = await clone(address, {}, source);
      expect(existsSync(path.join(folder, 'a'))).toBe(true);
    });

    it('of SSH is pinned too, and its key is looked up by its name', async () => {
      const repository = createRepository(git.folder);
      repository.files({ a: 'a' });
      const lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      const source = sourceWith({ lookup, allowed: ['git.judged.invalid'] });
      const address = `${git.ssh}${git.folder}/open/${repository.name}`.replace('127.0.0.1', 'git.judged.invalid');
      const sshKey = readFileSync(git.keyFile, 'utf8');
      const known = readFileSync(git.knownHostsFile, 'utf8');
      const renamed = known.replace('127.0.0.1', 'git.judged.invalid');
      await expect(clone(address, { credentials: { sshKey, knownHosts: known } }, source)).rejects.toMatchObject({
        code: 'git.host_key_refused',
      });
      const { folder } = await clone(address, { credentials: { sshKey, knownHosts: renamed } }, source);
      expect(existsSync(path.join(folder, 'a'))).toBe(true);
    });

    it('that redirects is not followed', async () => {
      const repository = createRepository(git.folder);
      repository.files({ a: 'a' });
      const elsewhere = `${git.http}/elsewhere/open/${repository.name}`;
      await expect(clone(elsewhere)).rejects.toMatchObject({ code: 'git.redirected' });
      expect(plainly(['ls-remote', elsewhere])).toContain('refs/heads/main');
    });
  });

  describe('credentials', () => {
    const ssh = (repository: TestRepository) => `${git.ssh}${git.folder}/open/${repository.name}`;
    let repository: TestRepository;
    beforeAll(() => {
      repository = createRepository(git.folder, 'private');
      repository.files({ a: 'a' });
    });
    const address = () => `${git.http}/private/${repository.name}`;
    const key = () => readFileSync(git.keyFile, 'utf8');
    const known = () => readFileSync(git.knownHostsFile, 'utf8');

    it.each([
      ['none', undefined, 'git.authentication_failed'],
      ['a wrong password', { username: 'tester', password: 'wrong' }, 'git.authentication_failed'],
      ['a password of two lines', { username: 'tester', password: 'a\nhost=evil' }, 'git.credentials_refused'],
      ['a user of two lines', { username: 'tester\nprotocol=ext', password: 'a' }, 'git.credentials_refused'],
      ['a user alone', { username: 'tester' }, 'git.credentials_refused'],
      ['a key of SSH', { sshKey: 'key' }, 'git.credentials_refused'],
      ['a password without end', { password: 'a'.repeat(100_000) }, 'git.credentials_refused'],
    ])('for HTTP: %s', async (_, credentials, code) => {
      const given = credentials && { credentials };
      await expect(clone(address(), { ...given })).rejects.toMatchObject({ code });
    });

    it('for SSH: a key that is not let in, no key, no known host, a password', async () => {
      const open = createRepository(git.folder);
      open.files({ a: 'a' });
      const strange = readFileSync(git.strangeKeyFile, 'utf8');
      const other = known().replace(/AAAA\S+/, (code) => `${code.slice(0, -4)}AAAA`);
      for (const [credentials, code] of [
        [{ sshKey: strange, knownHosts: known() }, 'git.authentication_failed'],
        [{ sshKey: 'no key', knownHosts: known() }, 'git.authentication_failed'],
        [{ knownHosts: known() }, 'git.authentication_failed'],
        [{ sshKey: key() }, 'git.host_key_refused'],
        [{ sshKey: key(), knownHosts: '# nobody' }, 'git.host_key_refused'],
        [{ sshKey: key(), knownHosts: other }, 'git.host_key_refused'],
        [{ password: 'secret', knownHosts: known() }, 'git.credentials_refused'],
      ] as const)
        await expect(clone(ssh(open), { credentials })).rejects.toMatchObject({ code });
    });

    it('that the operator knows a host need not name it', async () => {
      const open = createRepository(git.folder);
      open.files({ a: 'a' });
      const { folder } = await clone(
        ssh(open),
        { credentials: { sshKey: key() } },
        sourceWith({ knownHosts: known() }),
      );
      expect(existsSync(path.join(folder, 'a'))).toBe(true);
    });
  });

  describe('its size', () => {
    it('is counted as it arrives', async () => {
      const repository = createRepository(git.folder);
      repository.files({ big: Array.from({ length: 40_000 }, () => Math.random()).join(' ') });
      await expect(clone(repository, {}, sourceWith({ limits: { bytes: 100_000 } }))).rejects.toMatchObject({
        code: 'git.too_large',
      });
    });

    it('is counted before anything is checked out: many files of one small object', async () => {
      const repository = createRepository(git.folder);
      let id = repository.object('blob', 'content');
      let mode = '100644';
      for (let level = 0; level < 10; level++) {
        const entries = Array.from({ length: 10 }, (_, index) => [mode, `e${index}`, id] as const);
        id = repository.tree(entries);
        mode = '40000';
      }
      repository.commit(id);
      await expect(clone(repository)).rejects.toMatchObject({ code: 'git.too_large' });
    });

    it('is counted where there is nothing but folders', async () => {
      const repository = createRepository(git.folder);
      let id = repository.tree([]);
      for (let level = 0; level < 9; level++)
        id = repository.tree(Array.from({ length: 10 }, (_, index) => ['40000', `e${index}`, id] as const));
      repository.commit(id);
      await expect(clone(repository)).rejects.toMatchObject({ code: 'git.too_large' });
    });

    it('is counted as it will be: a small pack of a large file', async () => {
      const repository = createRepository(git.folder);
      repository.files({ zeros: 'a'.repeat(5_000_000) });
      await expect(clone(repository, {}, sourceWith({ limits: { bytes: 1_000_000 } }))).rejects.toMatchObject({
        code: 'git.too_large',
      });
    });
  });
});
