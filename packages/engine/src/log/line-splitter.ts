export interface SplitLine {
  /** From 1. */
  readonly number: number;
  /** Where in the log the line begins. */
  readonly offset: number;
  readonly text: string;
  /** Bytes that `text` lacks. */
  readonly cut: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** Bytes of a line that are kept. */
const longestLine = 262_144;

/** Cuts the pieces of a log into lines. Of a line no more than 256 KiB is kept, of one that is not wanted nothing. */
export class LineSplitter {
  readonly #fromLine: number;
  #number: number;
  #offset: number;
  #parts: Uint8Array[] = [];
  #kept = 0;
  #length = 0;
  #lastByte = 0;

  /** The first piece begins at byte `offset`, in line `number`; lines before `fromLine` are left out. */
  constructor(offset: number, number: number, fromLine: number) {
    this.#offset = offset;
    this.#number = number;
    this.#fromLine = fromLine;
  }

  *push(piece: Buffer): Generator<SplitLine, void> {
    let from = 0;
    for (;;) {
      const end = piece.indexOf(lineFeed, from);
      if (end < 0) break;
      this.#add(piece.subarray(from, end));
      const wanted = this.#number >= this.#fromLine;
      const line = wanted ? this.#line(this.#lastByte === carriageReturn ? 1 : 0) : undefined;
      this.#next();
      if (line !== undefined) yield line;
      from = end + 1;
    }
    this.#add(piece.subarray(from));
  }

  /** The last line, when it has no line end. */
  end(): SplitLine | undefined {
    return this.#length > 0 && this.#number >= this.#fromLine ? this.#line(0) : undefined;
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    this.#lastByte = bytes.at(-1) as number;
    if (this.#number < this.#fromLine || this.#kept === longestLine) return;
    const part = bytes.subarray(0, longestLine - this.#kept);
    this.#parts.push(part);
    this.#kept += part.length;
  }

  #line(lineEnd: number): SplitLine {
    const length = this.#length - lineEnd;
    const kept = Math.min(this.#kept, length);
    const [only, ...more] = this.#parts;
    const bytes =
      more.length === 0 && only !== undefined
        ? Buffer.from(only.buffer, only.byteOffset, only.length)
        : Buffer.concat(this.#parts);
    return { number: this.#number, offset: this.#offset, text: bytes.toString('utf8', 0, kept), cut: length - kept };
  }

  #next(): void {
    this.#offset += this.#length + 1;
    this.#number += 1;
    this.#parts = [];
    this.#kept = 0;
    this.#length = 0;
    this.#lastByte = 0;
  }
}
