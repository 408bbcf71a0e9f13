/** Certificate chains with their keys, ready for `node:tls`, and which of them answers to a name. */
import { equal, HybridgeError } from '../bytes/index.ts';
import {
  type Certificate,
  chainsNamed,
  formatIp,
  parseCertificates,
  signatureAlgorithmsOf,
} from '../certificates/index.ts';
import { exportPrivateKey, importPrivateKey, type KeyInput, readSpki } from '../keys/index.ts';
import type { PrivateKey, Provider } from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import { engineHasScheme, NEWER_NODE } from './engine.ts';
import { schemesOf, signatureSchemeName } from './schemes.ts';

/** A certificate chain, and what it says about handshakes. */
export interface CertificateChain {
  /** The leaf first. */
  readonly certificates: readonly Certificate[];
  /** PEM of the chain, the leaf first. */
  readonly certificatePem: string;
  /** DNS names (with their wildcards) and IP addresses of the leaf. */
  readonly names: readonly string[];
  /** Algorithms that the key of the leaf can sign a TLS handshake with. */
  readonly signatures: readonly SignatureDescriptor[];
  /** The same as SignatureScheme code points of TLS 1.3; use {@link schemesOf} for TLS 1.2. */
  readonly schemes: readonly number[];
  /**
   * Algorithms of the signatures in the chain, as a policy judges them. Where the issuer is not in the chain, the
   * first that the identifier leaves open stands for its curve or modulus. Self-signed certificates have none: nobody
   * verifies them.
   */
  readonly chainSignatures: readonly SignatureDescriptor[];
  /** The same as SignatureScheme code points, as peers list them in `signature_algorithms_cert`. */
  readonly chainSchemes: readonly number[];
}

/** A certificate chain and the private key of its leaf, as `node:tls` takes them. Holds a secret: do not print it. */
export interface Credential extends CertificateChain {
  /** PKCS #8 in PEM, not encrypted; of ML-DSA the seed where the key came with it. */
  readonly privateKeyPem: string;
}

/** The files of a credential. */
export interface CredentialInput {
  /** PEM of the chain, the leaf first, or the DER of each certificate. */
  readonly certificate: Uint8Array | string | readonly (Uint8Array | string)[];
  /** In any format that `importPrivateKey` of `hybridge/keys` reads. */
  readonly privateKey: KeyInput;
  /** Of an encrypted private key. */
  readonly password?: Uint8Array | string | undefined;
}

/** id-RSASSA-PSS [RFC 4055 §1.2]. */
const RSASSA_PSS = '1.2.840.113549.1.1.10';

/**
 * Reads a certificate chain and its private key for use in TLS sessions.
 *
 * @throws {@link HybridgeError} `wrong_algorithm` and `invalid_key` when the key is not that of the leaf;
 * `unsupported` for keys that sign no TLS handshake, or not with this runtime; what `parseCertificates` and
 * `importPrivateKey` throw.
 *
 * @example
 * ```ts
 * import { defaultProvider, generateKeyPair } from 'hybridge';
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { exportPrivateKey } from 'hybridge/keys';
 * import { loadCredential } from 'hybridge/tls';
 *
 * const provider = defaultProvider();
 * const { privateKey: key } = await generateKeyPair('ECDSA-P256-SHA256');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=pump.example',
 *   profile: 'tls-server',
 *   validity: { notBefore: new Date(), days: 90 },
 *   extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
 * });
 * const privateKey = await exportPrivateKey(provider, key, { format: 'pem' });
 * const credential = await loadCredential(provider, { certificate: certificate.toPem(), privateKey });
 * console.log(credential.names, credential.signatures.map(({ name }) => name));
 * // [ 'pump.example' ] [ 'ECDSA-P256-SHA256', 'ECDSA-P256-SHA384', 'ECDSA-P256-SHA512' ]
 * ```
 */
export async function loadCredential(
  provider: Provider,
  { certificate, privateKey, password }: CredentialInput,
): Promise<Credential> {
  const chain = readCertificateChain(certificate);
  requireEngine(chain);
  const key = await importPrivateKey(provider, privateKey, {
    use: 'signature',
    ...(password === undefined ? {} : { password }),
  });
  try {
    requireSameKey(chain, key);
    return Object.freeze({
      ...chain,
      privateKeyPem: await exportPrivateKey(provider, key, {
        format: 'pem',
        ...(key.form === 'expanded' ? { form: 'expanded' } : {}),
      }),
    });
  } finally {
    key[Symbol.dispose]();
  }
}

/**
 * Reads a certificate chain without its key: enough to ask a policy about it.
 *
 * @throws {@link HybridgeError} `unsupported` for keys that sign no TLS handshake; what `parseCertificates` throws.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { readCertificateChain } from 'hybridge/tls';
 *
 * const { names, chainSignatures } = readCertificateChain(readFileSync('server.pem'));
 * console.log(names, chainSignatures.map(({ name }) => name));
 * ```
 */
export function readCertificateChain(certificate: CredentialInput['certificate']): CertificateChain {
  const inputs =
    certificate instanceof Uint8Array || typeof certificate === 'string' ? [certificate] : certificate;
  const certificates = inputs.flatMap((input) => parseCertificates(input));
  const [leaf] = certificates;
  if (leaf === undefined)
    throw new HybridgeError('invalid_argument', 'credential: no certificate', { fault: 'caller' });
  const signatures = handshakeSignatures(leaf);
  const chainSignatures = certificates
    .filter(({ issuer, subject }) => issuer.key !== subject.key)
    .map((one) => signatureOn(one, certificates));
  return Object.freeze({
    certificates: Object.freeze(certificates),
    certificatePem: certificates.map((one) => one.toPem()).join(''),
    names: Object.freeze(namesOf(leaf)),
    signatures,
    schemes: schemesOf(signatures, 'TLSv1.3'),
    chainSignatures,
    chainSchemes: [...new Set(chainSignatures.flatMap(certificateScheme))],
  });
}

function handshakeSignatures(leaf: Certificate): readonly SignatureDescriptor[] {
  const { keyUsage } = leaf.extensions;
  if (keyUsage?.includes('digitalSignature') === false)
    throw new HybridgeError(
      'unsupported',
      `credential: the key usage of the certificate is ${keyUsage.join(', ')}; a TLS handshake needs digitalSignature [RFC 9846]`,
    );
  if (leaf.keyAlgorithm.oid === RSASSA_PSS)
    throw new HybridgeError('unsupported', 'credential: a certificate for an id-RSASSA-PSS key', {
      hint: 'issue it for an rsaEncryption key, which signs with RSASSA-PSS as well',
    });
  const { algorithms } = readSpki(leaf.subjectPublicKeyInfo);
  const signatures = algorithms
    .filter((algorithm) => algorithm.use === 'signature')
    .filter(
      (algorithm) => schemesOf([algorithm], 'TLSv1.3').length + schemesOf([algorithm], 'TLSv1.2').length > 0,
    );
  if (signatures.length === 0)
    throw new HybridgeError(
      'unsupported',
      `credential: no TLS signature scheme for ${algorithms[0]?.name ?? 'the key'}`,
    );
  return Object.freeze(signatures);
}

function requireEngine({ signatures }: CertificateChain): void {
  const schemes = [...schemesOf(signatures, 'TLSv1.3'), ...schemesOf(signatures, 'TLSv1.2')];
  if (schemes.some(engineHasScheme)) return;
  throw new HybridgeError(
    'unsupported',
    `credential: OpenSSL in this runtime has no TLS signatures with ${signatures[0]?.name ?? 'the key'}`,
    { hint: NEWER_NODE, details: { schemes: schemes.map(signatureSchemeName) } },
  );
}

function requireSameKey({ certificates: [leaf] }: CertificateChain, key: PrivateKey): void {
  if (leaf === undefined) throw new HybridgeError('internal', 'credential: no certificate');
  const { algorithms, publicKey } = readSpki(leaf.subjectPublicKeyInfo);
  if (!algorithms.some(({ name }) => name === key.algorithm.name))
    throw new HybridgeError(
      'wrong_algorithm',
      `credential: the certificate is for ${algorithms[0]?.name ?? 'another algorithm'}, the key for ${key.algorithm.name}`,
    );
  if (!equal(publicKey, key.publicKey.bytes()))
    throw new HybridgeError('invalid_key', 'credential: the private key is that of another certificate', {
      hint: 'the certificate of the key comes first in the chain',
    });
}

function namesOf({ extensions }: Certificate): readonly string[] {
  return (extensions.subjectAltName ?? []).flatMap((name) => {
    if (name.kind === 'dns') return [name.name];
    return name.kind === 'ip' ? [formatIp(name.address)] : [];
  });
}

/** The algorithm of the signature on a certificate, by the key of its issuer where that is in the chain. */
function signatureOn(certificate: Certificate, chain: readonly Certificate[]): SignatureDescriptor {
  const open = signatureAlgorithmsOf(certificate.signatureAlgorithm);
  const issuer = chain.find(({ subject }) => subject.key === certificate.issuer.key);
  const keys = issuer === undefined ? [] : readSpki(issuer.subjectPublicKeyInfo).algorithms;
  const found = open.find((algorithm) => keys.includes(algorithm)) ?? open[0];
  if (found === undefined)
    throw new HybridgeError('internal', 'credential: a signature without an algorithm');
  return found;
}

// In certificates a scheme stands for kind of key and hash; PKCS #1 is allowed there in every version. Pairs of a curve
// and another's hash have a name in TLS 1.2 only.
function certificateScheme(algorithm: SignatureDescriptor): readonly number[] {
  const { tlsSignature } = algorithm.identifiers;
  return tlsSignature === undefined ? schemesOf([algorithm], 'TLSv1.2') : [tlsSignature.code];
}

/**
 * The credentials for the server name in a ClientHello, in the order given: those whose leaf has the name, wildcards
 * among them [RFC 9525 §6.3]. Without a server name all of them; for a name that none has, and for what is no host
 * name, none.
 *
 * @example
 * ```ts no-run
 * import { readFile } from 'node:fs/promises';
 * import { defaultProvider } from 'hybridge';
 * import { credentialsFor, loadCredential } from 'hybridge/tls';
 *
 * const credential = await loadCredential(defaultProvider(), {
 *   certificate: await readFile('server.pem'),
 *   privateKey: await readFile('server.key'),
 * });
 * console.log(credentialsFor([credential], 'pump.example').length);
 * ```
 */
export function credentialsFor(
  credentials: readonly Credential[],
  serverName: string | undefined,
): readonly Credential[] {
  return chainsNamed(credentials, serverName);
}
