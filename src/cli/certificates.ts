/** Certificates in files, and the options that speak of them. */
import { Option } from '@commander-js/extra-typings';
import {
  type Certificate,
  type CertificateExtensions,
  certificateKey,
  type Crl,
  formatName,
  generalNameFrom,
  inspectCertificate,
  type InspectedAlgorithm,
  type Issuer,
  type ParseOptions,
  parseCertificates,
  parseCrls,
  type ValidityInput,
} from '../certificates/index.ts';
import { defaultProvider, type PrivateKey } from '../index.ts';
import type { KeyDescriptor, SignatureDescriptor } from '../registry/index.ts';
import { CommandError, expected, inFile } from './command-error.ts';
import { readSmall } from './input.ts';
import { endOf, instant } from './instant.ts';
import { loadSigningKey, type SignatureKeyFlags } from './keys.ts';
import { each } from './options.ts';
import type { PasswordFlags } from './password.ts';

/** The certificates in a file, in their order. */
async function loadCertificates(path: string, options: ParseOptions = {}): Promise<readonly Certificate[]> {
  const bytes = await readSmall(path, 'certificate');
  return inFile(path, () => parseCertificates(bytes, options));
}

/** The certificates in several files, one after the other. */
export async function loadAllCertificates(
  paths: readonly string[] | undefined,
  options: ParseOptions = {},
): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = [];
  for (const path of paths ?? []) certificates.push(...(await loadCertificates(path, options)));
  return certificates;
}

/** The first certificate in a file: of a chain, the one that it is about. */
export async function loadCertificate(path: string, options: ParseOptions = {}): Promise<Certificate> {
  return (await loadChain(path, options)).certificate;
}

/** The first certificate in a file, and those that stand behind it. */
export async function loadChain(
  path: string,
  options: ParseOptions = {},
): Promise<{ readonly certificate: Certificate; readonly chain: readonly Certificate[] }> {
  const [certificate, ...chain] = await loadCertificates(path, options);
  if (certificate === undefined) throw new CommandError('invalid_encoding', `${path}: no certificate`);
  return { certificate, chain };
}

/** Revocation lists of large CAs are larger than other files. */
export const CRL_LIMIT: number = 45 * 1024 * 1024;

/** The revocation lists in several files. */
export async function loadCrls(
  paths: readonly string[] | undefined,
  options: ParseOptions = {},
): Promise<readonly Crl[]> {
  const lists: Crl[] = [];
  for (const path of paths ?? []) {
    const bytes = await readSmall(path, 'revocation list', CRL_LIMIT);
    lists.push(...(await inFile(path, () => parseCrls(bytes, options))));
  }
  return lists;
}

/** Whether bytes are a certificate rather than a bare key. */
export function isCertificate(bytes: Uint8Array): boolean {
  try {
    return parseCertificates(bytes, { strict: false }).length > 0;
  } catch {
    return false;
  }
}

/** Refuses a private key that is not the one of the certificate beside it. */
export async function requirePair(
  key: { readonly file: string; readonly key: PrivateKey },
  certificate: { readonly file: string; readonly certificate: Certificate },
): Promise<void> {
  const { algorithm, publicKey } = key.key;
  const certified = await inFile(certificate.file, () =>
    certificateKey(defaultProvider(), certificate.certificate, { algorithm: algorithm.name }),
  ).catch((error: unknown) => {
    if (expected(error)?.code === 'wrong_algorithm') return undefined;
    throw error;
  });
  const own = publicKey.bytes();
  const others = certified?.bytes();
  if (others?.length === own.length && others.every((octet, index) => octet === own[index])) return;
  throw new CommandError(
    'invalid_argument',
    `${key.file} is not the key of ${certificate.file} (${formatName(certificate.certificate.subject)})`,
    { details: { key: key.file, certificate: certificate.file } },
  );
}

/** A certificate and its private key. */
export interface OwnedCertificate extends Issuer, Disposable {
  readonly key: PrivateKey<SignatureDescriptor>;
  /** What stands behind the certificate in its file: its issuers. */
  readonly chain: readonly Certificate[];
}

/** The certificate in one file and its private key in another; disposing of it disposes of the key. */
export async function loadOwned(
  cert: string,
  keyFile: string,
  flags: SignatureKeyFlags,
): Promise<OwnedCertificate> {
  const { certificate, chain } = await loadChain(cert);
  const key = await loadSigningKey(keyFile, flags);
  try {
    await requirePair({ file: keyFile, key }, { file: cert, certificate });
  } catch (error) {
    key[Symbol.dispose]();
    throw error;
  }
  return {
    certificate,
    chain,
    key,
    [Symbol.dispose]: () => {
      key[Symbol.dispose]();
    },
  };
}

/** A second key: under the password of the first one, but never under its `--algorithm`. */
export async function loadSecondKey(
  path: string | undefined,
  { password, passwordFile }: PasswordFlags,
): Promise<PrivateKey<SignatureDescriptor> | undefined> {
  return path === undefined ? undefined : loadSigningKey(path, { password, passwordFile });
}

/** `--cert` of one who signs. */
export const issuerCertOption: Option<'--cert <file>', undefined, undefined, undefined, true> = new Option(
  '--cert <file>',
  'certificate of the issuer',
).makeOptionMandatory();

/** `--key` of one who signs. */
export const issuerKeyOption: Option<'--key <file>', undefined, undefined, undefined, true> = new Option(
  '--key <file>',
  'private key of the issuer',
).makeOptionMandatory();

/** `--san`: may be repeated. */
export const sanOption: Option<'--san <name>', undefined, undefined, readonly string[]> = new Option(
  '--san <name>',
  'alternative name: host, IP address, e-mail or URI; may be repeated',
).argParser(each);

/** The extensions that `--san` asks for. */
export function sanExtensions(names: readonly string[] | undefined): CertificateExtensions {
  return names === undefined ? {} : { subjectAltName: names.map(generalNameFrom) };
}

/** `--crl`: may be repeated. */
export const crlOption: Option<'--crl <file>', undefined, undefined, readonly string[]> = new Option(
  '--crl <file>',
  'revocation list; may be repeated',
).argParser(each);

/** `--require-revocation`. */
export const requireRevocationOption: Option<'--require-revocation'> = new Option(
  '--require-revocation',
  'refuse a certificate whose status is not known',
);

/** `--days`. */
export const daysOption: Option<'--days <number>'> = new Option(
  '--days <number>',
  'how long it is valid (default: what is usual for the profile)',
).conflicts('notAfter');

/** `--not-before`. */
export const notBeforeOption: Option<'--not-before <date>'> = new Option(
  '--not-before <date>',
  'when the validity begins (default: now)',
);

/** `--not-after`. */
export const notAfterOption: Option<'--not-after <date>'> = new Option(
  '--not-after <date>',
  'the last day of the validity, or never',
);

/** Flags that tell a validity. */
export interface ValidityFlags {
  readonly days?: string | undefined;
  readonly notBefore?: string | undefined;
  readonly notAfter?: string | undefined;
}

/** The validity that flags tell. */
export function validityOf({ days, notBefore, notAfter }: ValidityFlags): ValidityInput {
  const begin = instant('--not-before', notBefore);
  if (days !== undefined) return { notBefore: begin, days: wholeNumber('--days', days, 1, MAX_DAYS) };
  if (notAfter === undefined || notAfter === 'never') return { notBefore: begin, notAfter };
  // Both ends of a validity are included [RFC 5280 §4.1.2.5].
  return { notBefore: begin, notAfter: new Date(endOf('--not-after', notAfter).getTime() - 1000) };
}

/** A thousand years: the dates of certificates end in the year 9999. */
export const MAX_DAYS: number = 365_250;

/** The whole number that an option has. */
export function wholeNumber(
  option: string,
  text: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  const value = Number(text);
  if (/^\d+$/u.test(text) && value >= least && value <= most) return value;
  throw new CommandError(
    'invalid_argument',
    `${option} ${text}: not a whole number ${most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`}`,
  );
}

/** A certificate in a few words: who, and until when. */
export function describeCertificate({ subject, validity }: Certificate): string {
  const name = formatName(subject);
  return `${name === '' ? '(no name)' : name}, until ${validity.notAfter.toISOString().slice(0, 10)}`;
}

/** What key and signature of a certificate are. */
export interface CertificateAlgorithms {
  readonly key: InspectedAlgorithm['name'];
  readonly keyNature: InspectedAlgorithm['nature'];
  readonly signature: InspectedAlgorithm['name'];
  readonly signatureNature: InspectedAlgorithm['nature'];
  /** Whether there is an alternative signature that is post-quantum or hybrid [X.509 (2019) §9.8]. */
  readonly alternative: boolean;
}

/** The algorithms of a certificate. */
export function algorithmsOf(certificate: Certificate): CertificateAlgorithms {
  const { key, signature, transition } = inspectCertificate(defaultProvider(), certificate);
  return {
    key: key.name,
    keyNature: key.nature,
    signature: signature.name,
    signatureNature: signature.nature,
    alternative: transition.some((one) => one.signature !== undefined && withstands(one.signature.nature)),
  };
}

/** Whether a quantum computer leaves it standing, as far as is known. */
export function withstands(nature: KeyDescriptor['nature'] | 'unknown'): boolean {
  return nature === 'post-quantum' || nature === 'hybrid';
}

/** The algorithms of a certificate as a person reads them. */
export function describeAlgorithms(algorithms: CertificateAlgorithms): string {
  const { key, keyNature, signature, signatureNature, alternative } = algorithms;
  const second = alternative ? ', with a post-quantum alternative' : '';
  return `key ${key} (${keyNature}), signed by ${signature} (${signatureNature}${second})`;
}
