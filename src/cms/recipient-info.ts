/** RecipientInfo: how a message says who can open it, and the key for each of them [RFC 5652 §6.2, RFC 9629 §3]. */
import { HybridgeError } from '../bytes/index.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../certificates/index.ts';
import { der, type DerReader, explicit, readDer, SET } from '../encoding/index.ts';
import { type CertificateIdentifier, encodeIdentifier, readIdentifier } from './signer-info.ts';

/** id-ori-kem [RFC 9629 §3]. */
const KEM_RECIPIENT = '1.2.840.113549.1.9.16.13.3';

/** A recipient with a KEM key: the content key is wrapped under what the KEM agreed on [RFC 9629 §3]. */
export interface KemRecipientInfo {
  readonly kind: 'kem';
  readonly identifier: CertificateIdentifier;
  readonly kem: AlgorithmIdentifier;
  readonly ciphertext: Uint8Array;
  readonly kdf: AlgorithmIdentifier;
  /** Bytes of the key-encryption key. */
  readonly kekLength: number;
  readonly ukm: Uint8Array | undefined;
  readonly wrap: AlgorithmIdentifier;
  readonly encryptedKey: Uint8Array;
}

/** A recipient with a Diffie-Hellman key, and the sender's ephemeral one [RFC 5652 §6.2.2, RFC 5753]. */
export interface KeyAgreeRecipientInfo {
  readonly kind: 'key-agreement';
  readonly identifier: CertificateIdentifier;
  /** The sender's ephemeral key; `undefined` where the sender used a certified one, which is not supported. */
  readonly originator:
    { readonly algorithm: AlgorithmIdentifier; readonly publicKey: Uint8Array } | undefined;
  readonly ukm: Uint8Array | undefined;
  /** The scheme; its parameters are the key wrap. */
  readonly scheme: AlgorithmIdentifier;
  readonly encryptedKey: Uint8Array;
}

/** A recipient with an RSA key, to which the content key is encrypted [RFC 5652 §6.2.1]. */
export interface KeyTransRecipientInfo {
  readonly kind: 'key-transport';
  readonly identifier: CertificateIdentifier;
  readonly algorithm: AlgorithmIdentifier;
  readonly encryptedKey: Uint8Array;
}

/** Whoever knows a password [RFC 5652 §6.2.4, RFC 3211]. */
export interface PasswordRecipientInfo {
  readonly kind: 'password';
  readonly derivation: AlgorithmIdentifier | undefined;
  readonly encryption: AlgorithmIdentifier;
  readonly encryptedKey: Uint8Array;
}

/** Whoever shares a key-encryption key [RFC 5652 §6.2.3], and kinds unknown here: recognised, not opened. */
export interface OtherRecipientInfo {
  readonly kind: 'key-encryption-key' | 'other';
  /** The object identifier of an unknown kind. */
  readonly type: string | undefined;
}

/** One way into a message. */
export type RecipientInfo =
  | KemRecipientInfo
  | KeyAgreeRecipientInfo
  | KeyTransRecipientInfo
  | OtherRecipientInfo
  | PasswordRecipientInfo;

/** Most recipients of one message: each may cost a private key operation. */
const MAX_RECIPIENTS = 1024;

/**
 * Reads a RecipientInfos, and leaves aside whether its algorithms are known. A key agreement for several recipients
 * counts as several.
 *
 * @param set - DER of the SET, in which order does not matter here.
 * @throws HybridgeError `invalid_encoding`; `message_too_large` for more than 1024.
 */
export function readRecipientInfos(set: Uint8Array): readonly RecipientInfo[] {
  const outer = readDer(set, 'RecipientInfos');
  const reader = outer.sequence('recipients', SET);
  outer.end();
  const infos: RecipientInfo[] = [];
  do {
    infos.push(...readRecipientInfo(reader));
    if (infos.length > MAX_RECIPIENTS)
      throw new HybridgeError('message_too_large', `RecipientInfos: more than ${MAX_RECIPIENTS} recipients`, {
        details: { maximum: MAX_RECIPIENTS },
      });
  } while (!reader.atEnd);
  return infos;
}

function readRecipientInfo(reader: DerReader): readonly RecipientInfo[] {
  if (reader.has(explicit(1))) return readKeyAgreement(reader.sequence('kari', explicit(1)));
  if (reader.has(explicit(2))) {
    reader.any('kekri');
    return [{ kind: 'key-encryption-key', type: undefined }];
  }
  if (reader.has(explicit(3))) return [readPassword(reader.sequence('pwri', explicit(3)))];
  if (reader.has(explicit(4))) return [readOther(reader.sequence('ori', explicit(4)))];
  return [readKeyTransport(reader.sequence('ktri'))];
}

function requireVersion(fields: DerReader, expected: readonly number[]): void {
  const version = fields.smallInteger('version');
  if (!expected.includes(version))
    throw new HybridgeError(
      'invalid_encoding',
      `RecipientInfo: version ${version}, expected ${expected.join(' or ')} [RFC 5652 §6.2]`,
    );
}

function readKeyTransport(fields: DerReader): KeyTransRecipientInfo {
  requireVersion(fields, [0, 2]);
  const identifier = readIdentifier(fields, 'rid');
  const algorithm = readAlgorithmIdentifier(fields, 'keyEncryptionAlgorithm');
  const encryptedKey = fields.octetString('encryptedKey');
  fields.end();
  return { kind: 'key-transport', identifier, algorithm, encryptedKey };
}

function readKeyAgreement(fields: DerReader): readonly KeyAgreeRecipientInfo[] {
  requireVersion(fields, [3]);
  const originator = readOriginator(fields.explicit(0, 'originator'));
  const ukm = readUkm(fields, 1);
  const scheme = readAlgorithmIdentifier(fields, 'keyEncryptionAlgorithm');
  const keys = fields.sequence('recipientEncryptedKeys');
  fields.end();
  const infos: KeyAgreeRecipientInfo[] = [];
  while (!keys.atEnd) {
    const key = keys.sequence('recipientEncryptedKey');
    const identifier = key.has(explicit(0))
      ? readRecipientKeyIdentifier(key.sequence('rKeyId', explicit(0)))
      : readIdentifier(key, 'rid');
    const encryptedKey = key.octetString('encryptedKey');
    key.end();
    infos.push({ kind: 'key-agreement', identifier, originator, ukm, scheme, encryptedKey });
  }
  return infos;
}

function readOriginator(choice: DerReader): KeyAgreeRecipientInfo['originator'] {
  if (!choice.has(explicit(1))) {
    choice.any('certificate');
    choice.end();
    return undefined;
  }
  const fields = choice.sequence('originatorKey', explicit(1));
  choice.end();
  const algorithm = readAlgorithmIdentifier(fields, 'algorithm');
  const publicKey = fields.bitString('publicKey');
  fields.end();
  return { algorithm, publicKey };
}

// RecipientKeyIdentifier: date and other are of no use here.
function readRecipientKeyIdentifier(fields: DerReader): CertificateIdentifier {
  const keyIdentifier = fields.octetString('subjectKeyIdentifier');
  while (!fields.atEnd) fields.any('date');
  return { kind: 'subject-key-identifier', keyIdentifier };
}

function readUkm(fields: DerReader, tag: number): Uint8Array | undefined {
  if (!fields.has(explicit(tag))) return undefined;
  const tagged = fields.explicit(tag, 'ukm');
  const ukm = tagged.octetString('value');
  tagged.end();
  return ukm;
}

function readPassword(fields: DerReader): PasswordRecipientInfo {
  requireVersion(fields, [0]);
  const derivation = fields.has(explicit(0))
    ? readAlgorithmIdentifier(fields, 'keyDerivationAlgorithm', explicit(0))
    : undefined;
  const encryption = readAlgorithmIdentifier(fields, 'keyEncryptionAlgorithm');
  const encryptedKey = fields.octetString('encryptedKey');
  fields.end();
  return { kind: 'password', derivation, encryption, encryptedKey };
}

function readOther(choice: DerReader): KemRecipientInfo | OtherRecipientInfo {
  const type = choice.oid('oriType');
  if (type !== KEM_RECIPIENT) {
    choice.any('oriValue');
    choice.end();
    return { kind: 'other', type };
  }
  const fields = choice.sequence('oriValue');
  choice.end();
  requireVersion(fields, [0]);
  const identifier = readIdentifier(fields, 'rid');
  const kem = readAlgorithmIdentifier(fields, 'kem');
  const ciphertext = fields.octetString('kemct');
  const kdf = readAlgorithmIdentifier(fields, 'kdf');
  const kekLength = fields.smallInteger('kekLength');
  const ukm = readUkm(fields, 0);
  const wrap = readAlgorithmIdentifier(fields, 'wrap');
  const encryptedKey = fields.octetString('encryptedKey');
  fields.end();
  return { kind: 'kem', identifier, kem, ciphertext, kdf, kekLength, ukm, wrap, encryptedKey };
}

const ukmField = (tag: number, ukm: Uint8Array | undefined): readonly Uint8Array[] =>
  ukm === undefined ? [] : [der.explicit(tag, der.octetString(ukm))];

/** DER of one RecipientInfo. */
export function encodeRecipientInfo(info: Exclude<RecipientInfo, OtherRecipientInfo>): Uint8Array {
  switch (info.kind) {
    case 'kem':
      return der.element(
        explicit(4),
        der.oid(KEM_RECIPIENT),
        der.sequence(
          der.integer(0),
          encodeIdentifier(info.identifier),
          info.kem.bytes,
          der.octetString(info.ciphertext),
          info.kdf.bytes,
          der.integer(info.kekLength),
          ...ukmField(0, info.ukm),
          info.wrap.bytes,
          der.octetString(info.encryptedKey),
        ),
      );
    case 'key-agreement':
      return der.element(
        explicit(1),
        der.integer(3),
        der.explicit(0, encodeOriginator(info)),
        ...ukmField(1, info.ukm),
        info.scheme.bytes,
        der.sequence(
          der.sequence(encodeAgreementIdentifier(info.identifier), der.octetString(info.encryptedKey)),
        ),
      );
    case 'key-transport':
      return der.sequence(
        der.integer(info.identifier.kind === 'issuer-and-serial-number' ? 0 : 2),
        encodeIdentifier(info.identifier),
        info.algorithm.bytes,
        der.octetString(info.encryptedKey),
      );
    case 'password':
      return der.element(
        explicit(3),
        der.integer(0),
        ...(info.derivation === undefined ? [] : [der.implicitly(0, info.derivation.bytes)]),
        info.encryption.bytes,
        der.octetString(info.encryptedKey),
      );
  }
}

function encodeOriginator({ originator }: KeyAgreeRecipientInfo): Uint8Array {
  if (originator === undefined) throw new HybridgeError('internal', 'key agreement without an ephemeral key');
  return der.element(explicit(1), originator.algorithm.bytes, der.bitString(originator.publicKey));
}

// RecipientKeyIdentifier is a SEQUENCE under [0], where the other kinds have the bare key identifier.
function encodeAgreementIdentifier(identifier: CertificateIdentifier): Uint8Array {
  return identifier.kind === 'issuer-and-serial-number'
    ? encodeIdentifier(identifier)
    : der.element(explicit(0), der.octetString(identifier.keyIdentifier));
}

/**
 * The version of an EnvelopedData without originator information [RFC 5652 §6.1].
 *
 * @param infos - Its recipients.
 * @param unprotected - Whether it has unprotected attributes.
 */
export function envelopedVersion(
  infos: readonly Exclude<RecipientInfo, OtherRecipientInfo>[],
  unprotected: boolean,
): 0 | 2 | 3 {
  if (infos.some(({ kind }) => kind === 'password' || kind === 'kem')) return 3;
  const plain = infos.every(
    (info) => info.kind === 'key-transport' && info.identifier.kind === 'issuer-and-serial-number',
  );
  return plain && !unprotected ? 0 : 2;
}
