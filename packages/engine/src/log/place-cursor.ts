import type { LogIndexReader } from './log-index-reader.ts';
import type { LogPlace } from './log-record.ts';

/** Walks an index beside its log: what holds at a byte. Only the places around that byte are in memory. */
export class PlaceCursor {
  readonly #index: LogIndexReader;
  #record: number;
  #ahead: LogPlace[] = [];
  #used = 0;
  #current: LogPlace = { offset: 0, newlines: 0, time: 0, stream: 'stdout', section: -1 };
  #title = '';

  private constructor(index: LogIndexReader, record: number) {
    this.#index = index;
    this.#record = record;
  }

  /** A cursor at the last place for which `holds` is true (see `LogIndexReader.find`), or at the first. */
  static async at(index: LogIndexReader, holds: (place: LogPlace) => boolean): Promise<PlaceCursor> {
    const cursor = new PlaceCursor(index, await index.find(holds));
    const [start] = await index.read(cursor.#record, 1);
    if (start !== undefined) {
      cursor.#record = start.next;
      cursor.#current = start.place;
      cursor.#title = start.place.title ?? (await titleOf(index, start.place.section));
    }
    return cursor;
  }

  get place(): LogPlace {
    return this.#current;
  }

  get section(): { readonly index: number; readonly title: string } | undefined {
    return this.#current.section < 0 ? undefined : { index: this.#current.section, title: this.#title };
  }

  /** Reads the places before byte `end`, so that `moveTo` may go there. */
  async load(end: number): Promise<void> {
    this.#ahead = this.#ahead.slice(this.#used);
    this.#used = 0;
    while ((this.#ahead.at(-1)?.offset ?? -1) < end) {
      const places = await this.#index.read(this.#record);
      if (places.length === 0) return;
      for (const { place, next } of places) {
        this.#ahead.push(place);
        this.#record = next;
      }
    }
  }

  /** To the place that holds at byte `offset`; forwards only. */
  moveTo(offset: number): void {
    for (;;) {
      const next = this.#ahead[this.#used];
      if (next === undefined || next.offset > offset) return;
      this.#current = next;
      this.#title = next.title ?? this.#title;
      this.#used += 1;
    }
  }
}

async function titleOf(index: LogIndexReader, section: number): Promise<string> {
  if (section < 0) return '';
  const before = await index.find((place) => place.section < section);
  const places = await index.read(before, 2);
  return places.find(({ place }) => place.section === section)?.place.title ?? '';
}
