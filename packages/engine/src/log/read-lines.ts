import { LineSplitter, type SplitLine } from './line-splitter.ts';
import type { LogLine } from './log-store.ts';
import type { OpenLog } from './open-log.ts';
import { PlaceCursor } from './place-cursor.ts';
import { readBytes, type ReadBytesOptions } from './read-bytes.ts';

/** The lines of a log from line `fromLine` on, found by halving the index. A line that grows is given when it is whole. */
export async function* readLines(
  log: OpenLog,
  fromLine: number,
  options: Omit<ReadBytesOptions, 'from'>,
): AsyncGenerator<LogLine, void> {
  const cursor = await PlaceCursor.at(log.index, (place) => place.newlines < fromLine - 1);
  const { offset, newlines } = cursor.place;
  const splitter = new LineSplitter(offset, newlines + 1, fromLine);
  let end = offset;
  for await (const piece of readBytes(log, { ...options, from: offset })) {
    end += piece.length;
    await cursor.load(end);
    for (const line of splitter.push(piece)) yield describe(line, cursor);
  }
  const last = splitter.end();
  if (last !== undefined) yield describe(last, cursor);
}

function describe({ number, offset, text, cut }: SplitLine, cursor: PlaceCursor): LogLine {
  cursor.moveTo(offset);
  const { section } = cursor;
  const { time, stream } = cursor.place;
  return { number, text, time, stream, ...(cut > 0 && { cut }), ...(section !== undefined && { section }) };
}
