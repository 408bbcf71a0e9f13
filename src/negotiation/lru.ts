/** A map of bounded size: what was not used for longest is forgotten first. */
export class LeastRecentlyUsed<Key, Value> {
  readonly #held = new Map<Key, Value>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value of a key, which is now the one used last. */
  get(key: Key): Value | undefined {
    const value = this.#held.get(key);
    if (value === undefined) return undefined;
    this.#held.delete(key);
    this.#held.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.#held.delete(key);
    this.#held.set(key, value);
    if (this.#held.size <= this.#capacity) return;
    for (const oldest of this.#held.keys()) {
      this.#held.delete(oldest);
      return;
    }
  }

  delete(key: Key): boolean {
    return this.#held.delete(key);
  }

  clear(): void {
    this.#held.clear();
  }
}
