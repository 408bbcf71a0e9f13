/**
 * Remembers the handles that providers made of a key, so that each import is paid once. Keys and providers stay
 * collectable.
 */
export class HandleCache<Key extends object, Owner extends object, Handle> {
  readonly #handles = new WeakMap<Key, WeakMap<Owner, Handle>>();

  /** The handle that `owner` made of `key`, if it is remembered. */
  get(key: Key, owner: Owner): Handle | undefined {
    return this.#handles.get(key)?.get(owner);
  }

  set(key: Key, owner: Owner, handle: Handle): void {
    const ofKey = this.#handles.get(key);
    if (ofKey === undefined) this.#handles.set(key, new WeakMap([[owner, handle]]));
    else ofKey.set(owner, handle);
  }

  /** Forgets the handles of a key, whoever made them. */
  delete(key: Key): void {
    this.#handles.delete(key);
  }
}
