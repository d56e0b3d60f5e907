import { describe, expect, it } from '@jest/globals';
import { createFileLogStore, type LogLine } from '../../src/log/index.ts';
import { createMasker } from '../../src/masking/index.ts';
import { handClock, key, linesOf, newStore, plain, textOf } from './log-bed.ts';

describe('a follower', () => {
  it('sees each line as it comes, and ends with the writer', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain);
    const lines = store.lines(key, { follow: true })[Symbol.asyncIterator]();
    for (const text of ['one', 'two', 'three']) {
      await writer.write('stdout', Buffer.from(`${text}\n`));
      expect((await lines.next()).value).toMatchObject({ text });
    }
    await writer.write('stdout', Buffer.from('rest'));
    await writer.close();
    expect((await lines.next()).value).toMatchObject({ text: 'rest', number: 4 });
    expect((await lines.next()).done).toBe(true);
  });

  it('is not kept waiting for ordinary lines by what may be a secret', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, createMasker(['hunter22']));
    const lines = store.lines(key, { follow: true })[Symbol.asyncIterator]();
    await writer.write('stdout', Buffer.from('ordinary\nhunter'));
    expect((await lines.next()).value).toMatchObject({ text: 'ordinary' });
    await writer.write('stdout', Buffer.from('22\n'));
    expect((await lines.next()).value).toMatchObject({ text: '***' });
    await lines.return?.();
    await writer.close();
  });

  it('gets every byte once, from any byte, while the log grows', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain);
    const followers = [0, 1, 5_000].map((fromByte) => textOf(store.read(key, { fromByte, follow: true })));
    let written = '';
    for (let number = 0; number < 5_000; number += 1) {
      const line = `line ${number}\n`;
      written += line;
      await writer.write('stdout', Buffer.from(line));
      if (number % 100 === 0) await new Promise(setImmediate);
    }
    await writer.close();
    expect(await Promise.all(followers)).toEqual([0, 1, 5_000].map((from) => written.slice(from)));
  });

  it('in another process is woken by the file system', async () => {
    const { store, folder } = await newStore();
    const writer = await store.writer(key, plain);
    const elsewhere = createFileLogStore({ folder, clock: handClock() });
    const lines = elsewhere.lines(key, { follow: true })[Symbol.asyncIterator]();
    const first = lines.next();
    await writer.write('stdout', Buffer.from('one\n'));
    expect((await first).value).toMatchObject({ text: 'one' });
    const second = lines.next();
    await writer.info('two');
    expect((await second).value).toMatchObject({ text: 'two', stream: 'platform' });
    const third = lines.next();
    await writer.close();
    expect((await third).done).toBe(true);
  });

  it('waits over a pause for the next writer', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain);
    const followed = textOf(store.read(key, { follow: true }));
    await writer.write('stdout', Buffer.from('one\n'));
    await writer.close({ resumable: true });
    const next = await store.writer(key, plain, { resume: true });
    await next.write('stdout', Buffer.from('one\ntwo\n'));
    await next.close();
    expect(await followed).toBe('one\ntwo\n');
  });

  it('stops with the reason of its signal, and when the log is deleted', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain);
    const stop = new AbortController();
    const followed = linesOf(store.lines(key, { follow: true, signal: stop.signal }));
    await new Promise(setImmediate);
    stop.abort(new Error('enough'));
    await expect(followed).rejects.toThrow('enough');
    await writer.close({ resumable: true });
    const until = textOf(store.read(key, { follow: true }));
    await new Promise(setImmediate);
    await store.delete(key.run);
    expect(await until).toBe('');
  });

  it('that stalls slows nobody, and costs no memory, fifty times over', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain);
    const line = Buffer.from(`${'x'.repeat(99_999)}\n`);
    await writer.write('stdout', line);
    const stalled = Array.from({ length: 50 }, () => store.lines(key, { follow: true })[Symbol.asyncIterator]());
    const first = await Promise.all(stalled.map((reader) => reader.next()));
    const before = process.memoryUsage.rss();
    for (let number = 1; number < 1_000; number += 1) await writer.write('stdout', line);
    expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000);
    expect(await writer.close()).toEqual({ bytes: 100_000_000, lines: 1_000 });
    expect(first.every(({ value }) => (value as LogLine).number === 1)).toBe(true);
    const [one, ...others] = stalled;
    let count = 1;
    while (!(await one?.next())?.done) count += 1;
    expect(count).toBe(1_000);
    for (const reader of others) await reader.return?.();
  });
});
