import { stat, truncate } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFileLogStore, type LogWriter } from '../../src/log/index.ts';
import { logPaths } from '../../src/log/log-paths.ts';
import type { LogPlace } from '../../src/log/log-record.ts';
import { openLog } from '../../src/log/open-log.ts';
import { createMasker } from '../../src/masking/index.ts';
import { bytesOf, handClock, key, linesOf, newStore, plain, textOf } from './log-bed.ts';

type Piece = { readonly stream: 'stdout' | 'stderr'; readonly text: string } | { readonly section: string };

const masker = createMasker(['hunter22', 'ter2']);

async function play(writer: LogWriter, source: readonly Piece[]): Promise<void> {
  for (const piece of source) {
    if ('section' in piece) await writer.section(piece.section);
    else await writer.write(piece.stream, Buffer.from(piece.text));
  }
}

/** What a log holds, by stream, as its index has it; and the titles of its sections. */
async function contentOf(
  folder: string,
): Promise<{ stdout: string; stderr: string; platform: string; sections: string[] }> {
  const log = await openLog(logPaths(folder, key), key);
  const places: LogPlace[] = [];
  for (let next = 0, found = await log.index.read(0); found.length > 0; found = await log.index.read(next)) {
    places.push(...found.map(({ place }) => place));
    next = found.at(-1)?.next as number;
  }
  await log.close();
  const bytes = await bytesOf(createFileLogStore({ folder, clock: handClock() }).read(key));
  const content = { stdout: '', stderr: '', platform: '', sections: [] as string[] };
  for (const [index, { stream, offset, section, title }] of places.entries()) {
    content[stream] += bytes.toString('latin1', offset, places[index + 1]?.offset ?? bytes.length);
    if (title !== undefined) content.sections[section] = title;
  }
  return content;
}

function expected(source: readonly Piece[]) {
  const of = (stream: string) =>
    masker.text(source.map((piece) => ('text' in piece && piece.stream === stream ? piece.text : '')).join(''));
  return {
    stdout: of('stdout'),
    stderr: of('stderr'),
    sections: source.flatMap((piece) => ('section' in piece ? [piece.section] : [])),
  };
}

const text = fc
  .array(fc.constantFrom('ok', 'hunter22', 'hunt', 'er22', '\n', ' and ', 'x'.repeat(40)), { maxLength: 8 })
  .map((words) => words.join(''));
const piece: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ stream: fc.constantFrom('stdout' as const, 'stderr' as const), text }) },
  { weight: 1, arbitrary: fc.record({ section: fc.stringMatching(/^[a-z ]{0,60}$/) }) },
);
const source = fc.array(piece, { maxLength: 40 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a log that is resumed', () => {
  it('has no gap and no repeat, wherever it stopped and wherever its files were torn', async () => {
    await fc.assert(
      fc.asyncProperty(
        source,
        share,
        fc.option(share, { nil: 1 }),
        fc.option(share, { nil: 1 }),
        async (pieces, stop, logPart, indexPart) => {
          const { store, folder } = await newStore();
          const writer = await store.writer(key, masker);
          await play(writer, pieces.slice(0, Math.floor(pieces.length * stop)));
          await writer.close({ resumable: true });
          const { log, index } = logPaths(folder, key);
          await truncate(log, Math.floor((await stat(log)).size * logPart));
          await truncate(index, Math.floor((await stat(index)).size * indexPart));
          const resumed = await createFileLogStore({ folder, clock: handClock() }).writer(key, masker, {
            resume: true,
          });
          await play(resumed, pieces);
          await resumed.close();
          expect(await contentOf(folder)).toMatchObject(expected(pieces));
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);

  it('keeps what the platform said, once, and says what is new', async () => {
    const { store } = await newStore();
    const begin = async (writer: LogWriter) => {
      await writer.info('pulled');
      await writer.write('stdout', Buffer.from('one\ntwo'));
      await writer.info('same');
      await writer.info('same');
    };
    const writer = await store.writer(key, plain);
    await begin(writer);
    await writer.close({ resumable: true });
    const resumed = await store.writer(key, plain, { resume: true });
    await resumed.info('adopted');
    await begin(resumed);
    await resumed.info('same');
    await resumed.write('stdout', Buffer.from('\nthree\n'));
    expect(await resumed.close()).toEqual({ bytes: 45, lines: 9 });
    expect(await textOf(store.read(key))).toBe('pulled\none\ntwo\nsame\nsame\nadopted\nsame\n\nthree\n');
  });

  it('stores no part of a secret that a pause cut in two', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, masker);
    await writer.write('stdout', Buffer.from('is hunte'));
    await writer.close({ resumable: true });
    expect(await textOf(store.read(key))).toBe('is ');
    const resumed = await store.writer(key, masker, { resume: true });
    await resumed.write('stdout', Buffer.from('is hunter22\n'));
    await resumed.close();
    expect(await textOf(store.read(key))).toBe('is ***\n');
  });

  it('takes the streams mixed differently than before', async () => {
    const { store, folder } = await newStore();
    const writer = await store.writer(key, plain);
    await play(writer, [
      { stream: 'stdout', text: 'o1\n' },
      { stream: 'stderr', text: 'e1\n' },
      { stream: 'stdout', text: 'o2\n' },
    ]);
    await writer.close({ resumable: true });
    const resumed = await store.writer(key, plain, { resume: true });
    await play(resumed, [
      { stream: 'stderr', text: 'e1\ne2\n' },
      { stream: 'stdout', text: 'o1\no2\no3\n' },
    ]);
    await resumed.close();
    expect(await contentOf(folder)).toMatchObject({ stdout: 'o1\no2\no3\n', stderr: 'e1\ne2\n' });
  });

  it('begins where there is none', async () => {
    const { store } = await newStore();
    const writer = await store.writer(key, plain, { resume: true });
    await writer.write('stdout', Buffer.from('new\n'));
    expect(await writer.close()).toEqual({ bytes: 4, lines: 1 });
  });
});

describe('a log that is appended to', () => {
  it('goes on with what is new', async () => {
    const { store } = await newStore();
    for (const title of ['first', 'second']) {
      const writer = await store.writer(key, plain, { append: true });
      await writer.section(title);
      await writer.write('stdout', Buffer.from('same\n'));
      await writer.info('same');
      await writer.close();
    }
    const lines = await linesOf(store.lines(key));
    expect(lines.map(({ number, section, stream, text: line }) => [number, section?.title, stream, line])).toEqual([
      [1, 'first', 'stdout', 'same'],
      [2, 'first', 'platform', 'same'],
      [3, 'second', 'stdout', 'same'],
      [4, 'second', 'platform', 'same'],
    ]);
  });
});
