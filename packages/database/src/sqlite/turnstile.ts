/** Lets one pass at a time, in the order they came. */
export class Turnstile {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn, with the function that ends it. */
  enter(): Promise<() => void> {
    const before = this.#last;
    return new Promise((admitted) => {
      this.#last = new Promise((leave) => void before.then(() => admitted(leave)));
    });
  }
}
