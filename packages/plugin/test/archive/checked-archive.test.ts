import { readdir } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { checkedArchive } from '../../src/index.ts';
import { hostileArchives } from '../../src/testing/index.ts';

/** A stream that gives the bytes in pieces of this size. */
const cut = (whole: Buffer, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
      whole.subarray(index * size, (index + 1) * size),
    ),
  );

async function archiveOf(...contents: readonly (string | Buffer)[]): Promise<Buffer> {
  const archive = pack();
  contents.forEach((content, index) => archive.entry({ name: `file-${index}` }, content));
  archive.finalize();
  return buffer(archive);
}

describe('the corpus of hostile archives', () => {
  const all = Object.values(hostileArchives).flat();

  it('holds two hundred different ones', () => {
    expect(all.length).toBeGreaterThanOrEqual(200);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    for (const { title, hostile, twin } of all) expect([title, hostile.equals(twin)]).toEqual([title, false]);
  });

  it.each(all)('$title: refused, and its twin is not', async ({ hostile, twin, code }) => {
    await expect(checkedArchive(Readable.from([hostile]))).rejects.toMatchObject({ code });
    expect((await buffer(await checkedArchive(Readable.from([twin])))).equals(twin)).toBe(true);
  });

  it('is refused however the stream is cut', async () => {
    const small = all.filter(({ hostile }) => hostile.length < 20_000);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...small), fc.integer({ min: 1, max: 1500 }), async (one, size) => {
        await expect(checkedArchive(cut(one.hostile, size))).rejects.toMatchObject({ code: one.code });
        expect((await buffer(await checkedArchive(cut(one.twin, size)))).equals(one.twin)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('checkedArchive', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cicd-checked-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('gives back what is larger than its memory, and leaves no file', async () => {
    const whole = await archiveOf('small', Buffer.alloc(9 * 2 ** 20, 'large'), 'behind');
    const checked = await checkedArchive(cut(whole, 300_000), { folder });
    expect(await readdir(folder)).toEqual([]);
    expect((await buffer(checked)).equals(whole)).toBe(true);
  });

  it('takes an empty stream for an empty archive', async () => {
    expect(await buffer(await checkedArchive(Readable.from([])))).toHaveLength(0);
  });

  it('says that it could not keep the archive', async () => {
    const whole = await archiveOf(Buffer.alloc(5 * 2 ** 20));
    const kept = checkedArchive(cut(whole, 300_000), { folder: join(folder, 'missing') });
    await expect(kept).rejects.toMatchObject({ code: 'archive.spool_failed', retryable: true });
  });

  it('holds its limits', async () => {
    const whole = await archiveOf('12345', '12345', '12345');
    await expect(checkedArchive(cut(whole, 512), { entries: 2 })).rejects.toMatchObject({ code: 'archive.too_large' });
    await expect(checkedArchive(cut(whole, 512), { bytes: 14 })).rejects.toMatchObject({ code: 'archive.too_large' });
    expect(await buffer(await checkedArchive(cut(whole, 512), { entries: 3, bytes: 15 }))).toHaveLength(whole.length);
  });

  it('fails with its source, and with the signal', async () => {
    const whole = await archiveOf('x'.repeat(10_000));
    for (const given of [0, 700, 5000]) {
      const failing = new Readable({ read: () => undefined });
      failing.push(whole.subarray(0, given));
      const checked = checkedArchive(failing);
      failing.destroy(new Error('the disk is gone'));
      await expect(checked).rejects.toThrow('the disk is gone');

      const silent = new Readable({ read: () => undefined });
      silent.push(whole.subarray(0, given));
      const early = checkedArchive(silent);
      silent.destroy();
      await expect(early).rejects.toMatchObject({ code: 'archive.malformed' });

      const endless = new Readable({ read: () => undefined });
      endless.push(whole.subarray(0, given));
      const stop = new AbortController();
      const stopped = checkedArchive(endless, { signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(stopped).rejects.toThrow('enough');
      expect(endless.destroyed).toBe(true);
    }
  });
});
