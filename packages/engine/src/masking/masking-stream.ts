import { MaskedOutput } from './masked-output.ts';
import { filterLength, filterSlot, nextState, type PatternAutomaton } from './pattern-automaton.ts';

const nothing = Buffer.alloc(0);

/**
 * Masks one stream in a single pass. Held back at the end of a piece is exactly what may be the beginning of a match,
 * never more than the longest pattern.
 */
export class MaskingStream {
  readonly #automaton: PatternAutomaton;
  readonly #output = new MaskedOutput();
  #state = 0;
  #held: Uint8Array = nothing;

  constructor(automaton: PatternAutomaton) {
    this.#automaton = automaton;
  }

  push(data: Uint8Array): Uint8Array {
    const from = this.#held.length;
    const buffer = from === 0 ? data : Buffer.concat([this.#held, data]);
    this.#output.begin(buffer);
    this.#match(buffer, from);
    this.#output.settle(buffer.length - (this.#automaton.depth[this.#state] as number));
    return this.#finish();
  }

  end(): Uint8Array {
    this.#output.begin(this.#held);
    this.#output.settle(this.#held.length);
    this.#state = 0;
    return this.#finish();
  }

  #finish(): Uint8Array {
    const { passed, held } = this.#output.finish();
    this.#held = held.length === 0 ? nothing : Uint8Array.from(held);
    return passed;
  }

  /** A filter looks for the first bytes of a pattern; only from there, while one may go on, the automaton works. */
  #match(buffer: Uint8Array, from: number): void {
    let at = this.#follow(buffer, from, from);
    while (at < buffer.length) {
      at -= this.#automaton.depth[this.#state] as number;
      if (this.#output.covers) this.#output.settle(at);
      this.#state = 0;
      const seen = this.#skip(buffer, at);
      at = this.#follow(buffer, Math.max(at, seen - filterLength), seen);
    }
  }

  /** The end of the first bytes from `from` on that may begin a pattern, or of the buffer. */
  #skip(buffer: Uint8Array, from: number): number {
    const { filter, filterShift } = this.#automaton;
    const { length } = buffer;
    const judged = from + filterLength - 1;
    let last = 0;
    let at = from;
    while (at < judged && at < length) last = (last << 8) | (buffer[at++] as number);
    while (at < length) {
      last = (last << 8) | (buffer[at++] as number);
      if (filter[filterSlot(last, filterShift)] === 1) return at;
    }
    return length;
  }

  /**
   * Runs the automaton at least up to `least`, then until so little of a pattern has begun that the filter can look
   * at all of it again.
   */
  #follow(buffer: Uint8Array, from: number, least: number): number {
    const { depth, longest } = this.#automaton;
    let state = this.#state;
    let begun = depth[state] as number;
    let at = from;
    while (at < buffer.length && (begun >= filterLength || at < least || at < begun)) {
      state = nextState(this.#automaton, state, buffer[at] as number);
      begun = depth[state] as number;
      at += 1;
      const length = longest[state] as number;
      if (length > 0) this.#output.cover(at - length, at);
    }
    this.#state = state;
    return at;
  }
}
