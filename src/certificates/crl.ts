/** CertificateList [RFC 5280 §5]: what an authority has revoked. */
import { EMPTY, equal, HybridgeError } from '../bytes/index.ts';
import {
  der,
  type DerReader,
  encodePem,
  explicit,
  GENERALIZED_TIME,
  INTEGER,
  readDer,
  SEQUENCE,
  UTC_TIME,
} from '../encoding/index.ts';
import type { Provider } from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import type { Certificate } from './certificate.ts';
import { RevokedEntries, type RevokedCertificate } from './crl-entries.ts';
import { structuresIn } from './der-or-pem.ts';
import { type Deviation, type Deviations, deviationsOf } from './deviation.ts';
import type {
  DistributionPoint,
  Extension,
  Extensions,
  IssuingDistributionPoint,
  RevocationReason,
} from './extension.ts';
import {
  encodeExtensions,
  extensionName,
  extensionsOf,
  NO_EXTENSIONS,
  readExtensions,
} from './extensions.ts';
import type { Issuer } from './issue.ts';
import { authorityKeyIdentifier } from './key-identifier.ts';
import { requireKeyOf } from './key-match.ts';
import { isEmptyName, type Name, readName } from './name.ts';
import { EXTENSION } from './oids.ts';
import { type PolicyOptions, requirePermission } from './permission.ts';
import {
  algorithmOfSignature,
  readSigned,
  type Signed,
  type SignedParts,
  signSigned,
  verifySigned,
} from './signed.ts';
import { encodeTime, readTime } from './time.ts';

/** How a revocation list is read. */
export interface CrlParseOptions {
  /**
   * `true` unless given: a departure from the profile is an error. `false` reads such a list all the same and names
   * its departures in `deviations`, the first hundred of them.
   */
  readonly strict?: boolean | undefined;
  /** Largest list in bytes of DER; 32 MiB unless told, some 800,000 entries. */
  readonly maxBytes?: number | undefined;
}

const MAX_BYTES = 32 * 1024 * 1024;

/** Extensions of lists that are understood [RFC 5280 §5.2]; the alternative signature leaves the first one whole. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.authorityKeyIdentifier,
  EXTENSION.issuerAltName,
  EXTENSION.crlNumber,
  EXTENSION.deltaCrlIndicator,
  EXTENSION.issuingDistributionPoint,
  EXTENSION.freshestCrl,
  EXTENSION.authorityInfoAccess,
]);

/**
 * A certificate revocation list, read and never changed: full, delta or indirect. Made by {@link parseCrl} and
 * {@link createCrl}.
 */
export class Crl implements Signed {
  /** DER of the whole. */
  readonly bytes: Uint8Array;
  /** DER of the TBSCertList: the bytes under the signature. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  /** When the next list comes at the latest; absent in lists that break RFC 5280 §5.1.2.5. */
  readonly nextUpdate: Date | undefined;
  /** Extensions of the list; `deltaCrlIndicator` makes it a delta, `issuingDistributionPoint` narrows its scope. */
  readonly extensions: Extensions;
  readonly signature: Uint8Array;
  /**
   * Critical extensions, of the list or of any entry, that are not understood, or that are malformed in a list read
   * with `strict: false`. A list that has one settles the status of no certificate [RFC 5280 §5.2 and §5.3].
   */
  readonly unrecognized: readonly string[];
  /** Departures from the profile; empty for a list that was read strictly. */
  readonly deviations: readonly Deviation[];
  readonly #entries: RevokedEntries;

  /** @internal Use {@link parseCrl}. */
  constructor(
    encoding: Uint8Array,
    { tbs, fields, signatureAlgorithm, signature }: SignedParts,
    told: Deviations,
    deviations: readonly Deviation[],
  ) {
    this.bytes = encoding;
    this.tbs = tbs;
    this.signatureAlgorithm = signatureAlgorithm;
    this.signature = signature;
    this.deviations = deviations;
    this.version = readVersion(fields);
    const inner = readAlgorithmIdentifier(fields, 'signature');
    if (!equal(inner.bytes, signatureAlgorithm.bytes))
      told(
        'signature-algorithms-differ',
        `CRL: signatureAlgorithm is ${signatureAlgorithm.oid}, the field inside is ${inner.oid}`,
        'RFC 5280 §5.1.1.2',
      );
    this.issuer = readName(fields, 'issuer');
    if (isEmptyName(this.issuer)) told('empty-issuer', 'CRL: the issuer has no name', 'RFC 5280 §5.1.2.3');
    this.thisUpdate = readTime(fields, 'thisUpdate');
    this.nextUpdate =
      fields.has(UTC_TIME) || fields.has(GENERALIZED_TIME) ? readTime(fields, 'nextUpdate') : undefined;
    const list = fields.has(SEQUENCE) ? fields.primitive('revokedCertificates', SEQUENCE) : undefined;
    if (list?.length === 0)
      told('empty-list', 'CRL: revokedCertificates is present and empty', 'RFC 5280 §5.1.2.6');
    this.#entries = RevokedEntries.scan(list ?? EMPTY, this.issuer, this.version, told);
    this.extensions = fields.has(explicit(0)) ? readVersion2(fields, this.version, told) : NO_EXTENSIONS;
    fields.end();
    for (const [name, number] of [
      ['cRLNumber', this.extensions.crlNumber],
      ['BaseCRLNumber', this.extensions.deltaCrlIndicator],
    ] as const)
      if (((number?.[0] ?? 0) & 0x80) !== 0)
        throw new HybridgeError('invalid_encoding', `CRL: ${name} is negative [RFC 5280 §5.2.3]`);
    this.unrecognized = [
      ...this.extensions.all.filter((one) => settlesNothing(one, this.extensions)).map(({ oid }) => oid),
      ...this.#entries.unrecognized,
    ];
  }

  /** How many entries the list has. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The entry of a certificate, `undefined` where the list has none. Whether the list is genuine, current and about
   * that certificate at all is another question: `revocationStatus` answers them all.
   *
   * @param issuer - Who issued the certificate; without it, the issuer of the list.
   */
  find(serialNumber: Uint8Array, issuer: Name = this.issuer): RevokedCertificate | undefined {
    return this.#entries.find(serialNumber, issuer);
  }

  /** All entries in their order, read one by one. */
  revoked(): Generator<RevokedCertificate, void, undefined> {
    return this.#entries.all();
  }

  /** PEM of the list. */
  toPem(): string {
    return encodePem(LABEL, this.bytes);
  }
}

// A delta indicator or a scope that could not be read (`strict: false`) must not pass for none.
function settlesNothing({ oid, critical }: Extension, extensions: Extensions): boolean {
  const name = UNDERSTOOD.has(oid) ? extensionName(oid) : undefined;
  return name === undefined ? critical : extensions[name] === undefined;
}

function readVersion(fields: DerReader): 1 | 2 {
  if (!fields.has(INTEGER)) return 1;
  // RFC 5280 §5.1.2.1: if present, it is v2.
  const version = fields.smallInteger('version') + 1;
  if (version === 2) return version;
  throw new HybridgeError('invalid_encoding', `CRL: version ${version}`, { details: { version } });
}

function readVersion2(fields: DerReader, version: 1 | 2, told: Deviations): Extensions {
  if (version !== 2) told('version', 'CRL: extensions in version 1', 'RFC 5280 §5.1.2.7');
  const tagged = fields.explicit(0, 'crlExtensions');
  const extensions = readExtensions(tagged, told);
  tagged.end();
  return extensions;
}

/** RFC 7468 §6. */
const LABEL = 'X509 CRL';

/**
 * Reads a revocation list from DER, or from a PEM text with exactly one. Every entry is checked and none is kept as an
 * object, so that lists of hundreds of thousands of entries are read in a moment.
 *
 * @throws {@link HybridgeError} `invalid_encoding` with the field and the offset; `message_too_large`.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatName, parseCrl } from 'hybridge/certificates';
 *
 * const crl = parseCrl(readFileSync('ward.crl'));
 * console.log(formatName(crl.issuer), crl.size, crl.nextUpdate);
 * ```
 */
export function parseCrl(input: Uint8Array | string, options: CrlParseOptions = {}): Crl {
  const [crl, second] = parseCrls(input, options);
  if (crl === undefined || second !== undefined)
    throw new HybridgeError('invalid_argument', 'more than one CRL where one is expected', {
      fault: 'caller',
      hint: 'parseCrls reads them all',
    });
  return crl;
}

/**
 * Reads all revocation lists of a PEM text in their order, or the one of a DER. PEM blocks with other labels are left
 * alone.
 *
 * @throws {@link HybridgeError} `invalid_encoding`, also where there is no list at all; `message_too_large`.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { parseCrls } from 'hybridge/certificates';
 *
 * console.log(parseCrls(readFileSync('all-crls.pem', 'utf8')).length);
 * ```
 */
export function parseCrls(input: Uint8Array | string, options: CrlParseOptions = {}): readonly Crl[] {
  const { strict = true, maxBytes = MAX_BYTES } = options;
  return structuresIn(input, { what: 'CRL', labels: [LABEL], maxBytes }).map((bytes) =>
    readCrl(bytes, strict, maxBytes),
  );
}

function readCrl(bytes: Uint8Array, strict: boolean, maxBytes: number): Crl {
  const { told, deviations } = deviationsOf(strict);
  const reader = readDer(bytes, 'CertificateList', { maxBytes });
  const signed = readSigned(reader, 'crl');
  if (!reader.atEnd)
    told('trailing-bytes', `CRL: ${bytes.length - reader.offset} bytes after its end`, 'X.690 §10');
  return new Crl(signed.encoding, signed, told, deviations);
}

/** A certificate to revoke. */
export interface Revocation {
  /** INTEGER contents of its serial number: `certificate.serialNumber`. */
  readonly serialNumber: Uint8Array;
  readonly revocationDate: Date;
  /** `removeFromCRL` in delta lists only. `unspecified` is left out [RFC 5280 §5.3.1]. */
  readonly reason?: RevocationReason | undefined;
  readonly invalidityDate?: Date | undefined;
  /** Who issued it: in indirect lists only; without it, the issuer of the list. */
  readonly issuer?: Name | undefined;
}

/** What {@link createCrl} is told. */
export type CrlOptions = PolicyOptions & {
  readonly issuer: Issuer;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Greater than that of any earlier list of the same issuer and scope; below 2^159 [RFC 5280 §5.2.3]. */
  readonly number: bigint;
  readonly revoked: Iterable<Revocation>;
  /** Makes a delta list: what has changed since the full list of this number. */
  readonly delta?: { readonly base: bigint } | undefined;
  /** Narrows the list to some certificates or reasons, or makes it indirect. */
  readonly distributionPoint?: Partial<IssuingDistributionPoint> | undefined;
  /** Where delta lists are to be found. */
  readonly freshestCrl?: readonly DistributionPoint[] | undefined;
  /** Further extensions, as they are. */
  readonly other?: readonly Extension[] | undefined;
};

/**
 * Makes and signs a revocation list (version 2) with any signature algorithm but pre-hash ML-DSA, which lists do not
 * have [RFC 9881 §8.3].
 *
 * @throws {@link HybridgeError} `invalid_argument` for numbers, times and entries that no list can have, and for an
 * issuer whose key usage does not allow it; `unsupported` for pre-hash ML-DSA; `policy_refused`; what signing leads
 * to.
 *
 * @example
 * ```ts
 * import { createCrl, issueSelfSigned } from 'hybridge/certificates';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-65');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=Hospital root,O=Hospital',
 *   profile: 'ca',
 *   validity: { notBefore: new Date('2027-01-01') },
 * });
 * const crl = await createCrl(provider, {
 *   issuer: { certificate, key },
 *   thisUpdate: new Date('2027-02-01'),
 *   nextUpdate: new Date('2027-02-08'),
 *   number: 7n,
 *   revoked: [
 *     { serialNumber: Uint8Array.of(8, 15), revocationDate: new Date('2027-01-31'), reason: 'keyCompromise' },
 *   ],
 * });
 * console.log(crl.find(Uint8Array.of(8, 15))?.reason); // keyCompromise
 * ```
 */
export async function createCrl(provider: Provider, options: CrlOptions): Promise<Crl> {
  const { issuer, thisUpdate, nextUpdate, number, delta, distributionPoint, freshestCrl, other } = options;
  requireCrlSigner(issuer);
  requirePermission(options, issuer.key.algorithm);
  if (!(nextUpdate > thisUpdate)) throw invalid('nextUpdate is not after thisUpdate');
  if (delta !== undefined && delta.base >= number)
    throw invalid('the base of a delta list has a smaller number than the list');
  const point = distributionPoint === undefined ? undefined : { ...WHOLE_SCOPE, ...distributionPoint };
  const entries = encodeEntries(options.revoked, issuer.certificate.subject, {
    delta: delta !== undefined,
    indirect: point?.indirect ?? false,
  });
  const extensions = encodeExtensions(
    extensionsOf({
      authorityKeyIdentifier: { keyIdentifier: authorityKeyIdentifier(provider, issuer.certificate) },
      crlNumber: encodeNumber(number),
      deltaCrlIndicator: delta === undefined ? undefined : encodeNumber(delta.base),
      issuingDistributionPoint: point,
      freshestCrl,
      other,
    }),
  );
  const bytes = await signSigned(provider, issuer.key, (algorithm) =>
    der.sequence(
      der.integer(1),
      algorithm,
      issuer.certificate.subject.bytes,
      encodeTime(thisUpdate),
      encodeTime(nextUpdate),
      ...entries,
      der.explicit(0, extensions),
    ),
  );
  return parseCrl(bytes, { maxBytes: Infinity });
}

const WHOLE_SCOPE: IssuingDistributionPoint = {
  onlyUserCertificates: false,
  onlyCaCertificates: false,
  indirect: false,
  onlyAttributeCertificates: false,
};

function requireCrlSigner({ certificate, key }: Issuer): void {
  requireKeyOf(certificate, key, "the issuer's certificate");
  const usage = certificate.extensions.keyUsage;
  if (usage?.includes('cRLSign') === false)
    throw invalid('the key usage of the issuer does not have cRLSign [RFC 5280 §4.2.1.3]');
  requireCrlAlgorithm(key.algorithm);
}

function requireCrlAlgorithm({ kind, name }: SignatureDescriptor): void {
  if (kind === 'hash-ml-dsa')
    throw new HybridgeError('unsupported', `CRL: ${name} does not sign revocation lists [RFC 9881 §8.3]`, {
      details: { algorithm: name },
    });
}

// Contents of the INTEGER; RFC 5280 §5.2.3: at most 20 octets.
function encodeNumber(number: bigint): Uint8Array {
  if (number < 0n || number >= 1n << 159n) throw invalid(`the number ${number} is not within 0 and 2^159`);
  const octets: number[] = [];
  for (let rest = number; ; rest >>= 8n) {
    octets.unshift(Number(rest & 0xffn));
    if (rest < 0x80n) return Uint8Array.from(octets);
  }
}

interface EntryRules {
  readonly delta: boolean;
  readonly indirect: boolean;
}

function encodeEntries(
  revoked: Iterable<Revocation>,
  listIssuer: Name,
  rules: EntryRules,
): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let length = 0;
  let issuer = listIssuer;
  for (const revocation of revoked) {
    const next = revocation.issuer ?? listIssuer;
    const changed = next.key !== issuer.key;
    issuer = next;
    const part = encodeEntry(revocation, changed ? issuer : undefined, rules);
    parts.push(part);
    length += part.length;
  }
  if (length === 0) return [];
  const entries = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    entries.set(part, at);
    at += part.length;
  }
  return [der.element(SEQUENCE, entries)];
}

function encodeEntry(
  { serialNumber, revocationDate, reason, invalidityDate }: Revocation,
  issuer: Name | undefined,
  { delta, indirect }: EntryRules,
): Uint8Array {
  if (issuer !== undefined && !indirect)
    throw invalid('an entry names another issuer, and the list is not indirect');
  if (reason === 'removeFromCRL' && !delta)
    throw invalid('the reason removeFromCRL is for delta lists [RFC 5280 §5.3.1]');
  const extensions = extensionsOf({
    reasonCode: reason === 'unspecified' ? undefined : reason,
    invalidityDate,
    certificateIssuer: issuer === undefined ? undefined : [{ kind: 'directory', name: issuer }],
  });
  return der.sequence(
    der.element(INTEGER, serialNumber),
    encodeTime(revocationDate),
    ...(extensions.length === 0 ? [] : [encodeExtensions(extensions)]),
  );
}

function invalid(why: string): HybridgeError {
  return new HybridgeError('invalid_argument', `CRL: ${why}`, { fault: 'caller' });
}

/**
 * Whether a list was signed by the holder of a certificate: the names are the same, the key usage allows it and the
 * signature holds. Whether the certificate is to be trusted and the list is current is not looked at; see
 * `revocationStatus`.
 *
 * @throws {@link HybridgeError} `unknown_algorithm`, `unsupported`, `wrong_algorithm`, `invalid_encoding` where the
 * algorithm and the key do not go together.
 *
 * @example
 * ```ts no-run
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { parseCertificate, parseCrl, verifyCrl } from 'hybridge/certificates';
 * import { readFileSync } from 'node:fs';
 *
 * const crl = parseCrl(readFileSync('ca.crl'));
 * const authority = parseCertificate(readFileSync('ca.pem', 'utf8'));
 * console.log(await verifyCrl(createNobleProvider(), crl, authority));
 * ```
 */
export async function verifyCrl(provider: Provider, crl: Crl, issuer: Certificate): Promise<boolean> {
  if (crl.issuer.key !== issuer.subject.key) return false;
  if (issuer.extensions.keyUsage?.includes('cRLSign') === false) return false;
  requireCrlAlgorithm(algorithmOfSignature(crl, issuer));
  return verifySigned(provider, crl, issuer);
}
