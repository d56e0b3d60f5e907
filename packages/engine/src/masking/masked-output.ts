const stars = Buffer.from('***');
const nothing = Buffer.alloc(0);

/**
 * Puts together what may be passed on of one buffer: what is covered by matches becomes `***` (once for each stretch),
 * the rest stays as it is. Without a match the buffer itself is handed out, not a copy.
 */
export class MaskedOutput {
  /** Covered stretches that are not passed on yet, ascending, apart from each other: start, end, start, end … */
  readonly #covered: number[] = [];
  #buffer: Uint8Array = nothing;
  #copy: Uint8Array | undefined;
  #written = 0;
  #passed = 0;
  /** The last byte passed on was covered: a stretch that goes on gets no second mark. */
  #inside = false;

  get covers(): boolean {
    return this.#covered.length > 0;
  }

  begin(buffer: Uint8Array): void {
    this.#buffer = buffer;
    this.#copy = undefined;
    this.#written = 0;
  }

  /** A match; the ends of matches never decrease. */
  cover(start: number, end: number): void {
    const covered = this.#covered;
    let from = Math.max(start, this.#passed);
    while (covered.length > 0 && (covered.at(-1) as number) >= from) {
      covered.pop();
      from = Math.min(from, covered.pop() as number);
    }
    covered.push(from, end);
  }

  /** Passes on everything before `until`, where no match can begin any more, and the stretch that contains it. */
  settle(until: number): void {
    const covered = this.#covered;
    let settled = 0;
    while (settled < covered.length && (covered[settled] as number) <= until) {
      this.#pass(covered[settled] as number);
      this.#mark(covered[settled + 1] as number);
      settled += 2;
    }
    if (settled > 0) covered.splice(0, settled);
    if (until > this.#passed) this.#pass(until);
  }

  /** What was passed on, and what is held back. */
  finish(): { readonly passed: Uint8Array; readonly held: Uint8Array } {
    const buffer = this.#buffer;
    if (this.#copy === undefined && this.#passed === buffer.length) {
      this.#passed = 0;
      return { passed: buffer, held: nothing };
    }
    const passed = this.#copy?.subarray(0, this.#written) ?? buffer.subarray(0, this.#passed);
    const held = buffer.subarray(this.#passed);
    for (let index = 0; index < this.#covered.length; index += 1) this.#covered[index]! -= this.#passed;
    this.#passed = 0;
    return { passed, held };
  }

  #pass(until: number): void {
    if (until <= this.#passed) return;
    if (this.#copy !== undefined) this.#append(this.#buffer.subarray(this.#passed, until));
    this.#passed = until;
    this.#inside = false;
  }

  #mark(end: number): void {
    if (this.#copy === undefined) {
      this.#copy = Buffer.allocUnsafe(this.#buffer.length);
      this.#append(this.#buffer.subarray(0, this.#passed));
    }
    if (!this.#inside) this.#append(stars);
    this.#passed = end;
    this.#inside = true;
  }

  #append(bytes: Uint8Array): void {
    this.#copy?.set(bytes, this.#written);
    this.#written += bytes.length;
  }
}
