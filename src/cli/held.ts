/** Keys that are disposed of together, also when it is the loading of a later one that fails. */
export class Held implements Disposable {
  readonly #all: Disposable[] = [];

  /** Takes charge of one, and hands it back. */
  add<One extends Disposable>(one: One): One {
    this.#all.push(one);
    return one;
  }

  [Symbol.dispose](): void {
    for (const one of this.#all.splice(0)) one[Symbol.dispose]();
  }
}
