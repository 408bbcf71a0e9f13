import { wipe } from '../bytes/index.ts';
import {
  andThen,
  type Awaitable,
  type HandleCache,
  type PrivateKey,
  type Provider,
} from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';

/** Makes a private key ready, remembers the handle, and has it disposed of together with the key. */
export function importPrivateKey<Algorithm extends SignatureDescriptor, Handle extends { dispose(): void }>(
  handles: HandleCache<PrivateKey<Algorithm>, Provider, Handle>,
  provider: Provider,
  key: PrivateKey<Algorithm>,
  makeReady: (stored: Uint8Array) => Awaitable<Handle>,
): Awaitable<Handle> {
  const stored = key.secretBytes();
  return andThen(makeReady(stored), (handle) => {
    wipe(stored);
    // The key may have been disposed of while an asynchronous backend was at work.
    key.assertUsable();
    handles.set(key, provider, handle);
    key.onDispose(() => {
      handles.delete(key);
      handle.dispose();
    });
    return handle;
  });
}
