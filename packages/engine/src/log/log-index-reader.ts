import type { FileHandle } from 'node:fs/promises';
import {
  decodeHeader,
  decodePlace,
  mostRecords,
  recordsBack,
  recordSize,
  type LogIndexHeader,
  type LogPlace,
} from './log-record.ts';
import { readAt } from './positioned-file.ts';

const block = 256;

/** Finds and walks places of an index that may still grow. */
export class LogIndexReader {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Undefined where the header is torn. */
  async header(): Promise<LogIndexHeader | undefined> {
    return decodeHeader(await readAt(this.#file, 0, recordSize));
  }

  /**
   * The number of the record of the last place for which `holds` is true, by halving; 0 when for none. `holds` must be
   * true up to some place and false from there on.
   */
  async find(holds: (place: LogPlace) => boolean): Promise<number> {
    const { size } = await this.#file.stat();
    let low = 0;
    let high = Math.max(1, Math.floor(size / recordSize) - 1);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const found = (await this.read(await this.#owner(middle), 1))[0];
      if (found !== undefined && holds(found.place)) low = middle;
      else high = middle;
    }
    return await this.#owner(low);
  }

  /** Up to `most` places from a record's number on, each with the number of the next record. Ends at what is not whole. */
  async read(from: number, most = block): Promise<{ readonly place: LogPlace; readonly next: number }[]> {
    const records = await readAt(this.#file, recordSize * (1 + from), recordSize * (most + mostRecords));
    const places: { place: LogPlace; next: number }[] = [];
    let at = 0;
    while (places.length < most) {
      const decoded = decodePlace(records, at);
      if (decoded === undefined) break;
      at += decoded.records * recordSize;
      places.push({ place: decoded.place, next: from + at / recordSize });
    }
    return places;
  }

  async #owner(record: number): Promise<number> {
    return record - recordsBack(await readAt(this.#file, recordSize * (1 + record), recordSize));
  }
}
