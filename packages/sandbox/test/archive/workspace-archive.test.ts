import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extract, pack, type Header } from 'tar-stream';
import { workspaceArchive } from '../../src/archive/workspace-archive.ts';

type Given = Partial<Header> & { readonly name: string; readonly content?: string };

async function tarOf(entries: readonly Given[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry(header, content ?? '');
  archive.finalize();
  return buffer(archive);
}

async function entriesOf(archive: Readable): Promise<(Header & { content: string })[]> {
  const entries = extract();
  const found: (Header & { content: string })[] = [];
  archive.on('error', (error) => entries.destroy(error)).pipe(entries);
  for await (const entry of entries) found.push({ ...entry.header, content: (await buffer(entry)).toString() });
  return found;
}

const rewritten = async (entries: readonly Given[], below: readonly string[] = []) =>
  entriesOf(workspaceArchive(Readable.from([await tarOf(entries)]), { below, group: 7777 }));

describe('an archive for a workspace', () => {
  it('belongs to root and the group, which may do what the owner may', async () => {
    const found = await rewritten([
      { name: 'a', mode: 0o600, uid: 5, gid: 6, content: 'text' },
      { name: 'b', mode: 0o6711, content: '' },
      { name: 'c', type: 'directory', mode: 0o700 },
    ]);
    expect(found.map(({ name, mode, uid, gid }) => ({ name, mode, uid, gid }))).toEqual([
      { name: 'a', mode: 0o660, uid: 0, gid: 7777 },
      { name: 'b', mode: 0o771, uid: 0, gid: 7777 },
      { name: 'c/', mode: 0o2770, uid: 0, gid: 7777 },
    ]);
  });

  it('puts everything below the folders given, and makes those that are only implied', async () => {
    const found = await rewritten(
      [
        { name: './x/y/file', content: '1' },
        { name: 'x/hard', type: 'link', linkname: './x/y/file' },
        { name: 'x/soft', type: 'symlink', linkname: 'y/file' },
      ],
      ['out', 'here'],
    );
    expect(found.map(({ name, linkname }) => [name, linkname])).toEqual([
      ['out/', null],
      ['out/here/', null],
      ['out/here/x/', null],
      ['out/here/x/y/', null],
      ['out/here/x/y/file', null],
      ['out/here/x/hard', 'out/here/x/y/file'],
      ['out/here/x/soft', 'y/file'],
    ]);
  });

  it('is only the folders when the archive is empty', async () => {
    expect((await rewritten([], ['made'])).map(({ name, mode }) => [name, mode])).toEqual([['made/', 0o2775]]);
  });

  it('keeps every content, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ maxLength: 2000 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 1500 }),
        async (contents, size) => {
          const whole = await tarOf(contents.map((content, index) => ({ name: `file-${index}`, content })));
          const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
            whole.subarray(index * size, (index + 1) * size),
          );
          const found = await entriesOf(workspaceArchive(Readable.from(parts), { group: 7777 }));
          expect(found.map(({ content }) => content)).toEqual(contents);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('fails when it is none, below folders too', async () => {
    for (const below of [[], ['a', 'b']]) {
      const read = entriesOf(workspaceArchive(Readable.from([Buffer.alloc(2048, 'no tar')]), { below, group: 7777 }));
      await expect(read).rejects.toMatchObject({ code: 'archive.malformed' });
    }
  });

  it('fails when the archive ends early, wherever that is', async () => {
    const whole = await tarOf([{ name: 'file', content: 'x'.repeat(3000) }]);
    for (const length of [1, 511, 513, 1024, 3500]) {
      await expect(
        entriesOf(workspaceArchive(Readable.from([whole.subarray(0, length)]), { group: 7777 })),
      ).rejects.toMatchObject({ code: 'archive.malformed' });
    }
  });

  it('fails with its source, before it is read and in the middle of a file', async () => {
    const whole = await tarOf([{ name: 'file', content: 'x'.repeat(100_000) }]);
    const endings = [
      [new Error('the disk is gone'), { message: expect.stringContaining('the disk is gone') }],
      [undefined, { code: 'archive.malformed' }],
    ] as const;
    for (const [error, expected] of endings) {
      for (const given of [0, 700, 50_000]) {
        const source = new Readable({ read: () => undefined });
        source.push(whole.subarray(0, given));
        const read = entriesOf(workspaceArchive(source, { below: ['a', 'b'], group: 7777 }));
        source.destroy(error);
        await expect(read).rejects.toMatchObject(expected);

        const early = new Readable({ read: () => undefined }).on('error', () => undefined);
        early.destroy(error);
        await new Promise((closed) => early.once('close', closed));
        await expect(entriesOf(workspaceArchive(early, { below: ['a', 'b'], group: 7777 }))).rejects.toMatchObject(
          expected,
        );
      }
    }
  });
});
