import type { Backend, Provider } from './contract.ts';
import { type PrimitiveKind, primitivesOf } from './primitives.ts';

/** Who serves a primitive, and why. */
export interface PrimitiveDescription {
  readonly kind: PrimitiveKind;
  /** The name of the algorithm. */
  readonly primitive: string;
  /** The backend, as `native (OpenSSL 3.5.8)`. */
  readonly backend: string;
  /** The reason that it was chosen. */
  readonly because: string;
  /** Whose randomness it uses. */
  readonly entropy: Backend['entropy'];
}

/**
 * What a provider offers: one row for each primitive, in the order of the registry.
 *
 * @example
 * ```ts
 * import { defaultProvider, describeProvider } from 'hybridge';
 *
 * for (const { primitive, backend } of describeProvider(defaultProvider())) console.log(primitive, backend);
 * ```
 */
export function describeProvider(provider: Provider): readonly PrimitiveDescription[] {
  return primitivesOf(provider).map(({ kind, name, backend }) => ({
    kind,
    primitive: name,
    backend: backend.name,
    because: backend.because,
    entropy: backend.entropy,
  }));
}
