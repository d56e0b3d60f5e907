import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { KitRunner } from '../../kit-runner.ts';
import { tarOf, untar } from './kit-archive.ts';
import { firstFile } from '../../archive/archive-case.ts';
import { hostileArchives } from '../../archive/hostile-archives.ts';
import { rejectsWith, type KitBench } from './kit-bench.ts';

/** The workspace: shared by processes, copied, filled and read as tar streams. */
export function workspaceCases({ it }: KitRunner, bench: () => KitBench): void {
  it('is shared by the processes of the run', async () => {
    await bench().run('write', ['shared.txt', 'from one']);
    assert.equal((await bench().run('read', ['shared.txt'])).text, 'from one');
  });

  it('tells how much its files take', async () => {
    const { workspace } = bench().sandbox;
    const before = await workspace.measure();
    await workspace.copyIn(tarOf({ name: 'large', content: 'x'.repeat(2 ** 20) }), '/workspace');
    const after = await workspace.measure();
    assert.ok(before !== undefined && after !== undefined);
    const grown = after - before;
    assert.ok(grown >= 2 ** 20 && grown < 2 ** 21, `${grown} bytes for a file of ${2 ** 20}`);
  });

  it('starts in a working directory that did not exist', async () => {
    const workDir = '/workspace/made/for/it';
    await bench().run('write', ['inside.txt', 'deep'], { workDir });
    assert.equal((await bench().run('read', ['made/for/it/inside.txt'])).text, 'deep');
    await rejectsWith(bench().create('nothing', [], { workDir: '/workspace/../etc' }), 'sandbox.path_refused');
    await rejectsWith(bench().create('nothing', [], { workDir: '/etc' }), 'sandbox.path_refused');
  });

  it('round-trips files, modes and links through archives', async () => {
    const { workspace } = bench().sandbox;
    const archive = tarOf(
      { name: 'folder', type: 'directory', mode: 0o755 },
      { name: 'folder/program', mode: 0o755, content: '#!/bin/sh\n' },
      { name: 'folder/text', mode: 0o644, content: 'words' },
      { name: 'folder/link', type: 'symlink', linkname: 'text' },
      { name: 'folder/sub/up', type: 'symlink', linkname: '../text' },
      { name: `folder/${'long-'.repeat(40)}name`, mode: 0o644, content: 'long' },
    );
    await workspace.copyIn(archive, '/workspace/round/trip');
    const listed = await bench().run('list', [], { workDir: '/workspace' });
    assert.match(listed.text, /^program \.\/round\/trip\/folder\/program$/m);
    assert.match(listed.text, /^file \.\/round\/trip\/folder\/text$/m);
    assert.match(listed.text, /^link \.\/round\/trip\/folder\/link -> text$/m);
    const out = await untar(await workspace.copyOut('/workspace/round/trip'));
    assert.deepEqual(
      [...out.keys()].sort(),
      [
        'trip',
        'trip/folder',
        'trip/folder/link',
        `trip/folder/${'long-'.repeat(40)}name`,
        'trip/folder/program',
        'trip/folder/sub',
        'trip/folder/sub/up',
        'trip/folder/text',
      ].sort(),
    );
    assert.equal(out.get('trip/folder/program')?.executable, true);
    assert.equal(out.get('trip/folder/text')?.executable, false);
    assert.equal(out.get('trip/folder/text')?.content, 'words');
    assert.deepEqual(out.get('trip/folder/sub/up'), {
      type: 'symlink',
      executable: true,
      content: '',
      target: '../text',
    });
    const one = await untar(await workspace.copyOut('/workspace/round/trip/folder/text'));
    assert.deepEqual([...one.keys()], ['text']);
    const whole = await untar(await workspace.copyOut('/workspace'));
    assert.equal(whole.get('workspace/round/trip/folder/text')?.content, 'words');
  });

  it('lets processes change what was copied in', async () => {
    await bench().sandbox.workspace.copyIn(
      tarOf({ name: 'given/file', mode: 0o600, content: 'before', uid: 4711, gid: 4711 }),
      '/workspace',
    );
    assert.equal((await bench().run('write', ['given/file', 'after'])).exitCode, 0);
    assert.equal((await bench().run('write', ['given/new', 'new'])).exitCode, 0);
    assert.equal((await bench().run('read', ['given/file'])).text, 'after');
  });

  it('says what is missing, and what it refuses', async () => {
    const { workspace } = bench().sandbox;
    await rejectsWith(workspace.copyOut('/workspace/not/there'), 'sandbox.path_not_found');
    await rejectsWith(workspace.copyOut('/etc/passwd'), 'sandbox.path_refused');
    await rejectsWith(workspace.copyOut('/workspace/../etc'), 'sandbox.path_refused');
    await rejectsWith(workspace.copyIn(tarOf({ name: 'file', content: 'x' }), '/workspaces'), 'sandbox.path_refused');
  });

  for (const [family, cases] of Object.entries(hostileArchives)) {
    const folder = `/workspace/hostile/${family.replaceAll(/\W+/g, '-')}`;

    it(`refuses archives whole: ${family}`, async () => {
      const { workspace } = bench().sandbox;
      for (const { title, code, hostile } of cases) {
        await rejectsWith(workspace.copyIn(Readable.from([hostile]), `${folder}/refused`), code, title);
        // Before anything that came first in it was unpacked.
        await rejectsWith(workspace.copyOut(`${folder}/refused`), 'sandbox.path_not_found', title);
      }
    });

    it(`takes the harmless twins of: ${family}`, async () => {
      const { workspace } = bench().sandbox;
      for (const [index, { twin }] of cases.entries())
        await workspace.copyIn(Readable.from([twin]), `${folder}/twins/${index}`);
      const out = await untar(await workspace.copyOut(`${folder}/twins`));
      for (const [index, { title }] of cases.entries())
        assert.equal(out.get(`twins/${index}/${firstFile}`)?.content, 'first', title);
    });
  }

  it('refuses what is no archive', async () => {
    const { workspace } = bench().sandbox;
    await rejectsWith(
      workspace.copyIn(Readable.from([Buffer.alloc(2048, 'no tar')]), '/workspace/hostile'),
      'archive.malformed',
    );
    const whole = await buffer(tarOf({ name: 'file', content: 'x'.repeat(10_000) }));
    await rejectsWith(
      workspace.copyIn(Readable.from([whole.subarray(0, 5000)]), '/workspace/hostile'),
      'archive.malformed',
    );
  });

  it('stops copying in when told', async () => {
    const stop = new AbortController();
    const endless = new Readable({ read: () => undefined });
    const copied = bench().sandbox.workspace.copyIn(endless, '/workspace/aborted', { signal: stop.signal });
    stop.abort(new Error('enough'));
    await assert.rejects(copied, /enough/);
  });

  it('copies the workspace as it stands', async () => {
    const { sandbox } = bench();
    await bench().run('write', ['original.txt', 'first']);
    const copy = await sandbox.copyWorkspace('member');
    assert.equal((await bench().run('read', ['original.txt'], { workspace: copy })).text, 'first');
    await bench().run('write', ['original.txt', 'changed'], { workspace: copy });
    await bench().run('write', ['only-here.txt', 'x'], { workspace: copy });
    assert.equal((await bench().run('read', ['original.txt'])).text, 'first');
    assert.notEqual((await bench().run('read', ['only-here.txt'])).exitCode, 0);
    assert.equal((await untar(await copy.copyOut('/workspace/original.txt'))).get('original.txt')?.content, 'changed');
    await sandbox.dropWorkspace(copy);
    await assert.rejects(bench().create('nothing', [], { workspace: copy }));
  });

  it('copies a copy, and keeps one that is there when told that it is complete', async () => {
    const { sandbox } = bench();
    const member = await sandbox.copyWorkspace('outer');
    await bench().run('write', ['in-outer.txt', 'outer'], { workspace: member });
    const inner = await sandbox.copyWorkspace('outer.inner', { from: member });
    await bench().run('write', ['in-inner.txt', 'inner'], { workspace: inner });
    assert.equal((await bench().run('read', ['in-outer.txt'], { workspace: inner })).text, 'outer');
    const kept = await sandbox.copyWorkspace('outer.inner', { from: member, keep: true });
    assert.equal((await bench().run('read', ['in-inner.txt'], { workspace: kept })).text, 'inner');
    const missing = await sandbox.copyWorkspace('outer.other', { from: member, keep: true });
    assert.equal((await bench().run('read', ['in-outer.txt'], { workspace: missing })).text, 'outer');
  });

  it('makes an empty one, and lets a process only read it and the workspace, or refuses to', async () => {
    const { sandbox, driver } = bench();
    await bench().run('write', ['read-only.txt', 'first']);
    const inputs = await sandbox.copyWorkspace('reader.inputs', { from: 'nothing' });
    assert.deepEqual([...(await untar(await inputs.copyOut('/workspace'))).keys()], ['workspace']);
    const asked = { inputs, workspaceAccess: 'read' } as const;
    if (!driver.capabilities.isolation) return rejectsWith(bench().create('nothing', [], asked), 'sandbox.unsupported');
    await inputs.copyIn(tarOf({ name: 'rules.yml', mode: 0o644, content: 'rules: []' }), '/workspace/packs');
    assert.equal((await bench().run('inputs', ['packs/rules.yml'], asked)).text, 'rules: []');
    assert.equal((await bench().run('read', ['read-only.txt'], asked)).text, 'first');
    for (const profile of ['build', 'strict'] as const)
      await bench().run('write', ['read-only.txt', 'changed'], { ...asked, profile });
    assert.equal((await bench().run('read', ['read-only.txt'])).text, 'first');
    await sandbox.dropWorkspace(inputs);
  });

  it('takes the long names that steps deep inside others have', async () => {
    const { sandbox } = bench();
    const step = Array.from({ length: 5 }, (_, depth) => `${'deep-'.repeat(11)}${depth}`).join('.0.');
    const copy = await sandbox.copyWorkspace(`${step}-1`);
    const process = await bench().start('echo', [], {
      workspace: copy,
      key: { step, attempt: 1 },
      input: Buffer.from('x'),
    });
    assert.equal((await process.wait()).exitCode, 0);
    assert.notEqual(await sandbox.attach({ step, attempt: 1 }), undefined);
  });

  it('does without a workspace', async () => {
    const { text } = await bench().run('echo', [], { workspace: 'none', input: Buffer.from('alone') });
    assert.equal(text, 'alone');
  });
}
