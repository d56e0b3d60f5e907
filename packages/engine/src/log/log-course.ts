import type { LogStream } from './log-store.ts';
import { encodePlace, recordSize, type LogPlace } from './log-record.ts';
import { countLineEnds } from './read-tail.ts';

/** A place at least so often, so that a reader never searches further. */
const placeDistance = 65_536;
/** An index may be this large, or this part of its log, before times are recorded only once a second. */
const generousIndex = 65_536;
const indexShare = 0.01;
const coarseTime = 1_000;

/** Where a log stands. */
export interface LogStand {
  readonly offset: number;
  readonly newlines: number;
  /** The log ends inside a line. */
  readonly lineOpen: boolean;
  /** The last place, where there is one. */
  readonly place: LogPlace | undefined;
  /** Records in the index. */
  readonly records: number;
}

export const emptyLog: LogStand = { offset: 0, newlines: 0, lineOpen: false, place: undefined, records: 0 };

/** Follows a log as it grows, and decides which places its index gets. */
export class LogCourse {
  #offset: number;
  #newlines: number;
  #lineOpen: boolean;
  #place: LogPlace | undefined;
  #records: number;

  constructor({ offset, newlines, lineOpen, place, records }: LogStand) {
    this.#offset = offset;
    this.#newlines = newlines;
    this.#lineOpen = lineOpen;
    this.#place = place;
    this.#records = records;
  }

  get stand(): LogStand {
    return {
      offset: this.#offset,
      newlines: this.#newlines,
      lineOpen: this.#lineOpen,
      place: this.#place,
      records: this.#records,
    };
  }

  /** How many bytes may follow before the next place. */
  get room(): number {
    return placeDistance - (this.#offset - (this.#place?.offset ?? this.#offset));
  }

  /** A section begins. Returns its records. */
  begin(title: string, time: number): Buffer {
    return this.#record({
      stream: this.#place?.stream ?? 'stdout',
      section: (this.#place?.section ?? -1) + 1,
      time,
      title,
    });
  }

  /** Bytes of `stream` are about to follow. Returns the records of their place, when they need one. */
  enter(stream: LogStream, time: number): Buffer | undefined {
    const place = this.#place;
    const needed = place === undefined || place.stream !== stream || this.room <= 0 || this.#worthItsTime(time, place);
    return needed ? this.#record({ stream, section: place?.section ?? -1, time }) : undefined;
  }

  pass(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#offset += bytes.length;
    this.#newlines += countLineEnds(bytes);
    this.#lineOpen = bytes.at(-1) !== 0x0a;
  }

  #worthItsTime(time: number, place: LogPlace): boolean {
    if (time === place.time) return false;
    return (
      this.#records * recordSize <= Math.max(generousIndex, this.#offset * indexShare) ||
      time - place.time >= coarseTime
    );
  }

  #record(change: Pick<LogPlace, 'stream' | 'section' | 'time' | 'title'>): Buffer {
    this.#place = { offset: this.#offset, newlines: this.#newlines, ...change };
    const encoded = encodePlace(this.#place);
    this.#records += encoded.length / recordSize;
    return encoded;
  }
}
