import { waitForChange, type LogFollower } from './log-follower.ts';
import type { OpenLog } from './open-log.ts';
import { readAt } from './positioned-file.ts';

const pieceSize = 65_536;

export interface ReadBytesOptions {
  readonly from: number;
  /** Goes on at the end, until the log is closed or deleted. */
  readonly follower?: LogFollower | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The bytes of a log, read from its file at the consumer's pace: one piece is in memory, whatever the writer does. */
export async function* readBytes(
  log: OpenLog,
  { from, follower, signal }: ReadBytesOptions,
): AsyncGenerator<Buffer, void> {
  let position = from;
  for (;;) {
    signal?.throwIfAborted();
    const change = follower?.next();
    const last = change === undefined || (await isOver(log));
    for (;;) {
      const piece = await readAt(log.file, position, pieceSize);
      if (piece.length === 0) break;
      position += piece.length;
      yield piece;
      signal?.throwIfAborted();
    }
    if (last) return;
    await waitForChange(change, signal);
  }
}

async function isOver(log: OpenLog): Promise<boolean> {
  if ((await log.index.header())?.closed === true) return true;
  return (await log.file.stat()).nlink === 0;
}
