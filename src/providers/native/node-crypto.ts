import { HybridgeError } from '../../bytes/index.ts';
import type { Backend } from '../../provider/index.ts';

/** The module `node:crypto`. */
export type NodeCrypto = typeof import('node:crypto');

/** What is used of Node's `process`, which browsers do not have. */
interface Host {
  readonly process?: {
    readonly getBuiltinModule?: (id: 'node:crypto') => NodeCrypto;
    readonly versions?: { readonly openssl?: string };
  };
}

/** `node:crypto` where there is one; no import, so that this file loads in a browser. */
export function nodeCrypto(): NodeCrypto | undefined {
  const host: Host = globalThis;
  return host.process?.getBuiltinModule?.('node:crypto');
}

/** A backend of the runtime's own library. */
export function native(because: string, entropy: Backend['entropy']): Backend {
  const host: Host = globalThis;
  const version = host.process?.versions?.openssl;
  return Object.freeze({
    name: version === undefined ? 'native' : `native (OpenSSL ${version})`,
    because,
    entropy,
  });
}

/** A view of a Buffer's bytes as a plain array: `slice` of a Buffer does not copy, and tests tell the two apart. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** What a private key makes; a failure of OpenSSL is one of the key, whose numbers do not belong together. */
export function madeWith(name: string, make: () => Uint8Array): Uint8Array {
  try {
    return plain(make());
  } catch (cause) {
    throw new HybridgeError('invalid_key', `${name} private key: OpenSSL cannot use it`, { cause });
  }
}

/** Whether the runtime has what `attempt` uses. */
export function works(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
