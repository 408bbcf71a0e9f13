/** A map of bounded size: what was not used for longest is forgotten first. */
export class LeastRecentlyUsed<Key, Value> {
  readonly #held = new Map<Key, Value>();
  readonly #capacity: number;
  /** The key used last: it is at the end already. */
  #latest: Key | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value of a key, which is now the one used last. */
  get(key: Key): Value | undefined {
    const value = this.#held.get(key);
    if (value === undefined || key === this.#latest) return value;
    this.#held.delete(key);
    this.#held.set(key, value);
    this.#latest = key;
    return value;
  }

  set(key: Key, value: Value): void {
    this.#held.delete(key);
    this.#held.set(key, value);
    this.#latest = key;
    if (this.#held.size <= this.#capacity) return;
    for (const oldest of this.#held.keys()) {
      this.#held.delete(oldest);
      return;
    }
  }

  delete(key: Key): boolean {
    if (key === this.#latest) this.#latest = undefined;
    return this.#held.delete(key);
  }

  clear(): void {
    this.#latest = undefined;
    this.#held.clear();
  }
}
