/** Hides the secrets of one step: in streams, where a secret may be split across chunks, and in single texts. */
export interface Masker {
  /** A new stream's state: `push` returns what is safe to pass on, `end` the rest. */
  stream(): { push(data: Uint8Array): Uint8Array; end(): Uint8Array };
  text(text: string): string;
  /** Every string inside, keys too. */
  value<T>(value: T): T;
}
