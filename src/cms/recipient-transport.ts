/** Recipients with RSA keys: RSAES-OAEP [RFC 3560]. PKCS #1 v1.5 is recognised and refused. */
import { HybridgeError } from '../bytes/index.ts';
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  decodeAlgorithmIdentifier,
} from '../certificates/index.ts';
import { der, type DerReader, explicit, NULL, readDer } from '../encoding/index.ts';
import { decryptKeyWith, encryptKeyTo } from '../kem/index.ts';
import type { OaepHash, PrivateKey, Provider, PublicKey } from '../provider/index.ts';
import {
  findByOid,
  hash as hashDescriptor,
  type KemDescriptor,
  type RsaOaepDescriptor,
} from '../registry/index.ts';
import type { KeyTransRecipientInfo } from './recipient-info.ts';
import type { Wrapping } from './recipient-wrapping.ts';
import type { CertificateIdentifier } from './signer-info.ts';

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const RSAES_OAEP = '1.2.840.113549.1.1.7';
const MGF1 = '1.2.840.113549.1.1.8';
const P_SPECIFIED = '1.2.840.113549.1.1.9';

const OAEP_HASHES: readonly OaepHash[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];

function hashIdentifier(name: OaepHash): Uint8Array {
  const { oid } = hashDescriptor(name).identifiers;
  if (oid === undefined) throw new HybridgeError('internal', `${name} has no object identifier`);
  // RFC 4055 §2.1.
  return algorithmIdentifier(oid, der.nil());
}

/** RSAES-OAEP with one hash throughout and an empty label [RFC 4055 §4.1]. */
function oaepIdentifier(hash: OaepHash): AlgorithmIdentifier {
  const digest = hashIdentifier(hash);
  const parameters = der.sequence(
    der.explicit(0, digest),
    der.explicit(1, algorithmIdentifier(MGF1, digest)),
  );
  return decodeAlgorithmIdentifier(algorithmIdentifier(RSAES_OAEP, parameters));
}

/** Encrypts a content key to the holder of an RSA key. */
export async function wrapForTransport(
  provider: Provider,
  publicKey: PublicKey<RsaOaepDescriptor>,
  identifier: CertificateIdentifier,
  contentKey: Uint8Array,
  { hash = 'SHA-256', wrap, ukm }: Wrapping,
): Promise<KeyTransRecipientInfo> {
  if (wrap !== undefined || ukm !== undefined)
    throw new HybridgeError('invalid_argument', 'an RSA recipient has neither key wrap nor keying material', {
      fault: 'caller',
    });
  return {
    kind: 'key-transport',
    identifier,
    algorithm: oaepIdentifier(hash),
    encryptedKey: await encryptKeyTo(provider, publicKey, contentKey, hash),
  };
}

/** Whether a key transport algorithm is RSA, in either padding. */
export function isRsa(oid: string): boolean {
  return oid === RSA_ENCRYPTION || oid === RSAES_OAEP;
}

/** Whether a key may open this. */
export function isForTransport(_info: KeyTransRecipientInfo, { kind }: KemDescriptor): boolean {
  return kind === 'rsa-oaep';
}

/**
 * The content key.
 *
 * @throws HybridgeError `unsupported` for PKCS #1 v1.5 and for other parameters; `invalid_encoding`;
 * `decryption_failed`; `invalid_length`.
 */
export async function unwrapWithTransport(
  provider: Provider,
  privateKey: PrivateKey<RsaOaepDescriptor>,
  { algorithm, encryptedKey }: KeyTransRecipientInfo,
): Promise<Uint8Array> {
  return decryptKeyWith(provider, privateKey, encryptedKey, oaepHashOf(algorithm));
}

/** The hash of RSAES-OAEP parameters. */
function oaepHashOf({ oid, parameters }: AlgorithmIdentifier): OaepHash {
  if (oid === RSA_ENCRYPTION)
    throw new HybridgeError(
      'unsupported',
      'KeyTransRecipientInfo: PKCS #1 v1.5 key transport is not supported, its padding tells attackers too much',
      { hint: 'have the sender use RSA-OAEP, or an ML-KEM recipient' },
    );
  if (oid !== RSAES_OAEP || parameters === undefined)
    throw new HybridgeError('unsupported', `KeyTransRecipientInfo: ${oid}; only RSAES-OAEP with parameters`, {
      details: { oid },
    });
  const outer = readDer(parameters, 'RSAES-OAEP-params');
  const fields = outer.sequence('fields');
  outer.end();
  const hash = fields.has(explicit(0)) ? readHash(fields.explicit(0, 'hashFunc')) : 'SHA-1';
  const mask = fields.has(explicit(1)) ? readMask(fields.explicit(1, 'maskGenFunc')) : 'SHA-1';
  if (fields.has(explicit(2))) requireEmptyLabel(fields.explicit(2, 'pSourceFunc'));
  fields.end();
  const known = OAEP_HASHES.find((name) => name === hash);
  if (known === undefined || mask !== hash)
    throw new HybridgeError('unsupported', `RSAES-OAEP with ${hash} and MGF1 with ${mask}`, {
      details: { hash, mask },
    });
  return known;
}

function readHash(parent: DerReader): string {
  const reader = parent.sequence('algorithm');
  parent.end();
  const oid = reader.oid('algorithm');
  if (reader.has(NULL)) reader.null('parameters');
  reader.end();
  return findByOid(oid).find((entry) => entry.kind === 'hash')?.name ?? oid;
}

function readMask(parent: DerReader): string {
  const reader = parent.sequence('algorithm');
  parent.end();
  const oid = reader.oid('algorithm');
  if (oid !== MGF1) throw new HybridgeError('unsupported', `RSAES-OAEP with the mask ${oid}, not MGF1`);
  return readHash(reader);
}

function requireEmptyLabel(parent: DerReader): void {
  const reader = parent.sequence('algorithm');
  parent.end();
  const oid = reader.oid('algorithm');
  const label = reader.octetString('label');
  reader.end();
  if (oid !== P_SPECIFIED || label.length > 0)
    throw new HybridgeError('unsupported', 'RSAES-OAEP with a label', { details: { oid } });
}
