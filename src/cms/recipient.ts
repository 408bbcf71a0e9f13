/** Those a message is encrypted to, and those who open it. */
import { equal, HybridgeError } from '../bytes/index.ts';
import { type Certificate, isNamed, keyIdentifier } from '../certificates/index.ts';
import { importPublicKey, readSpki, writeSpki } from '../keys/index.ts';
import { type PrivateKey, type Provider, type PublicKey } from '../provider/index.ts';
import type {
  KemDescriptor,
  KeyAgreementDescriptor,
  KeyDescriptor,
  RsaOaepDescriptor,
} from '../registry/index.ts';
import { isForAgreement, unwrapWithAgreement, wrapForAgreement } from './recipient-agreement.ts';
import type { OtherRecipientInfo, RecipientInfo } from './recipient-info.ts';
import { isForKem, isRecipientKem, type RecipientKem, unwrapWithKem, wrapForKem } from './recipient-kem.ts';
import { type PasswordRecipient, unwrapWithPassword, wrapForPassword } from './recipient-password.ts';
import { isForTransport, unwrapWithTransport, wrapForTransport } from './recipient-transport.ts';
import type { Wrapping } from './recipient-wrapping.ts';
import { type CertificateIdentifier, identifierOf } from './signer-info.ts';

/** Whoever holds the private key of a certificate. */
export interface CertificateRecipient extends Wrapping {
  readonly certificate: Certificate;
  /** How the message names the certificate; by issuer and serial number unless told, which every reader knows. */
  readonly identifier?: CertificateIdentifier['kind'] | undefined;
}

/** Whoever holds the private key of a public key. */
export interface KeyRecipient extends Wrapping {
  readonly publicKey: PublicKey<KemDescriptor>;
  /** How the message names the key; unless told, as certificates issued here do (`keyIdentifier`). */
  readonly keyIdentifier?: Uint8Array | undefined;
}

/** One to whom a message is encrypted: by certificate, by public key, or by password. */
export type Recipient = CertificateRecipient | KeyRecipient | PasswordRecipient;

/** A private key that opens messages. */
export interface KeyIdentity {
  readonly privateKey: PrivateKey<KemDescriptor>;
  /** The certificate of the key: only what is addressed to it is tried. Without it everything that fits the key is. */
  readonly certificate?: Certificate | undefined;
}

/** A password that opens messages. */
export interface PasswordIdentity {
  /** A text stands for its UTF-8 bytes. */
  readonly password: Uint8Array | string;
}

/** What opens a message. */
export type Identity = KeyIdentity | PasswordIdentity;

/** A recipient with what had to be found out before the first byte is written. */
export type PreparedRecipient =
  | { readonly kind: 'password'; readonly recipient: PasswordRecipient }
  | {
      readonly kind: 'key';
      readonly publicKey: PublicKey<KemDescriptor>;
      readonly identifier: CertificateIdentifier;
      readonly wrapping: Wrapping;
    };

/**
 * Finds key and identifier of a recipient.
 *
 * @throws HybridgeError `wrong_algorithm` for a signature key; `invalid_argument` for a certificate whose key usage
 * does not allow it; what a malformed key leads to.
 */
export async function prepareRecipient(provider: Provider, recipient: Recipient): Promise<PreparedRecipient> {
  if ('password' in recipient) return { kind: 'password', recipient };
  if ('certificate' in recipient) {
    const { certificate, identifier = 'issuer-and-serial-number', ...wrapping } = recipient;
    const publicKey = await importPublicKey(provider, certificate.subjectPublicKeyInfo, {
      format: 'der',
      use: 'kem',
    });
    requireAddressable(publicKey.algorithm);
    requireUsage(certificate, publicKey.algorithm);
    return { kind: 'key', publicKey, identifier: identifierOf(certificate, identifier), wrapping };
  }
  const { publicKey, keyIdentifier: named, ...wrapping } = recipient;
  requireAddressable(publicKey.algorithm);
  const identifier = {
    kind: 'subject-key-identifier',
    keyIdentifier: named ?? identifierOfKey(provider, publicKey),
  } as const;
  return { kind: 'key', publicKey, identifier, wrapping };
}

function identifierOfKey(provider: Provider, publicKey: PublicKey<KemDescriptor>): Uint8Array {
  return keyIdentifier(provider, {
    subjectPublicKeyInfo: writeSpki(publicKey.algorithm, publicKey.bytes()),
  });
}

/** Refuses keys that CMS has no recipients for. The types say what they can; JavaScript callers have only this. */
function requireAddressable(algorithm: KeyDescriptor): void {
  const { name, use } = algorithm;
  const details = { algorithm: name };
  if (use !== 'kem')
    throw new HybridgeError('wrong_algorithm', `${name} keys sign; messages are encrypted to others`, {
      fault: 'caller',
      hint: 'read the key with { use: "kem" }',
      details,
    });
  if (!isRecipientKem(algorithm) && !isAgreement(algorithm) && !isTransport(algorithm))
    throw new HybridgeError('unsupported', `CMS has no recipients with ${name} keys`, {
      fault: 'caller',
      hint: 'use an ML-KEM or a composite KEM key',
      details,
    });
}

// RFC 5280 §4.2.1.3, RFC 9935 §5.
function requireUsage({ extensions: { keyUsage } }: Certificate, { kind, name }: KemDescriptor): void {
  const needed = kind === 'key-agreement' ? 'keyAgreement' : 'keyEncipherment';
  if (keyUsage?.includes(needed) === false)
    throw new HybridgeError('invalid_argument', `the key usage of the ${name} certificate lacks ${needed}`, {
      fault: 'caller',
      details: { algorithm: name, keyUsage },
    });
}

/** Protects the content key for one recipient. */
export async function wrapFor(
  provider: Provider,
  prepared: PreparedRecipient,
  contentKey: Uint8Array,
): Promise<Exclude<RecipientInfo, OtherRecipientInfo>> {
  if (prepared.kind === 'password') return wrapForPassword(provider, prepared.recipient, contentKey);
  const { publicKey, identifier, wrapping } = prepared;
  if (isKemKey(publicKey)) return wrapForKem(provider, publicKey, identifier, contentKey, wrapping);
  if (isAgreementKey(publicKey))
    return wrapForAgreement(provider, publicKey, identifier, contentKey, wrapping);
  if (isTransportKey(publicKey))
    return wrapForTransport(provider, publicKey, identifier, contentKey, wrapping);
  throw new HybridgeError('internal', `no kind of recipient for ${publicKey.algorithm.name}`);
}

/** Refuses a private key beside another's certificate, and a key that signs. */
export function checkIdentity(identity: Identity): void {
  if ('password' in identity) return;
  const { privateKey, certificate } = identity;
  requireAddressable(privateKey.algorithm);
  if (certificate === undefined) return;
  if (!equal(readSpki(certificate.subjectPublicKeyInfo).publicKey, privateKey.publicKey.bytes()))
    throw new HybridgeError('invalid_argument', 'the private key does not belong to the certificate', {
      fault: 'caller',
    });
}

/** Whether it makes sense to try: the kind of recipient, the algorithm, and the name in the message. */
export function mayOpen(identity: Identity, info: RecipientInfo): boolean {
  if ('password' in identity) return info.kind === 'password';
  const { algorithm } = identity.privateKey;
  switch (info.kind) {
    case 'kem':
      return isForKem(info, algorithm) && isAddressed(identity, info.identifier);
    case 'key-agreement':
      return isForAgreement(info, algorithm) && isAddressed(identity, info.identifier);
    case 'key-transport':
      return isForTransport(info, algorithm) && isAddressed(identity, info.identifier);
    case 'key-encryption-key':
    case 'other':
    case 'password':
      return false;
  }
}

function isAddressed({ certificate }: KeyIdentity, identifier: CertificateIdentifier): boolean {
  if (certificate === undefined) return true;
  switch (identifier.kind) {
    case 'issuer-and-serial-number':
      return isNamed(identifier, certificate);
    case 'subject-key-identifier': {
      // Without the extension nothing in the certificate says what the sender may have computed.
      const own = certificate.extensions.subjectKeyIdentifier;
      return own === undefined || equal(own, identifier.keyIdentifier);
    }
  }
}

/**
 * The content key; `undefined` when this identity does not open this recipient's part.
 *
 * @throws HybridgeError `unsupported`, `invalid_encoding` and others, where the part cannot be tried.
 */
export async function unwrapWith(
  provider: Provider,
  identity: Identity,
  info: RecipientInfo,
): Promise<Uint8Array | undefined> {
  if ('password' in identity)
    return info.kind === 'password' ? unwrapWithPassword(provider, identity.password, info) : undefined;
  const { privateKey } = identity;
  if (info.kind === 'kem' && isPrivateKemKey(privateKey)) return unwrapWithKem(provider, privateKey, info);
  if (info.kind === 'key-agreement' && isPrivateAgreementKey(privateKey))
    return unwrapWithAgreement(provider, privateKey, info);
  if (info.kind === 'key-transport' && isPrivateTransportKey(privateKey))
    return unwrapWithTransport(provider, privateKey, info);
  return undefined;
}

// Guards, not conversions: the key object stays the same, so that its cached handles serve.
type PublicKemKey = PublicKey<KemDescriptor>;
type PrivateKemKey = PrivateKey<KemDescriptor>;
const isAgreement = ({ kind }: KemDescriptor): boolean => kind === 'key-agreement';
const isTransport = ({ kind }: KemDescriptor): boolean => kind === 'rsa-oaep';
const isKemKey = (key: PublicKemKey): key is PublicKey<RecipientKem> => isRecipientKem(key.algorithm);
const isAgreementKey = (key: PublicKemKey): key is PublicKey<KeyAgreementDescriptor> =>
  isAgreement(key.algorithm);
const isTransportKey = (key: PublicKemKey): key is PublicKey<RsaOaepDescriptor> => isTransport(key.algorithm);
const isPrivateKemKey = (key: PrivateKemKey): key is PrivateKey<RecipientKem> =>
  isRecipientKem(key.algorithm);
const isPrivateAgreementKey = (key: PrivateKemKey): key is PrivateKey<KeyAgreementDescriptor> =>
  isAgreement(key.algorithm);
const isPrivateTransportKey = (key: PrivateKemKey): key is PrivateKey<RsaOaepDescriptor> =>
  isTransport(key.algorithm);
