/** What the writer of a log tells its followers in the same process. */
export class LiveLog {
  #change = Promise.withResolvers<void>();

  /** Resolves when more is stored, or nothing more will be. */
  get changed(): Promise<void> {
    return this.#change.promise;
  }

  announce(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
