/** What tests of encrypted messages share: recipients of every kind with their certificates. */
import {
  type Certificate,
  encodeExtensions,
  extensionsOf,
  nameFrom,
  parseCertificate,
  signSigned,
} from '../../src/certificates/index.ts';
import { der } from '../../src/encoding/index.ts';
import { generateKeyPair } from '../../src/kem/index.ts';
import { exportPrivateKey, writeSpki } from '../../src/keys/index.ts';
import type { PrivateKey, PublicKey } from '../../src/provider/index.ts';
import type { KemDescriptor, KemName } from '../../src/registry/index.ts';
import { identityOf, provider } from './support.ts';

/** A KEM key with a certificate that another key signed. */
export interface Holder {
  readonly name: KemName;
  readonly publicKey: PublicKey<KemDescriptor>;
  readonly privateKey: PrivateKey<KemDescriptor>;
  readonly certificate: Certificate;
  /** PKCS#8 in PEM. */
  readonly keyPem: string;
}

const holders = new Map<KemName, Promise<Holder>>();

/** The holder of a key of that algorithm, made once. */
export function holderOf(name: KemName): Promise<Holder> {
  const known = holders.get(name);
  if (known !== undefined) return known;
  const made = makeHolder(name);
  holders.set(name, made);
  return made;
}

/** A new holder, whose certificate is put together here from DER. */
export async function makeHolder(name: KemName): Promise<Holder> {
  const { publicKey, privateKey } = await generateKeyPair(provider, name);
  const issuer = await identityOf('ECDSA-P256-SHA256');
  const time = (text: string): Uint8Array => der.element(0x17, new TextEncoder().encode(text));
  const usage = publicKey.algorithm.kind === 'key-agreement' ? 'keyAgreement' : 'keyEncipherment';
  const issued = await signSigned(provider, issuer.key, (algorithm) =>
    der.sequence(
      der.explicit(0, der.integer(2)),
      der.unsignedInteger(
        provider.random.bytes(8).map((byte, index) => (index === 0 ? (byte & 0x3f) | 0x40 : byte)),
      ),
      algorithm,
      issuer.certificate.subject.bytes,
      der.sequence(time('260101000000Z'), time('360101000000Z')),
      nameFrom(`CN=${name.replace(/[^A-Za-z0-9-]/g, ' ')}`).bytes,
      writeSpki(publicKey.algorithm, publicKey.bytes()),
      der.explicit(
        3,
        encodeExtensions(
          extensionsOf({ keyUsage: [usage], subjectKeyIdentifier: provider.random.bytes(20) }),
        ),
      ),
    ),
  );
  const keyPem = await exportPrivateKey(provider, privateKey, { format: 'pem' });
  return { name, publicKey, privateKey, certificate: parseCertificate(issued), keyPem };
}

/** Bytes in pieces of the sizes given, again and again. */
export function* cut(bytes: Uint8Array, ...sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.slice(at, at + size);
    at += size;
  }
}
