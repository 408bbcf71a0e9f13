/** What is remembered of peers that anybody can be: so many in all, and so many of one network. */

/** A network alone cannot make the others be forgotten. */
const PER_NETWORK = 256;

/** A map of bounded size over networks and names in them; what was not used for longest is forgotten first. */
export class Tracks<Value> {
  readonly #networks = new Map<string, Map<string, Value>>();
  readonly #capacity: number;
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** The value of a name, made when there is none; it is now the one used last. */
  open(network: string, name: string, make: () => Value): Value {
    const held = this.#networks.get(network) ?? new Map<string, Value>();
    this.#networks.delete(network);
    this.#networks.set(network, held);
    const before = held.get(name);
    const value = before ?? make();
    if (before === undefined) this.#size++;
    else held.delete(name);
    held.set(name, value);
    if (held.size > PER_NETWORK) this.#forget(network, held);
    if (this.#size > this.#capacity)
      for (const [oldest, names] of this.#networks) {
        this.#forget(oldest, names);
        break;
      }
    return value;
  }

  clear(): void {
    this.#networks.clear();
    this.#size = 0;
  }

  #forget(network: string, held: Map<string, Value>): void {
    for (const name of held.keys()) {
      held.delete(name);
      this.#size--;
      break;
    }
    if (held.size === 0) this.#networks.delete(network);
  }
}
