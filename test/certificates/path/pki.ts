/** Certificates for tests of paths: whatever a test asks for, sound or not. */
import {
  type Certificate,
  encodeExtensions,
  encodeTime,
  type ExtensionInput,
  extensionsOf,
  type GeneralName,
  nameFrom,
  parseCertificate,
  signSigned,
} from '../../../src/certificates/index.ts';
import { defaultProvider } from '../../../src/default/index.ts';
import { der } from '../../../src/encoding/index.ts';
import { exportPublicKey } from '../../../src/keys/index.ts';
import type { KeyPair, Provider, PublicKey } from '../../../src/provider/index.ts';
import type { SignatureDescriptor, SignatureName } from '../../../src/registry/index.ts';
import { generateKeyPair } from '../../../src/sign/index.ts';

export const provider: Provider = defaultProvider();

/** The moment that tests ask about. */
export const AT: Date = new Date('2027-03-01T12:00:00Z');

type Keys = KeyPair<SignatureDescriptor>;

/** A name with a key, and a certificate for both. */
export interface Entity {
  readonly certificate: Certificate;
  readonly keys: Keys;
}

/** What a certificate is made of. */
export interface Recipe {
  readonly subject: string;
  /** Who signs; the subject itself unless given. */
  readonly issuer?: Entity | undefined;
  /** Another name for the issuer than its own. */
  readonly issuerName?: string;
  readonly keys?: Keys;
  /** Another public key in the certificate than that of `keys`, such as one of a KEM. */
  readonly publicKey?: PublicKey;
  readonly algorithm?: Exclude<SignatureName, 'HSS/LMS' | 'XMSS' | 'XMSS^MT'>;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** basicConstraints with cA, and keyCertSign and cRLSign. */
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly version?: 1 | 3;
  readonly extensions?: ExtensionInput;
  readonly strict?: boolean;
}

let serial = 1;

/** Makes a certificate. */
export async function make(recipe: Recipe): Promise<Entity> {
  const { issuer, ca = false, version = 3 } = recipe;
  const keys: Keys = recipe.keys ?? (await generateKeyPair(provider, recipe.algorithm ?? 'Ed25519'));
  const signer = issuer?.keys ?? keys;
  const extensions = extensionsOf({
    ...(ca
      ? {
          basicConstraints: { ca: true, pathLength: recipe.pathLength },
          keyUsage: ['keyCertSign', 'cRLSign'] as const,
        }
      : {}),
    ...recipe.extensions,
  });
  serial++;
  const number = Uint8Array.of(1, serial >> 16, (serial >> 8) & 0xff, serial & 0xff);
  const bytes = await signSigned(provider, signer.privateKey, (algorithm) =>
    der.sequence(
      ...(version === 3 ? [der.explicit(0, der.integer(2))] : []),
      der.element(2, number),
      algorithm,
      recipe.issuerName === undefined
        ? (issuer?.certificate.subject ?? nameFrom(recipe.subject)).bytes
        : nameFrom(recipe.issuerName).bytes,
      der.sequence(
        encodeTime(recipe.notBefore ?? new Date('2027-01-01')),
        encodeTime(recipe.notAfter ?? new Date('2028-01-01')),
      ),
      nameFrom(recipe.subject).bytes,
      exportPublicKey(recipe.publicKey ?? keys.publicKey, { format: 'der' }),
      ...(version === 3 && extensions.length > 0 ? [der.explicit(3, encodeExtensions(extensions))] : []),
    ),
  );
  return { certificate: parseCertificate(bytes, { strict: recipe.strict ?? true }), keys };
}

/** A root. */
export function makeRoot(recipe: Partial<Recipe> = {}): Promise<Entity> {
  return make({ subject: 'CN=Root', ca: true, ...recipe });
}

/** A leaf with host names. */
export function makeServer(
  issuer: Entity,
  hosts: readonly string[],
  recipe: Partial<Recipe> = {},
): Promise<Entity> {
  const subjectAltName: readonly GeneralName[] = hosts.map((name) => ({ kind: 'dns', name }));
  return make({
    subject: 'CN=server',
    issuer,
    ...recipe,
    extensions: { subjectAltName, ...recipe.extensions },
  });
}
