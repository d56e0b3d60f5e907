import type { FileHandle } from 'node:fs/promises';
import { emptyLog, type LogStand } from './log-course.ts';
import { closeLogFiles, writeHeader, type LogFiles } from './log-files.ts';
import { LogIndexReader } from './log-index-reader.ts';
import { recordSize, type LogPlace } from './log-record.ts';
import type { LogStream } from './log-store.ts';
import { readAt } from './positioned-file.ts';
import { countLineEnds } from './read-tail.ts';

/** What an existing log holds. */
export interface RecoveredLog {
  readonly stand: LogStand;
  /** Stored bytes of each stream. */
  readonly stored: Readonly<Record<LogStream, number>>;
  /** The platform's lines, the last ones of many. */
  readonly platformLines: readonly string[];
}

export const nothingStored: RecoveredLog = {
  stand: emptyLog,
  stored: { stdout: 0, stderr: 0, platform: 0 },
  platformLines: [],
};

/**
 * Makes log and index agree again after a crash, and says what is there. A log that ends before its index keeps the
 * places up to its end. An index that has lost places (its header counts them) no longer tells which stream the rest
 * of the log is of: that rest is cut off, to be stored again from its source.
 */
export async function recoverLog(files: LogFiles): Promise<RecoveredLog> {
  try {
    return await recover(files);
  } catch (error) {
    await closeLogFiles(files);
    throw error;
  }
}

async function recover(files: LogFiles): Promise<RecoveredLog> {
  const { size } = await files.log.stat();
  const { parts, records, known } = await walk(files.index, size);
  await files.log.truncate(known);
  await files.index.truncate(recordSize * (1 + records));
  await writeHeader(files, records, false);
  const { place, stored } = parts;
  const rest = place === undefined ? { newlines: 0, lineOpen: false } : await restOf(files.log, place, known);
  const stand = {
    offset: known,
    place,
    records,
    newlines: (place?.newlines ?? 0) + rest.newlines,
    lineOpen: rest.lineOpen,
  };
  return { stand, stored, platformLines: await readPlatformLines(files.log, parts.platform) };
}

async function walk(indexFile: FileHandle, logSize: number) {
  const index = new LogIndexReader(indexFile);
  const counted = (await index.header())?.records ?? Number.POSITIVE_INFINITY;
  const parts = new StreamParts();
  let records = 0;
  let seen = 0;
  let lastOffset = 0;
  for (;;) {
    const places = await index.read(seen);
    if (places.length === 0) break;
    for (const { place, next } of places) {
      seen = next;
      lastOffset = place.offset;
      if (place.offset > logSize) continue;
      parts.begin(place);
      records = next;
    }
  }
  const known = seen >= counted ? logSize : Math.min(logSize, lastOffset);
  parts.end(known);
  return { parts, records, known };
}

const mostPlatformParts = 1_000;
const longestPlatformPart = 65_536;

interface Part {
  readonly from: number;
  readonly until: number;
}

/** Which bytes of a log belong to which stream. */
class StreamParts {
  readonly stored = { stdout: 0, stderr: 0, platform: 0 };
  /** The last ones of the platform. */
  readonly platform: Part[] = [];
  /** The last place. */
  place: LogPlace | undefined;

  begin(place: LogPlace): void {
    this.end(place.offset);
    this.place = place;
  }

  end(until: number): void {
    if (this.place === undefined) return;
    const { stream, offset: from } = this.place;
    this.stored[stream] += until - from;
    if (stream !== 'platform' || until === from) return;
    this.platform.push({ from, until });
    if (this.platform.length > mostPlatformParts) this.platform.shift();
  }
}

async function readPlatformLines(log: FileHandle, parts: readonly Part[]): Promise<string[]> {
  const texts: string[] = [];
  for (const { from, until } of parts) {
    texts.push((await readAt(log, from, Math.min(until - from, longestPlatformPart))).toString());
  }
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}

async function restOf(
  log: FileHandle,
  place: LogPlace,
  end: number,
): Promise<{ readonly newlines: number; readonly lineOpen: boolean }> {
  let newlines = 0;
  let last = place.offset > 0 ? await readAt(log, place.offset - 1, 1) : Buffer.from('\n');
  for (let at = place.offset; at < end; at += last.length) {
    last = await readAt(log, at, Math.min(65_536, end - at));
    newlines += countLineEnds(last);
  }
  return { newlines, lineOpen: last.at(-1) !== 0x0a };
}
