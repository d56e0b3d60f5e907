import { describe, expect, it, jest } from '@jest/globals';
import { LiveLog } from '../../src/log/live-log.ts';
import { LogAppender } from '../../src/log/log-appender.ts';
import { emptyLog } from '../../src/log/log-course.ts';
import { openLogFiles, type LogFiles } from '../../src/log/log-files.ts';
import { logPaths } from '../../src/log/log-paths.ts';
import { key, linesOf, newStore, textOf } from './log-bed.ts';

async function newAppender() {
  const { store, folder, clock } = await newStore();
  const files = await openLogFiles(logPaths(folder, key), { existing: false });
  const troubles: { readonly code: string; readonly retryable: boolean; readonly wait: number }[] = [];
  const appender = new LogAppender({
    files,
    stand: emptyLog,
    clock,
    live: new LiveLog(),
    onTrouble: ({ code, retryable }, until) => troubles.push({ code, retryable, wait: until - clock.now() }),
  });
  return { store, files, appender, troubles };
}

const diskFull = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

function refuse(file: LogFiles['log'], times: number): void {
  const write = jest.spyOn(file, 'write');
  for (let time = 0; time < times; time += 1) write.mockRejectedValueOnce(diskFull);
}

describe('an appender', () => {
  it.each(['log', 'index'] as const)('waits while the disk refuses its %s, and loses nothing', async (which) => {
    const { store, files, appender, troubles } = await newAppender();
    refuse(files[which], 3);
    const lines = Array.from({ length: 20_000 }, (_, number) => `line ${number} ${'.'.repeat(60)}`);
    for (const line of lines) await appender.append('stdout', Buffer.from(`${line}\n`));
    await appender.close({ ended: true });
    expect(troubles).toEqual(
      [1_000, 2_000, 4_000].map((wait) => ({ code: 'log.write_failed', retryable: true, wait })),
    );
    expect((await linesOf(store.lines(key))).map(({ text }) => text)).toEqual(lines);
  });

  it('goes on where a write stopped short', async () => {
    const { store, files, appender } = await newAppender();
    const write = files.log.write.bind(files.log) as (
      bytes: Uint8Array,
      from: number,
      length: number,
      at: number,
    ) => Promise<{ bytesWritten: number; buffer: Uint8Array }>;
    jest
      .spyOn(files.log, 'write')
      .mockImplementation(((bytes: Uint8Array, from: number, length: number, at: number) =>
        write(bytes, from, Math.min(length, 7), at)) as never);
    await appender.append('stdout', Buffer.from('a line of some length\n'));
    await appender.close({ ended: true });
    expect(await textOf(store.read(key))).toBe('a line of some length\n');
  });

  it('says when a log could not be made durable', async () => {
    const { files, appender } = await newAppender();
    jest.spyOn(files.log, 'datasync').mockRejectedValueOnce(diskFull);
    await appender.append('stdout', Buffer.from('line\n'));
    await expect(appender.close({ ended: true })).rejects.toMatchObject({
      code: 'log.write_failed',
      retryable: true,
      hint: expect.any(String),
    });
  });

  it('makes those wait that are faster than the disk, and keeps their order', async () => {
    const { store, files, appender } = await newAppender();
    const disk = Promise.withResolvers<void>();
    const write = files.log.write.bind(files.log) as (
      ...all: unknown[]
    ) => Promise<{ bytesWritten: number; buffer: Uint8Array }>;
    jest.spyOn(files.log, 'write').mockImplementation((async (...all: unknown[]) => {
      await disk.promise;
      return await write(...all);
    }) as never);
    let taken = 0;
    const line = Buffer.from(`${'x'.repeat(99_999)}\n`);
    const appends = Array.from({ length: 30 }, () => appender.append('stdout', line).then(() => (taken += 1)));
    const last = appender.appendLine('last');
    await new Promise(setImmediate);
    expect(taken).toBeLessThan(8);
    disk.resolve();
    await Promise.all([...appends, last]);
    expect(await appender.close({ ended: true })).toEqual({ bytes: 3_000_005, lines: 31 });
    expect(await store.tail(key, 1)).toEqual(['last']);
  });
});
