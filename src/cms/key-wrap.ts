/** AES key wrap [RFC 3394] as messages name it [RFC 3565 §2.3.2]. */
import { HybridgeError } from '../bytes/index.ts';
import { type AlgorithmIdentifier, algorithmIdentifier } from '../certificates/index.ts';

/** Names of key wrap, as RFC 3565 spells them. */
export const KEY_WRAP_NAMES = ['aes128-wrap', 'aes192-wrap', 'aes256-wrap'] as const;

/** AES key wrap with one size of key. */
export type KeyWrapName = (typeof KEY_WRAP_NAMES)[number];

/** AES key wrap with its identifier. */
export interface KeyWrap {
  readonly name: KeyWrapName;
  /** Bytes of the wrapping key. */
  readonly keySize: 16 | 24 | 32;
  /** DER of the AlgorithmIdentifier. */
  readonly identifier: Uint8Array;
}

const KEY_WRAPS: Readonly<Record<KeyWrapName, { readonly keySize: 16 | 24 | 32; readonly oid: string }>> = {
  'aes128-wrap': { keySize: 16, oid: '2.16.840.1.101.3.4.1.5' },
  'aes192-wrap': { keySize: 24, oid: '2.16.840.1.101.3.4.1.25' },
  'aes256-wrap': { keySize: 32, oid: '2.16.840.1.101.3.4.1.45' },
};

/**
 * Key wrap by its name.
 *
 * @throws HybridgeError `unknown_algorithm`.
 */
export function keyWrap(name: KeyWrapName): KeyWrap {
  const found = KEY_WRAP_NAMES.find((known) => known === name);
  if (found === undefined)
    throw new HybridgeError('unknown_algorithm', `no such key wrap: ${name}`, {
      fault: 'caller',
      hint: `use one of ${KEY_WRAP_NAMES.join(', ')}`,
    });
  const { keySize, oid } = KEY_WRAPS[found];
  return { name: found, keySize, identifier: algorithmIdentifier(oid) };
}

/** Key wrap with a wrapping key of that size. */
export function keyWrapOfSize(keySize: 16 | 24 | 32): KeyWrap {
  return keyWrap(keySize === 16 ? 'aes128-wrap' : keySize === 24 ? 'aes192-wrap' : 'aes256-wrap');
}

/**
 * The key wrap that a message names; the identifier is the message's own, since keys are derived from it.
 *
 * @throws HybridgeError `unsupported`; `invalid_encoding` for parameters, which must be absent.
 */
export function readKeyWrap({ oid, parameters, bytes }: AlgorithmIdentifier): KeyWrap {
  const name = KEY_WRAP_NAMES.find((known) => KEY_WRAPS[known].oid === oid);
  if (name === undefined)
    throw new HybridgeError('unsupported', `key wrap ${oid}; only AES key wrap [RFC 3394]`, {
      details: { oid },
    });
  if (parameters !== undefined)
    throw new HybridgeError('invalid_encoding', `${name}: parameters must be absent [RFC 3565 §2.3.2]`);
  return { name, keySize: KEY_WRAPS[name].keySize, identifier: bytes };
}
