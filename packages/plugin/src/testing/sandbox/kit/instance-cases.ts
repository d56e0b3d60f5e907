import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { KitRunner } from '../../kit-runner.ts';
import { untar } from './kit-archive.ts';
import { KitBench, textOf, untilWritten, type SandboxKitSubject } from './kit-bench.ts';

/** What outlives a driver, and what belongs to whom. */
export function instanceCases({ it }: KitRunner, subject: SandboxKitSubject, image: string): void {
  const benchOf = async (instance: string, run: string, life?: string): Promise<KitBench> => {
    const driver = await subject.driver(instance);
    return new KitBench(driver, await driver.open(run), image, life);
  };

  it('says what answers', async () => {
    const driver = await subject.driver(`kit-${randomUUID().slice(0, 8)}`);
    const { name, version, address } = await driver.check();
    assert.ok(name !== '' && version !== '' && address !== '');
    await driver.close();
  });

  it('is attached to by a second life of the instance, which loses no output', async () => {
    const instance = `kit-${randomUUID().slice(0, 8)}`;
    const first = await benchOf(instance, 'run-1');
    const running = await first.start('waitForFile', ['go-on']);
    const ended = await first.start('speak');
    const waiting = await first.create('echo', [], { input: Buffer.from('late') });
    await untilWritten(running, 'before\n');
    await ended.wait();
    await first.driver.close();

    const second = await benchOf(instance, 'run-1', 'second-life');
    assert.deepEqual(await second.driver.runs(), ['run-1']);
    const adopted = await second.sandbox.attach(running.key);
    assert.equal(adopted?.id, running.id);
    assert.equal(await adopted?.state(), 'running');
    const harvested = await second.sandbox.attach(ended.key);
    assert.equal(await harvested?.state(), 'exited');
    assert.equal((await harvested?.wait())?.exitCode, 3);
    assert.equal((await textOf(harvested!.output())).all.length, 'one\ntwo\nthree\n'.length);
    assert.equal(await (await second.sandbox.attach(waiting.key))?.state(), 'created');
    assert.equal(await second.sandbox.attach({ step: 'never', attempt: 1 }), undefined);
    assert.equal(await second.sandbox.attach({ ...running.key, attempt: 2 }), undefined);
    await second.run('write', ['go-on', 'now']);
    assert.equal((await textOf(adopted.output({ fromByte: 'before\n'.length }))).all, 'after\n');
    assert.equal((await adopted?.wait())?.exitCode, 0);
    await second.sandbox.close();
    await second.driver.close();
  });

  it('keeps a workspace when asked, and removes everything else', async () => {
    const instance = `kit-${randomUUID().slice(0, 8)}`;
    const first = await benchOf(instance, 'kept');
    await first.run('write', ['kept.txt', 'still here']);
    const stubborn = await first.start('stubborn');
    await untilWritten(stubborn, 'ready\n');
    for (const name of ['member', 'loop.0-1', 'loop.10-1']) {
      await first.sandbox.copyWorkspace(name);
      await first.run('write', ['kept.txt', `after ${name}`]);
    }
    await first.run('write', ['kept.txt', 'still here']);
    await first.sandbox.close({ keepWorkspace: true, keepCopies: ['loop.0-1', 'absent'] });
    assert.deepEqual(await first.driver.runs(), ['kept']);
    const again = await first.driver.open('kept');
    assert.equal(await again.attach(stubborn.key), undefined);
    assert.equal(
      (await untar(await again.workspace.copyOut('/workspace/kept.txt'))).get('kept.txt')?.content,
      'still here',
    );
    const copied = async (name: string) => {
      const copy = await again.copyWorkspace(name, { keep: true });
      return (await untar(await copy.copyOut('/workspace/kept.txt'))).get('kept.txt')?.content;
    };
    // Those that went are made again of what is there now.
    assert.equal(await copied('loop.0-1'), 'after member');
    assert.equal(await copied('loop.10-1'), 'still here');
    assert.equal(await copied('member'), 'still here');
    await again.close();
    await again.close();
    assert.deepEqual(await first.driver.runs(), []);
    await first.driver.close();
  });

  it('sweeps what belongs to no run, and never touches another instance', async () => {
    const mine = `kit-${randomUUID().slice(0, 8)}`;
    const yours = `kit-${randomUUID().slice(0, 8)}`;
    const [live, dead, foreign] = await Promise.all([
      benchOf(mine, 'live'),
      benchOf(mine, 'dead'),
      benchOf(yours, 'dead'),
    ]);
    const [living, dying, strange] = await Promise.all([
      live.start('stubborn'),
      dead.start('stubborn'),
      foreign.start('stubborn'),
    ]);
    await Promise.all([living, dying, strange].map((process) => untilWritten(process, 'ready\n')));
    assert.deepEqual([...(await live.driver.runs())].sort(), ['dead', 'live']);
    const removed = await live.driver.sweep(async (runs) => {
      assert.deepEqual([...runs].sort(), ['dead', 'live']);
      return ['dead'];
    });
    assert.ok(removed.length > 0);
    assert.deepEqual(await live.driver.runs(), ['live']);
    assert.equal(await living.state(), 'running');
    assert.equal(await strange.state(), 'running');
    assert.equal(await (await live.driver.open('dead')).attach(dying.key), undefined);
    assert.deepEqual(await foreign.driver.runs(), ['dead']);
    const all = async (runs: readonly string[]) => runs;
    await Promise.all([live.driver.sweep(all), foreign.driver.sweep(all)]);
    assert.deepEqual([...(await live.driver.runs()), ...(await foreign.driver.runs())], []);
    await Promise.all([live, dead, foreign].map(({ driver }) => driver.close()));
  });
}
