/**
 * Remembers the handle that a provider made of a key, so that the import is paid once. One handle per key: the
 * provider that was used last. Keys and providers stay collectable.
 */
export class HandleCache<Key extends object, Owner extends object, Handle> {
  readonly #entries = new WeakMap<Key, { readonly owner: Owner; readonly handle: Handle }>();

  /** The handle that `owner` made of `key`, if it is the one remembered. */
  get(key: Key, owner: Owner): Handle | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.owner === owner ? entry.handle : undefined;
  }

  set(key: Key, owner: Owner, handle: Handle): void {
    this.#entries.set(key, { owner, handle });
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }
}
