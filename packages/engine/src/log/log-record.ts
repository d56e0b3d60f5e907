import type { LogStream } from './log-store.ts';

/** What holds from a byte of the log on, until the next place. */
export interface LogPlace {
  readonly offset: number;
  /** Line ends before `offset`. */
  readonly newlines: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly stream: LogStream;
  /** Index of the section; -1 before the first. */
  readonly section: number;
  /** Of the section that begins here. */
  readonly title?: string;
}

/**
 * The index of a log is a header and then records of one size, so that a place is found by halving. A section's title
 * stands in records of its own behind the place where the section begins.
 */
export const recordSize = 32;

const kinds = { place: 1, title: 2 } as const;
const streams: readonly LogStream[] = ['stdout', 'stderr', 'platform'];
const titleRoom = recordSize - 3;
const longestTitle = 35 * titleRoom;

/** A place as its record, and its title's records behind it. */
export function encodePlace(place: LogPlace): Buffer {
  const title = Buffer.from(place.title ?? '').subarray(0, longestTitle);
  const titleRecords = Math.ceil(title.length / titleRoom);
  const records = Buffer.alloc(recordSize * (1 + titleRecords));
  records.writeUInt8(kinds.place, 0);
  records.writeUInt8(streams.indexOf(place.stream), 1);
  records.writeUInt8(titleRecords, 2);
  records.writeUInt8(place.title === undefined ? 0 : 1, 3);
  records.writeUInt32LE(place.section + 1, 4);
  records.writeDoubleLE(place.offset, 8);
  records.writeDoubleLE(place.newlines, 16);
  records.writeDoubleLE(place.time, 24);
  for (let number = 0; number < titleRecords; number += 1) {
    const part = title.subarray(number * titleRoom, (number + 1) * titleRoom);
    const at = recordSize * (1 + number);
    records.set([kinds.title, number + 1, part.length], at);
    records.set(part, at + 3);
  }
  return records;
}

/** The place at `at` of `records` and how many records it takes; undefined where they are not whole or not a place. */
export function decodePlace(
  records: Buffer,
  at = 0,
): { readonly place: LogPlace; readonly records: number } | undefined {
  if (at + recordSize > records.length || records[at] !== kinds.place) return undefined;
  const stream = streams[records.readUInt8(at + 1)];
  const titleRecords = records.readUInt8(at + 2);
  const end = at + recordSize * (1 + titleRecords);
  if (stream === undefined || end > records.length) return undefined;
  const parts: Buffer[] = [];
  for (let title = at + recordSize; title < end; title += recordSize) {
    if (records[title] !== kinds.title) return undefined;
    parts.push(records.subarray(title + 3, title + 3 + records.readUInt8(title + 2)));
  }
  const place = {
    offset: records.readDoubleLE(at + 8),
    newlines: records.readDoubleLE(at + 16),
    time: records.readDoubleLE(at + 24),
    stream,
    section: records.readUInt32LE(at + 4) - 1,
    ...(records[at + 3] === 1 && { title: Buffer.concat(parts).toString() }),
  };
  return { place, records: 1 + titleRecords };
}

/** How many records back the place is that the record at `at` belongs to. */
export function recordsBack(records: Buffer, at = 0): number {
  return records[at] === kinds.title ? records.readUInt8(at + 1) : 0;
}

/** How many records one place takes at most. */
export const mostRecords = 1 + longestTitle / titleRoom;

const magic = Buffer.from('cicdlog1');

/** `records` lets a reader after a crash see that some are missing; `closed` lets followers end. */
export interface LogIndexHeader {
  readonly records: number;
  readonly closed: boolean;
}

export function encodeHeader({ records, closed }: LogIndexHeader): Buffer {
  const header = Buffer.alloc(recordSize);
  magic.copy(header);
  header.writeDoubleLE(records, 8);
  header.writeUInt8(closed ? 1 : 0, 16);
  return header;
}

export function decodeHeader(header: Buffer): LogIndexHeader | undefined {
  if (header.length < recordSize || !header.subarray(0, magic.length).equals(magic)) return undefined;
  return { records: header.readDoubleLE(8), closed: header[16] === 1 };
}
