/** What is remembered under names that peers choose: so many in all, and so many of one owner. */

/** An owner alone cannot make the others be forgotten. */
const PER_OWNER = 256;

/**
 * A map of bounded size over owners (networks, identities) and names of theirs; what was not used for longest is
 * forgotten first.
 */
export class Tracks<Value> {
  readonly #owners = new Map<string, Map<string, Value>>();
  readonly #capacity: number;
  #size = 0;
  #latestOwner: string | undefined;
  #latestName: string | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** The value of a name, made when there is none; it is now the one used last. */
  open(owner: string, name: string, make: () => Value): Value {
    const held = this.#owners.get(owner) ?? new Map<string, Value>();
    const before = held.get(name);
    // What was used last is at the end already.
    if (before !== undefined && owner === this.#latestOwner && name === this.#latestName) return before;
    this.#latestOwner = owner;
    this.#latestName = name;
    this.#owners.delete(owner);
    this.#owners.set(owner, held);
    const value = before ?? make();
    if (before === undefined) this.#size++;
    else held.delete(name);
    held.set(name, value);
    if (held.size > PER_OWNER) this.#forget(owner, held);
    if (this.#size > this.#capacity)
      for (const [oldest, names] of this.#owners) {
        this.#forget(oldest, names);
        break;
      }
    return value;
  }

  clear(): void {
    this.#owners.clear();
    this.#size = 0;
  }

  #forget(owner: string, held: Map<string, Value>): void {
    for (const name of held.keys()) {
      held.delete(name);
      this.#size--;
      break;
    }
    if (held.size === 0) this.#owners.delete(owner);
  }
}
