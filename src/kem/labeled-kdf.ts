import { concat, utf8, wipe } from '../bytes/index.ts';
import { type Hash, type Provider, requireKeyDerivation } from '../provider/index.ts';
import type { HashName } from '../registry/index.ts';

const VERSION = utf8('HPKE-v1');

/** A number as big-endian bytes, I2OSP of RFC 8017 §4.1. */
export function i2osp(value: number, size: 1 | 2): Uint8Array {
  return size === 1 ? Uint8Array.of(value) : Uint8Array.of(value >> 8, value & 0xff);
}

/** HKDF with the labels of HPKE, for one suite [RFC 9180 §4]. */
export interface LabeledHkdf {
  /** LabeledExtract. */
  labeledExtract(salt: Uint8Array, label: string, inputKey: Uint8Array): Uint8Array;
  /** LabeledExpand; `length` in bytes. */
  labeledExpand(pseudoRandomKey: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array;
}

/**
 * LabeledExtract and LabeledExpand of RFC 9180 §4, over HKDF with the given hash.
 *
 * @param suiteId - `KEM ‖ id` inside a KEM, `HPKE ‖ ids` in the key schedule.
 * @throws {@link HybridgeError} `unsupported` when the provider has no key derivation.
 */
export function labeledHkdf(provider: Provider, hash: HashName, suiteId: Uint8Array): LabeledHkdf {
  const keyDerivation = requireKeyDerivation(provider);
  return {
    labeledExtract(salt, label, inputKey) {
      const labeledInputKey = concat(VERSION, suiteId, utf8(label), inputKey);
      try {
        return keyDerivation.hkdfExtract(hash, salt, labeledInputKey);
      } finally {
        wipe(labeledInputKey);
      }
    },
    labeledExpand(pseudoRandomKey, label, info, length) {
      const labeledInfo = concat(i2osp(length, 2), VERSION, suiteId, utf8(label), info);
      return keyDerivation.hkdfExpand(hash, pseudoRandomKey, labeledInfo, length);
    },
  };
}

/** LabeledDerive of draft-ietf-hpke-pq-05 §5: one call of an extendable-output function. */
export function labeledDerive(
  xof: Hash,
  suiteId: Uint8Array,
  inputKey: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const name = utf8(label);
  const labeledInputKey = concat(
    inputKey,
    VERSION,
    suiteId,
    i2osp(name.length, 2),
    name,
    i2osp(length, 2),
    context,
  );
  try {
    return xof.digest(labeledInputKey, length);
  } finally {
    wipe(labeledInputKey);
  }
}
