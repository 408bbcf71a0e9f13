import { concat, EMPTY, HybridgeError, wipe } from '../bytes/index.ts';
import { i2osp, labeledDerive, labeledHkdf } from '../kem/index.ts';
import { type Provider, requireHash } from '../provider/index.ts';
import type { KdfDescriptor } from '../registry/index.ts';

/** A secret that both sides have beforehand, and its name. Both are empty in base mode. */
export interface PreSharedKey {
  readonly psk: Uint8Array;
  readonly pskId: Uint8Array;
}

/** What a context is made of; `key` and `baseNonce` are empty in export-only suites. */
export interface ScheduledSecrets {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
  readonly exporterSecret: Uint8Array;
}

/** The key schedule of one suite [RFC 9180 §5.1]. */
export interface KeySchedule {
  /** KeySchedule; the mode follows from whether there is a pre-shared key. Wipes the shared secret. */
  keySchedule(sharedSecret: Uint8Array, info: Uint8Array, preShared: PreSharedKey): ScheduledSecrets;
  /** Context.Export; `length` in bytes [RFC 9180 §5.3]. */
  export(exporterSecret: Uint8Array, exporterContext: Uint8Array, length: number): Uint8Array;
}

/** Nk and Nn of the AEAD; both 0 when there is none. */
export interface AeadSizes {
  readonly keySize: number;
  readonly nonceSize: number;
}

/** mode_base and mode_psk [RFC 9180 §5]. */
function modeByte({ psk }: PreSharedKey): Uint8Array {
  return i2osp(psk.length === 0 ? 0x00 : 0x01, 1);
}

/** The key schedule over the suite's key derivation function. */
export function keySchedule(
  provider: Provider,
  kdf: KdfDescriptor,
  suiteId: Uint8Array,
  aead: AeadSizes,
): KeySchedule {
  return kdf.kind === 'hkdf'
    ? twoStage(provider, kdf, suiteId, aead)
    : oneStage(provider, kdf, suiteId, aead);
}

function twoStage(
  provider: Provider,
  { name, hash, size }: KdfDescriptor,
  suiteId: Uint8Array,
  { keySize, nonceSize }: AeadSizes,
): KeySchedule {
  const hkdf = labeledHkdf(provider, hash, suiteId);
  return {
    keySchedule(sharedSecret, info, preShared) {
      const pskIdHash = hkdf.labeledExtract(EMPTY, 'psk_id_hash', preShared.pskId);
      const infoHash = hkdf.labeledExtract(EMPTY, 'info_hash', info);
      const context = concat(modeByte(preShared), pskIdHash, infoHash);
      const secret = hkdf.labeledExtract(sharedSecret, 'secret', preShared.psk);
      try {
        return {
          key: keySize === 0 ? EMPTY : hkdf.labeledExpand(secret, 'key', context, keySize),
          baseNonce: nonceSize === 0 ? EMPTY : hkdf.labeledExpand(secret, 'base_nonce', context, nonceSize),
          exporterSecret: hkdf.labeledExpand(secret, 'exp', context, size),
        };
      } finally {
        wipe(secret, sharedSecret);
      }
    },
    export(exporterSecret, exporterContext, length) {
      requireExportLength(length, 255 * size, name);
      return hkdf.labeledExpand(exporterSecret, 'sec', exporterContext, length);
    },
  };
}

/** The one-stage schedule of draft-ietf-hpke-pq-05 §5. */
function oneStage(
  provider: Provider,
  { name, hash, size }: KdfDescriptor,
  suiteId: Uint8Array,
  { keySize, nonceSize }: AeadSizes,
): KeySchedule {
  const xof = requireHash(provider, hash);
  return {
    keySchedule(sharedSecret, info, preShared) {
      const secrets = concat(prefixed(preShared.psk, 'psk'), prefixed(sharedSecret, 'shared secret'));
      const context = concat(
        modeByte(preShared),
        prefixed(preShared.pskId, 'psk_id'),
        prefixed(info, 'info'),
      );
      try {
        const derived = labeledDerive(xof, suiteId, secrets, 'secret', context, keySize + nonceSize + size);
        return {
          key: derived.subarray(0, keySize),
          baseNonce: derived.subarray(keySize, keySize + nonceSize),
          exporterSecret: derived.subarray(keySize + nonceSize),
        };
      } finally {
        wipe(secrets, sharedSecret);
      }
    },
    export(exporterSecret, exporterContext, length) {
      requireExportLength(length, 0xffff, name);
      return labeledDerive(xof, suiteId, exporterSecret, 'sec', exporterContext, length);
    },
  };
}

function prefixed(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length > 0xffff)
    throw new HybridgeError(
      'message_too_large',
      `HPKE ${what}: ${String(bytes.length)} bytes, at most 65535`,
      {
        fault: 'caller',
        details: { actual: bytes.length, maximum: 0xffff },
      },
    );
  return concat(i2osp(bytes.length, 2), bytes);
}

function requireExportLength(length: number, maximum: number, kdf: string): void {
  if (!Number.isInteger(length) || length < 0 || length > maximum)
    throw new HybridgeError(
      'invalid_argument',
      `HPKE export of ${String(length)} bytes: ${kdf} gives 0 to ${String(maximum)}`,
      { fault: 'caller', details: { maximum } },
    );
}
