/** Names and extension values as people read them. What a certificate says is shown, never obeyed: controls are escaped. */
import { isHybridgeError, toHex } from '../bytes/index.ts';
import { readDer } from '../encoding/index.ts';
import { HASHES } from '../registry/index.ts';
import type {
  AuthorityKeyIdentifier,
  DistributionPoint,
  Extension,
  ExtensionName,
  ExtensionValues,
  KnownExtensions,
} from './extension.ts';
import { extensionName } from './extensions.ts';
import type { GeneralName } from './general-name.ts';
import { hardwareModule } from './hardware-module-name.ts';
import { formatName, nameOf } from './name.ts';
import { ACCESS_METHOD, ANY_POLICY, PURPOSE } from './oids.ts';

/** A text without what a terminal would act on. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Bytes in hexadecimal, in pairs. */
export function hexPairs(bytes: Uint8Array): string {
  return toHex(bytes).replaceAll(/(..)(?!$)/gu, '$1:');
}

/** An IP address [RFC 5952], or a range with its mask as name constraints have it. */
function formatAddress(address: Uint8Array): string {
  switch (address.length) {
    case 4:
      return address.join('.');
    case 16:
      return formatIpv6(address);
    default: {
      const half = address.length / 2;
      return `${formatAddress(address.subarray(0, half))}/${formatAddress(address.subarray(half))}`;
    }
  }
}

function formatIpv6(address: Uint8Array): string {
  const view = new DataView(address.buffer, address.byteOffset, address.length);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(2 * index).toString(16));
  const text = groups.join(':');
  // RFC 5952 §4.2: the first of the longest runs of zeros, of two at least.
  const runs = [...text.matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/gu)];
  const longest = runs.reduce<RegExpExecArray | undefined>(
    (best, run) => (best === undefined || run[0].length > best[0].length ? run : best),
    undefined,
  );
  if (longest === undefined) return text;
  const before = text.slice(0, longest.index).replace(/:$/u, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/u, '');
  return `${before}::${after}`;
}

/** A general name as `kind:value`. */
function formatGeneralName(name: GeneralName): string {
  switch (name.kind) {
    case 'dns':
      return `DNS:${printable(name.name)}`;
    case 'email':
      return `email:${printable(name.address)}`;
    case 'uri':
      return `URI:${printable(name.uri)}`;
    case 'ip':
      return `IP:${formatAddress(name.address)}`;
    case 'directory':
      return `directory:${printable(formatName(name.name))}`;
    case 'registered-id':
      return `registered ID:${name.oid}`;
    case 'other':
      return formatOtherName(name);
    case 'edi':
    case 'x400':
      return `${name.kind}:${toHex(name.bytes)}`;
  }
}

function formatOtherName(name: GeneralName & { readonly kind: 'other' }): string {
  try {
    const device = hardwareModule(name);
    if (device !== undefined)
      return `hardware module ${device.type}, serial number ${hexPairs(device.serialNumber)}`;
  } catch (error) {
    // Malformed: shown as any other.
    if (!isHybridgeError(error)) throw error;
  }
  return `other ${name.type}:${toHex(name.value)}`;
}

const PURPOSE_NAMES = namesOf(PURPOSE);
const METHOD_NAMES = namesOf(ACCESS_METHOD);

function namesOf(oids: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(oids).map(([name, oid]) => [oid, name]));
}

/** CPS pointer [RFC 5280 §4.2.1.4]. */
const CPS = '1.3.6.1.5.5.7.2.1';

function formatPoint({ name, reasons, crlIssuer }: DistributionPoint): string {
  const where = [
    ...(name?.fullName ?? []).map(formatGeneralName),
    ...(name?.relativeToIssuer === undefined
      ? []
      : [`issuer + ${printable(formatName(nameOf([name.relativeToIssuer])))}`]),
    ...(crlIssuer ?? []).map((issuer) => `CRL issuer ${formatGeneralName(issuer)}`),
  ].join(', ');
  return reasons === undefined ? where : `${where} (${reasons.join(', ')})`;
}

function formatAuthority({ keyIdentifier, issuer, serialNumber }: AuthorityKeyIdentifier): readonly string[] {
  return [
    ...(keyIdentifier === undefined ? [] : [hexPairs(keyIdentifier)]),
    ...(issuer ?? []).map((name) => `issuer ${formatGeneralName(name)}`),
    ...(serialNumber === undefined ? [] : [`serial number ${hexPairs(serialNumber)}`]),
  ];
}

const access = (value: KnownExtensions['authorityInfoAccess']): readonly string[] =>
  value.map(({ method, location }) => `${METHOD_NAMES.get(method) ?? method} ${formatGeneralName(location)}`);

const size = (what: string) => (value: Uint8Array) => [`${value.length} bytes of ${what}`];

const names = (value: readonly GeneralName[]): readonly string[] => value.map(formatGeneralName);

const FORMATS: {
  readonly [Name in ExtensionName]?: (value: KnownExtensions[Name]) => readonly string[];
} = {
  subjectKeyIdentifier: (value) => [hexPairs(value)],
  keyUsage: (value) => value,
  subjectAltName: names,
  issuerAltName: names,
  basicConstraints: ({ ca, pathLength }) => [
    ca ? `CA${pathLength === undefined ? '' : `, path length ${pathLength}`}` : 'not a CA',
  ],
  nameConstraints: ({ permitted, excluded }) => [
    ...permitted.map((name) => `permitted ${formatGeneralName(name)}`),
    ...excluded.map((name) => `excluded ${formatGeneralName(name)}`),
  ],
  crlDistributionPoints: (value) => value.map(formatPoint),
  freshestCrl: (value) => value.map(formatPoint),
  certificatePolicies: (value) =>
    value.map(({ policy, qualifiers }) =>
      [
        policy === ANY_POLICY ? 'any policy' : policy,
        ...qualifiers.map((one) => (one.type === CPS ? `CPS ${printable(textIn(one.value))}` : one.type)),
      ].join(', '),
    ),
  policyMappings: (value) =>
    value.map(
      ({ issuerDomainPolicy, subjectDomainPolicy }) => `${issuerDomainPolicy} → ${subjectDomainPolicy}`,
    ),
  policyConstraints: ({ requireExplicitPolicy, inhibitPolicyMapping }) => [
    ...(requireExplicitPolicy === undefined ? [] : [`explicit policy after ${requireExplicitPolicy}`]),
    ...(inhibitPolicyMapping === undefined ? [] : [`no mapping after ${inhibitPolicyMapping}`]),
  ],
  inhibitAnyPolicy: (value) => [`after ${value}`],
  authorityKeyIdentifier: formatAuthority,
  extendedKeyUsage: (value) => value.map((purpose) => PURPOSE_NAMES.get(purpose) ?? purpose),
  subjectAltPublicKeyInfo: size('SubjectPublicKeyInfo'),
  altSignatureAlgorithm: ({ oid }) => [oid],
  altSignatureValue: size('signature'),
  authorityInfoAccess: access,
  subjectInfoAccess: access,
  tlsFeature: (value) => value.map((feature) => (feature === 5 ? 'status_request' : String(feature))),
  relatedCertificate: ({ hashAlgorithm, hashValue }) => [
    `${hashName(hashAlgorithm.oid)} ${toHex(hashValue)}`,
  ],
};

function hashName(oid: string): string {
  return HASHES.find(({ identifiers }) => identifiers.oid === oid)?.name ?? oid;
}

/** The text in a string element, whatever its type. */
function textIn(value: Uint8Array): string {
  return new TextDecoder().decode(readDer(value, 'qualifier').primitive('value', value[0] ?? 0));
}

function formatValue<Name extends ExtensionName>(
  name: Name,
  value: KnownExtensions[Name] | undefined,
): readonly string[] | undefined {
  return value === undefined ? undefined : (FORMATS[name]?.(value) ?? []);
}

/** The name of an extension, and what it says; of a value that cannot be read, its size. */
export function formatExtension(
  { oid, value }: Extension,
  known: ExtensionValues,
): { readonly name: string | undefined; readonly text: readonly string[] } {
  const name = extensionName(oid);
  const said = name === undefined ? undefined : formatValue(name, known[name]);
  return { name, text: said ?? [`${value.length} bytes`] };
}
