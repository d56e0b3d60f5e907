import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { LogPosition } from '../../src/docker/process/output-frames.ts';
import { watchedLog } from '../../src/docker/process/watched-log.ts';

/** A log that grows between two looks. While it is written its last entry may be half there, closed by a line's end. */
function growingLog(entries: readonly string[], looks: readonly { readonly whole: number; readonly half: number }[]) {
  const ended = Promise.withResolvers<void>();
  let next = 0;
  async function* look(fromByte: number, position: LogPosition) {
    const now = looks[next];
    next += 1;
    if (next >= looks.length) ended.resolve();
    const begun = now === undefined ? undefined : entries[now.whole];
    const half = begun === undefined || now?.half === 0 ? [] : [`${begun.slice(0, now?.half)}\n`];
    const seen = [...entries.slice(0, now?.whole), ...half];
    for (const entry of seen) {
      position.lastEntry = position.bytes;
      const data = Buffer.from(entry).subarray(Math.max(0, fromByte - position.bytes));
      position.bytes += entry.length;
      if (data.length > 0) yield { stream: 'stdout' as const, data };
    }
  }
  return { look, ended: ended.promise };
}

async function read(log: Parameters<typeof watchedLog>[0], fromByte: number): Promise<string> {
  let text = '';
  for await (const { data } of watchedLog(log, fromByte)) text += Buffer.from(data).toString();
  return text;
}

describe('a watched log', () => {
  it('is given whole and once, whatever half entries were seen on the way', async () => {
    const entry = fc.stringMatching(/^[a-z]{1,9}\n$/);
    const look = fc.record({ whole: fc.nat(8), half: fc.nat(8) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 8 }),
        fc.array(look, { minLength: 1, maxLength: 4 }),
        fc.nat(20),
        async (entries, looks, fromByte) => {
          const growing = looks.toSorted((a, b) => a.whole - b.whole || a.half - b.half);
          // A half entry that stays as it is for two looks is no half entry.
          const distinct = growing.filter(({ whole, half }, at) => {
            const before = growing[at - 1];
            return before === undefined || before.whole !== whole || half > before.half;
          });
          const text = entries.join('');
          expect(await read(growingLog(entries, distinct), fromByte)).toBe(text.slice(fromByte));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives a last entry that stays, before the end', async () => {
    const ended = Promise.withResolvers<void>();
    async function* look(fromByte: number, position: LogPosition) {
      position.bytes = 'ready?'.length;
      const data = Buffer.from('ready?').subarray(fromByte);
      if (data.length > 0) yield { stream: 'stdout' as const, data };
    }
    const chunks = watchedLog({ look, ended: ended.promise }, 0);
    expect(Buffer.from((await chunks.next()).value?.data ?? []).toString()).toBe('ready?');
    ended.resolve();
    expect((await chunks.next()).done).toBe(true);
  });

  it('fails when nobody can tell the end', async () => {
    const lost = Promise.reject(new Error('the engine went away'));
    async function* look() {}
    await expect(read({ look, ended: lost }, 0)).rejects.toThrow('went away');
  });
});
