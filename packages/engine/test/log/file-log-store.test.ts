import { randomBytes } from 'node:crypto';
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createMasker } from '../../src/masking/index.ts';
import { bytesOf, key, linesOf, newStore, plain, textOf } from './log-bed.ts';

describe('a log', () => {
  it('is what was written, masked on each stream by itself', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, createMasker(['hunter22']));
    await writer.write('stdout', Buffer.from('a hun'));
    await writer.write('stderr', Buffer.from('err hunter22\n'));
    await writer.write('stdout', Buffer.from('ter22 b\r\n\u001b[31mred\u001b[0m\n'));
    await writer.info('used hunter22');
    await writer.warn('be careful');
    await writer.write('stdout', Buffer.from('the end hunte'));
    expect(await writer.close()).toEqual({ bytes: 72, lines: 6 });
    expect(await textOf(store.read(key))).toBe(
      'a err ***\n*** b\r\n\u001b[31mred\u001b[0m\nused ***\nWarning: be careful\nthe end hunte',
    );
  });

  it('keeps binary bytes, and lines far longer than any buffer', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, createMasker(['hunter22']));
    const binary = randomBytes(3_000_000).map((byte) => (byte === 0x0a ? 0xff : byte));
    await writer.write('stdout', binary);
    expect(await writer.close()).toEqual({ bytes: binary.length, lines: 1 });
    expect((await bytesOf(store.read(key))).equals(binary)).toBe(true);
    expect((await bytesOf(store.read(key, { fromByte: 2_999_990 }))).equals(binary.subarray(2_999_990))).toBe(true);
    const [line] = await linesOf(store.lines(key));
    expect(line?.cut).toBe(binary.length - 262_144);
  });

  it('loses nothing of writes that are not waited for', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain);
    const numbers = Array.from({ length: 50_000 }, (_, index) => index);
    await Promise.all(
      numbers.map((number) =>
        writer.write(number % 3 === 0 ? 'stderr' : 'stdout', Buffer.from(`line number ${number}\n`)),
      ),
    );
    await writer.close();
    const lines = await linesOf(store.lines(key));
    expect(lines.map(({ text }) => text)).toEqual(numbers.map((number) => `line number ${number}`));
    expect(lines.every(({ number, stream }) => stream === ((number - 1) % 3 === 0 ? 'stderr' : 'stdout'))).toBe(true);
  });

  it('keeps its index small', async () => {
    const { store, folder, clock } = await newStore();
    const writer = await store.writer(key, plain);
    const line = Buffer.from(`${'x'.repeat(99)}\n`);
    for (let number = 0; number < 100_000; number += 1) {
      clock.time += 1;
      await writer.write('stdout', line);
    }
    const { bytes } = await writer.close();
    const index = await stat(join(folder, 'run-1', 'build', '1.index'));
    expect(index.size).toBeLessThan(bytes * 0.02);
  });

  it('knows time, stream and section of every line', async () => {
    const { store, clock } = await newStore();
    const writer = await store.writer(key, createMasker(['hunter22']));
    await writer.write('stdout', Buffer.from('before\n'));
    await writer.section('npm\ntest hunter22');
    clock.time = 2_000;
    await writer.write('stdout', Buffer.from('one\r\npart'));
    clock.time = 3_000;
    await writer.write('stderr', Buffer.from(' more\nerr\n'));
    await writer.section('empty');
    await writer.section('last '.repeat(300));
    await writer.info('said');
    await writer.close();
    const lines = await linesOf(store.lines(key));
    const first = { index: 0, title: 'npm test ***' };
    expect(lines.slice(0, 4)).toEqual([
      { number: 1, text: 'before', time: 1_000, stream: 'stdout' },
      { number: 2, text: 'one', time: 2_000, stream: 'stdout', section: first },
      { number: 3, text: 'part more', time: 2_000, stream: 'stdout', section: first },
      { number: 4, text: 'err', time: 3_000, stream: 'stderr', section: first },
    ]);
    expect(lines[4]).toMatchObject({
      text: 'said',
      stream: 'platform',
      section: { index: 2, title: 'last '.repeat(300).slice(0, 1_015) },
    });
    expect(await linesOf(store.lines(key, { fromLine: 4 }))).toEqual(lines.slice(3));
  });

  it('is found at any line and byte', async () => {
    const { store, clock } = await newStore();
    const writer = await store.writer(key, plain);
    for (let number = 1; number <= 5_000; number += 1) {
      if (number % 700 === 1) await writer.section(`section ${Math.floor(number / 700)}`);
      clock.time += number % 50 === 0 ? 7 : 0;
      await writer.write(
        number % 13 === 0 ? 'stderr' : 'stdout',
        Buffer.from(`${number} ${'.'.repeat(number % 190)}\n`),
      );
    }
    await writer.close();
    const all = await linesOf(store.lines(key));
    expect(all).toHaveLength(5_000);
    for (const from of [1, 2, 699, 701, 702, 2_500, 4_999, 5_000, 5_001]) {
      const found = await linesOf(store.lines(key, { fromLine: from }));
      expect(found).toEqual(all.slice(from - 1));
    }
    const text = await textOf(store.read(key));
    expect(await textOf(store.read(key, { fromByte: 12_345 }))).toBe(text.slice(12_345));
    expect(await textOf(store.read(key, { fromByte: text.length + 5 }))).toBe('');
  });

  it('has a tail', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain);
    const text = Array.from({ length: 20_000 }, (_, index) => `line ${index}`).join('\n');
    await writer.write('stdout', Buffer.from(text));
    await writer.close();
    const lines = text.split('\n');
    expect(await store.tail(key, 3)).toEqual(lines.slice(-3));
    expect(await store.tail(key, 15_000)).toEqual(lines.slice(-15_000));
    expect(await store.tail(key, 0)).toEqual([]);
    expect(await store.tail(key, 30_000)).toEqual(lines);
  });

  it('can be empty', async () => {
    const { store } = await newStore();
    expect(await (await store.writer(key, plain)).close()).toEqual({ bytes: 0, lines: 0 });
    expect(await textOf(store.read(key))).toBe('');
    expect(await linesOf(store.lines(key))).toEqual([]);
    expect(await store.tail(key, 5)).toEqual([]);
  });

  it('that is not there is an error, with a hint', async () => {
    const { store } = await newStore();
    const missing = { code: 'log.not_found', hint: expect.any(String) };
    await expect(textOf(store.read(key))).rejects.toMatchObject(missing);
    await expect(linesOf(store.lines(key))).rejects.toMatchObject(missing);
    await expect(store.tail(key, 1)).rejects.toMatchObject(missing);
    await expect(store.writer({ ...key, attempt: 0 }, plain)).rejects.toMatchObject({ code: 'log.key_refused' });
  });

  it('has one writer, and does not begin twice', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain);
    await expect(store.writer(key, plain, { resume: true })).rejects.toMatchObject({ code: 'log.exists' });
    await writer.close();
    await expect(store.writer(key, plain)).rejects.toMatchObject({ code: 'log.exists' });
    await expect(writer.info('late')).rejects.toMatchObject({ code: 'log.closed' });
  });
});

describe('the folder of logs', () => {
  it.each(['..', '.', '', '../../etc', '/etc/passwd', 'a/b', 'a\\b', 'nul\0', '.hidden', 'x'.repeat(5_000), 'É\ud800'])(
    'holds a log with the key %j',
    async (hostile) => {
      const { store, folder } = await newStore();
      const writer = await store.writer({ run: hostile, step: hostile, attempt: 1 }, plain);
      await writer.info('inside');
      await writer.close();
      const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.log'));
      expect(files).toHaveLength(1);
      expect((files[0] as string).split('/')).toHaveLength(3);
      expect(await store.attempts(hostile, hostile)).toEqual([1]);
      await store.delete(hostile);
      expect(await readdir(folder)).toEqual([]);
      await access(folder);
    },
  );

  it('tells apart what some file systems do not', async () => {
    const { store, folder } = await newStore();
    for (const step of ['build', 'Build', 'build%', 'bu/ild', `${'y'.repeat(300)}1`, `${'y'.repeat(300)}2`]) {
      await (await store.writer({ ...key, step }, plain)).close();
    }
    const names = await readdir(join(folder, 'run-1'));
    expect(new Set(names.map((name) => name.toLowerCase()))).toHaveProperty('size', 6);
  });

  it('can be read by its user only', async () => {
    const { store, folder } = await newStore();
    await (await store.writer(key, plain)).close();
    const modes = await Promise.all(
      ['run-1', 'run-1/build', 'run-1/build/1.log', 'run-1/build/1.index'].map(
        async (name) => (await stat(join(folder, name))).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600]);
  });

  it('lists attempts in order', async () => {
    const { store } = await newStore();
    for (const attempt of [10, 2, 1]) await (await store.writer({ ...key, attempt }, plain)).close();
    expect(await store.attempts('run-1', 'build')).toEqual([1, 2, 10]);
    expect(await store.attempts('run-2', 'build')).toEqual([]);
  });
});

describe('a quota', () => {
  it('ends a step with an error when the logs of its run are too large', async () => {
    const { store } = await newStore({ maxBytesPerRun: 20 });
    const first = await store.writer({ ...key, step: 'first' }, plain);
    await first.write('stdout', Buffer.from('0123456789\n'));
    await first.close();
    const writer = await store.writer(key, plain);
    const failure = { code: 'log.quota_exceeded', family: 'step', hint: expect.any(String) };
    await expect(writer.write('stdout', Buffer.from('abcdefghijkl'))).rejects.toMatchObject(failure);
    await expect(writer.write('stdout', Buffer.from('m'))).rejects.toMatchObject(failure);
    await writer.close();
    expect(await store.tail(key, 5)).toEqual(['abcdefghi', expect.stringContaining('The log ends here')]);
  });
});
