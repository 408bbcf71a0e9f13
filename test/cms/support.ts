/** What tests of messages share: the provider, certificates of their own making, and pieces put together. */
import { concat } from '../../src/bytes/index.ts';
import {
  type Certificate,
  encodeExtensions,
  type ExtensionInput,
  extensionsOf,
  nameFrom,
  parseCertificate,
  signSigned,
} from '../../src/certificates/index.ts';
import { defaultProvider } from '../../src/default/index.ts';
import { der } from '../../src/encoding/index.ts';
import { exportPrivateKey, writeSpki } from '../../src/keys/index.ts';
import type { PrivateKey, Provider } from '../../src/provider/index.ts';
import type { SignatureDescriptor, SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';

/** The provider of the tests: on Node it has every primitive. */
export const provider: Provider = defaultProvider();

/** A key with its self-signed certificate. */
export interface Identity {
  readonly name: SignatureName;
  readonly key: PrivateKey<SignatureDescriptor>;
  readonly certificate: Certificate;
  /** PKCS#8 in PEM. */
  readonly keyPem: string;
}

const identities = new Map<string, Promise<Identity>>();

/** An identity with a key of that algorithm, made once. */
export function identityOf(name: SignatureName): Promise<Identity> {
  const known = identities.get(name);
  if (known !== undefined) return known;
  const made = makeIdentity(name);
  identities.set(name, made);
  return made;
}

/** A new identity. Its certificate is put together here from DER: it owes nothing to the code that issues them. */
export async function makeIdentity(name: SignatureName, extensions: ExtensionInput = {}): Promise<Identity> {
  const { privateKey: key } = await generateKeyPair(provider, name);
  const spki = writeSpki(key.algorithm, key.publicKey.bytes());
  const subject = nameFrom(`CN=${name}`);
  const serial = provider.random.bytes(8).map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte));
  const issued = await signSigned(provider, key, (algorithm) =>
    der.sequence(
      der.explicit(0, der.integer(2)),
      der.unsignedInteger(serial),
      algorithm,
      subject.bytes,
      der.sequence(der.element(0x17, ascii('260101000000Z')), der.element(0x17, ascii('360101000000Z'))),
      subject.bytes,
      spki,
      der.explicit(
        3,
        encodeExtensions(
          extensionsOf({
            basicConstraints: { ca: true },
            keyUsage: ['digitalSignature', 'keyCertSign'],
            subjectKeyIdentifier: provider.random.bytes(20),
            ...extensions,
          }),
        ),
      ),
    ),
  );
  const pem = await exportPrivateKey(provider, key, { format: 'pem' });
  return { name, key, certificate: parseCertificate(issued), keyPem: pem };
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** All pieces in one. */
export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return concat(...parts);
}

/** Bytes in pieces of one size, all in one buffer, as a reader has them that reuses its memory. */
export function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.fill(0xee);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
}
