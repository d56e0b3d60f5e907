import assert from 'node:assert/strict';
import type { KitRunner } from '../../kit-runner.ts';
import { rejectsWith, textOf, untilWritten, type KitBench } from './kit-bench.ts';

/** The life of one process: start, output, input, end, stop. */
export function processCases({ it }: KitRunner, bench: () => KitBench, bigOutput: number): void {
  it('gives output and exit code of a process, as often as asked', async () => {
    const process = await bench().create('speak');
    assert.equal(await process.state(), 'created');
    await process.start();
    const status = await process.wait();
    assert.equal(status.exitCode, 3);
    assert.equal(status.outOfMemory, false);
    assert.equal(await process.state(), 'exited');
    const { stdout, stderr, all } = await textOf(process.output());
    if (bench().driver.capabilities.separateStreams) assert.deepEqual([stdout, stderr], ['one\ntwo\n', 'three\n']);
    assert.equal(all.length, 'one\ntwo\nthree\n'.length);
    assert.equal((await textOf(process.output({ fromByte: 5 }))).all, all.slice(5));
    assert.equal((await textOf(process.output({ fromByte: 9 }))).all, all.slice(9));
    assert.equal((await textOf(process.output({ fromByte: 1000 }))).all, '');
    assert.equal((await process.wait()).exitCode, 3);
    await process.remove();
    await process.remove();
  });

  it('follows the output of a running process', async () => {
    const process = await bench().start('waitForFile', ['go-on']);
    await untilWritten(process, 'before\n');
    assert.equal(await process.state(), 'running');
    const rest = textOf(process.output({ fromByte: 'before\n'.length }));
    await bench().run('write', ['go-on', 'now']);
    assert.equal((await rest).all, 'after\n');
    assert.equal((await process.wait()).exitCode, 0);
    await process.remove();
  });

  it('delivers standard input whole and closes it', async () => {
    const text = 'a secret\n'.repeat(100_000);
    const process = await bench().create('echo', [], { input: Buffer.from(text) });
    await process.start();
    const written = (await textOf(process.output())).all;
    assert.equal(written.length, text.length);
    assert.ok(written === text);
    assert.equal((await process.wait()).exitCode, 0);
    await process.remove();
  });

  it('gives an empty standard input when there is none', async () => {
    assert.equal((await bench().run('echo')).text, '');
  });

  it('passes variables, and a private folder for secrets', async () => {
    const { text } = await bench().run('environment', [], { env: { GREETING: 'hello = "$HOME"' } });
    assert.equal(text, 'hello = "$HOME"|set|set|secret');
  });

  it('stops with SIGTERM, within the grace', async () => {
    const process = await bench().start('polite');
    await untilWritten(process, 'ready\n');
    const begun = performance.now();
    await process.stop(20_000);
    assert.ok(performance.now() - begun < 15_000, 'the whole grace was spent');
    assert.equal((await process.wait()).exitCode, 5);
    // The whole group is told: a shell may remark on what it had in the background.
    assert.match((await textOf(process.output())).all, /^ready\n[^]*bye\n/);
    await process.stop(20_000);
    await process.remove();
  });

  it('kills what ignores SIGTERM after the grace', async () => {
    const process = await bench().start('stubborn');
    await untilWritten(process, 'ready\n');
    await process.stop(300);
    assert.equal((await process.wait()).exitCode, 137);
    assert.equal(await process.state(), 'exited');
    await process.remove();
  });

  it('removes a running process', async () => {
    const process = await bench().start('stubborn');
    await untilWritten(process, 'ready\n');
    await process.remove();
    assert.equal(await bench().sandbox.attach(process.key), undefined);
  });

  it('refuses a second process of the same key, and a second start', async () => {
    const process = await bench().create('nothing');
    await rejectsWith(bench().sandbox.create({ ...bench().config(['true']), key: process.key }), 'sandbox.name_taken');
    await process.start();
    await process.wait();
    await assert.rejects(process.start());
    await process.remove();
    const again = await bench().sandbox.create({ ...bench().config(['true']), key: process.key });
    await again.remove();
  });

  it('keeps every byte of a big output for a reader that stops half-way', async () => {
    const process = await bench().start('bytes', [String(bigOutput)]);
    let first = 0;
    for await (const { data } of process.output()) {
      first += data.length;
      if (first > bigOutput / 4) break;
    }
    let rest = 0;
    for await (const { data } of process.output({ fromByte: first })) {
      assert.ok(Buffer.from(data).every((byte) => byte === 0x78));
      rest += data.length;
    }
    assert.equal(first + rest, bigOutput);
    assert.equal((await process.wait()).exitCode, 0);
    await process.remove();
  });

  it('runs many at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 6 }, (_, index) => bench().run('echo', [], { input: Buffer.from(`number ${index}`) })),
    );
    assert.deepEqual(
      results.map(({ text }) => text),
      Array.from({ length: 6 }, (_, index) => `number ${index}`),
    );
  });
}
