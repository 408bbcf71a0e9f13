/** The default compositions: what the root entry points are bound to. */
import { composeProviders, type Provider } from '../provider/index.ts';
import { createNativeProvider } from '../providers/native/index.ts';
import { createNobleProvider } from '../providers/noble/index.ts';

let memoized: Provider | undefined;
let portable: Provider | undefined;

/**
 * The runtime's own cryptography where it has the primitive, plain JavaScript elsewhere. Every primitive answers a
 * known question before it is used for the first time. Made once.
 */
export function defaultProvider(): Provider {
  if (memoized === undefined) {
    const native = createNativeProvider();
    const noble = createNobleProvider();
    memoized = native === undefined ? noble : composeProviders('default', native, noble);
  }
  return memoized;
}

/** Plain JavaScript throughout, whatever the runtime offers. Made once. */
export function portableProvider(): Provider {
  portable ??= createNobleProvider();
  return portable;
}
