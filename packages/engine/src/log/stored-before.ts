import type { LogStream } from './log-store.ts';
import { nothingStored, type RecoveredLog } from './recover-log.ts';

/**
 * What a log that is resumed holds already. Bytes are counted for each stream by itself: a source read again keeps the
 * order within a stream, but may mix its streams differently. Sections are counted; the platform's lines, which come
 * from no source, are recognised by their text.
 */
export class StoredBefore {
  readonly #bytes: Record<LogStream, number>;
  readonly #lines = new Map<string, number>();
  #sections: number;

  constructor({ stored, stand, platformLines }: RecoveredLog = nothingStored) {
    this.#bytes = { ...stored };
    this.#sections = (stand.place?.section ?? -1) + 1;
    for (const line of platformLines) this.#lines.set(line, (this.#lines.get(line) ?? 0) + 1);
  }

  /** The part of the next masked bytes that is not stored yet. */
  without(stream: LogStream, bytes: Uint8Array): Uint8Array {
    if (this.#bytes[stream] === 0) return bytes;
    const known = Math.min(this.#bytes[stream], bytes.length);
    this.#bytes[stream] -= known;
    return bytes.subarray(known);
  }

  /** Whether the next section is stored. */
  hasSection(): boolean {
    this.#sections -= 1;
    return this.#sections >= 0;
  }

  hasLine(line: string): boolean {
    const left = this.#lines.get(line) ?? 0;
    if (left > 0) this.#lines.set(line, left - 1);
    return left > 0;
  }
}
