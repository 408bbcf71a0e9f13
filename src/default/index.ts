/** The default compositions: what the root entry points are bound to. */
import { composeProviders, guarded, type Provider } from '../provider/index.ts';
import { createNativeProvider } from '../providers/native/index.ts';
import { createNobleProvider } from '../providers/noble/index.ts';

export { withRandom } from './with-random.ts';

let composed: Provider | undefined;
let portable: Provider | undefined;

/**
 * The runtime's own cryptography where it has the primitive, plain JavaScript elsewhere. Every primitive answers
 * known questions before it is used for the first time. Made once, at the first call.
 *
 * @example
 * ```ts
 * import { defaultProvider } from 'hybridge';
 *
 * console.log(defaultProvider().kem['ML-KEM-768']?.backend.name);
 * ```
 */
export function defaultProvider(): Provider {
  if (composed === undefined) {
    const native = createNativeProvider();
    const noble = createNobleProvider();
    composed = guarded(native === undefined ? noble : composeProviders('default', native, noble));
  }
  return composed;
}

/**
 * Plain JavaScript throughout, whatever the runtime offers; guarded in the same way. Made once, at the first call.
 *
 * @example
 * ```ts
 * import { portableProvider } from 'hybridge';
 *
 * console.log(portableProvider().kem['ML-KEM-768']?.backend.name);
 * ```
 */
export function portableProvider(): Provider {
  portable ??= guarded(createNobleProvider());
  return portable;
}
