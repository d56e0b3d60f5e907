const size = 524_288;

/** Bytes on their way into a log, and the places that come with them. */
export class LogBatch {
  readonly #bytes = Buffer.allocUnsafeSlow(size);
  #places: Buffer[] = [];
  #length = 0;
  /** Where in the log the bytes belong, and before which record the places begin. */
  offset = 0;
  records = 0;

  get room(): number {
    return size - this.#length;
  }

  get empty(): boolean {
    return this.#length === 0 && this.#places.length === 0;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  get places(): Buffer {
    return Buffer.concat(this.#places);
  }

  start(offset: number, records: number): void {
    this.offset = offset;
    this.records = records;
    this.#length = 0;
    this.#places = [];
  }

  add(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  addPlace(records: Buffer): void {
    this.#places.push(records);
  }
}
