/** Keeps what was built for the most recently used texts. */
export class LruCache<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string, build: () => Value): Value {
    const kept = this.#entries.get(key);
    const value = kept ?? build();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#capacity) this.#entries.delete(this.#entries.keys().next().value ?? key);
    return value;
  }
}
