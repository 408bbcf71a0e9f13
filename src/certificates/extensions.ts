/** The table of known extensions: how the value of each is read and written [RFC 5280 §4.2 and §5.2]. */
import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import {
  BOOLEAN,
  der,
  type DerReader,
  ENUMERATED,
  explicit,
  implicit,
  INTEGER,
  readDer,
  SEQUENCE,
} from '../encoding/index.ts';
import { decodeAlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import { type Deviations, strictly } from './deviation.ts';
import {
  type AccessDescription,
  type AuthorityKeyIdentifier,
  type DistributionPoint,
  type DistributionPointName,
  type Extension,
  type ExtensionInput,
  type ExtensionName,
  type Extensions,
  KEY_USAGES,
  type KnownExtensions,
  type KeyUsage,
  type PolicyInformation,
  REASON_FLAGS,
  REVOCATION_REASONS,
  type RevocationReason,
} from './extension.ts';
import {
  encodeGeneralName,
  encodeGeneralNames,
  type GeneralName,
  readGeneralName,
  readGeneralNames,
} from './general-name.ts';
import { readRelativeName } from './name.ts';
import { EXTENSION } from './oids.ts';
import { encodeGeneralizedTime, readGeneralizedTime } from './time.ts';

type Value<Name extends ExtensionName> = KnownExtensions[Name];

/** How the value of one extension is read and written. */
interface Codec<T> {
  /** Whether a certificate of ours marks it critical, as its standard says a CA should. */
  readonly critical: boolean;
  readonly read: (outer: DerReader, deviations: Deviations) => T;
  readonly write: (value: T) => Uint8Array;
}

const octets: Codec<Uint8Array> = {
  critical: false,
  read: (outer) => outer.octetString('value'),
  write: der.octetString,
};

const number: Codec<Uint8Array> = {
  critical: false,
  read: (outer) => outer.integerOctets('value'),
  write: (value) => der.element(INTEGER, value),
};

const generalNames: Codec<readonly GeneralName[]> = {
  critical: false,
  read: (outer) => readGeneralNames(outer, 'names'),
  write: encodeGeneralNames,
};

const accessDescriptions: Codec<readonly AccessDescription[]> = {
  critical: false,
  read: (outer) =>
    oneOrMore(outer, (fields) => ({
      method: fields.oid('accessMethod'),
      location: readGeneralName(fields, 'accessLocation'),
    })),
  write: (value) =>
    der.sequence(
      ...value.map(({ method, location }) => der.sequence(der.oid(method), encodeGeneralName(location))),
    ),
};

const distributionPoints: Codec<readonly DistributionPoint[]> = {
  critical: false,
  read: (outer) => oneOrMore(outer, readDistributionPoint),
  write: (value) => der.sequence(...value.map(encodeDistributionPoint)),
};

const critical = <T>(codec: Codec<T>): Codec<T> => ({ ...codec, critical: true });

const CODECS: { readonly [Name in ExtensionName]: Codec<Value<Name>> } = {
  subjectKeyIdentifier: octets,
  keyUsage: {
    critical: true,
    read: (outer) => outer.namedBits('value').map(keyUsage),
    write: (value) => der.namedBits(value.map((usage) => KEY_USAGES.indexOf(usage))),
  },
  subjectAltName: generalNames,
  issuerAltName: generalNames,
  basicConstraints: {
    critical: true,
    read: (outer, deviations) => {
      const fields = outer.sequence('fields');
      const ca = readDefaultFalse(fields, 'cA', deviations);
      const pathLength = fields.atEnd ? undefined : fields.smallInteger('pathLenConstraint');
      fields.end();
      return { ca, pathLength };
    },
    write: ({ ca, pathLength }) =>
      der.sequence(
        ...(ca ? [der.boolean(true)] : []),
        ...(pathLength === undefined ? [] : [der.integer(pathLength)]),
      ),
  },
  crlNumber: number,
  reasonCode: {
    critical: false,
    read: (outer) => readReason(outer, 'value'),
    write: encodeReason,
  },
  invalidityDate: {
    critical: false,
    read: (outer) => readGeneralizedTime(outer, 'value'),
    write: encodeGeneralizedTime,
  },
  deltaCrlIndicator: critical(number),
  issuingDistributionPoint: {
    critical: true,
    read: (outer, deviations) => {
      const fields = outer.sequence('fields');
      const name = fields.has(explicit(0)) ? readPointName(fields) : undefined;
      const onlyUserCertificates = readDefaultFalse(fields, 'onlyContainsUserCerts', deviations, implicit(1));
      const onlyCaCertificates = readDefaultFalse(fields, 'onlyContainsCACerts', deviations, implicit(2));
      const onlySomeReasons = fields.has(implicit(3)) ? readReasons(fields, 3) : undefined;
      const indirect = readDefaultFalse(fields, 'indirectCRL', deviations, implicit(4));
      const onlyAttributeCertificates = readDefaultFalse(
        fields,
        'onlyContainsAttributeCerts',
        deviations,
        implicit(5),
      );
      fields.end();
      return {
        name,
        onlyUserCertificates,
        onlyCaCertificates,
        onlySomeReasons,
        indirect,
        onlyAttributeCertificates,
      };
    },
    write: (value) =>
      der.sequence(
        ...(value.name === undefined ? [] : [encodePointName(value.name)]),
        ...flag(1, value.onlyUserCertificates),
        ...flag(2, value.onlyCaCertificates),
        ...(value.onlySomeReasons === undefined ? [] : [encodeReasons(3, value.onlySomeReasons)]),
        ...flag(4, value.indirect),
        ...flag(5, value.onlyAttributeCertificates),
      ),
  },
  certificateIssuer: critical(generalNames),
  nameConstraints: {
    critical: true,
    read: (outer) => {
      const fields = outer.sequence('fields');
      const permitted = fields.has(explicit(0)) ? readSubtrees(fields, 0) : [];
      const excluded = fields.has(explicit(1)) ? readSubtrees(fields, 1) : [];
      fields.end();
      return { permitted, excluded };
    },
    write: ({ permitted, excluded }) =>
      der.sequence(...encodeSubtrees(0, permitted), ...encodeSubtrees(1, excluded)),
  },
  crlDistributionPoints: distributionPoints,
  certificatePolicies: {
    critical: false,
    read: (outer) => oneOrMore(outer, readPolicyInformation),
    write: (value) => der.sequence(...value.map(encodePolicyInformation)),
  },
  policyMappings: {
    critical: true,
    read: (outer) =>
      oneOrMore(outer, (fields) => ({
        issuerDomainPolicy: fields.oid('issuerDomainPolicy'),
        subjectDomainPolicy: fields.oid('subjectDomainPolicy'),
      })),
    write: (value) =>
      der.sequence(
        ...value.map(({ issuerDomainPolicy, subjectDomainPolicy }) =>
          der.sequence(der.oid(issuerDomainPolicy), der.oid(subjectDomainPolicy)),
        ),
      ),
  },
  authorityKeyIdentifier: {
    critical: false,
    read: (outer) => {
      const fields = outer.sequence('fields');
      const keyIdentifier = fields.has(implicit(0))
        ? fields.octetString('keyIdentifier', implicit(0))
        : undefined;
      const issuer = fields.has(explicit(1))
        ? readGeneralNames(fields, 'authorityCertIssuer', explicit(1))
        : undefined;
      const serialNumber = fields.has(implicit(2))
        ? fields.integerOctets('authorityCertSerialNumber', implicit(2))
        : undefined;
      fields.end();
      return { keyIdentifier, issuer, serialNumber };
    },
    write: encodeAuthorityKeyIdentifier,
  },
  policyConstraints: {
    critical: true,
    read: (outer) => {
      const fields = outer.sequence('fields');
      const requireExplicitPolicy = fields.has(implicit(0))
        ? fields.smallInteger('requireExplicitPolicy', implicit(0))
        : undefined;
      const inhibitPolicyMapping = fields.has(implicit(1))
        ? fields.smallInteger('inhibitPolicyMapping', implicit(1))
        : undefined;
      fields.end();
      return { requireExplicitPolicy, inhibitPolicyMapping };
    },
    write: ({ requireExplicitPolicy, inhibitPolicyMapping }) =>
      der.sequence(
        ...(requireExplicitPolicy === undefined
          ? []
          : [der.implicitly(0, der.integer(requireExplicitPolicy))]),
        ...(inhibitPolicyMapping === undefined ? [] : [der.implicitly(1, der.integer(inhibitPolicyMapping))]),
      ),
  },
  extendedKeyUsage: {
    critical: false,
    read: (outer) => {
      const fields = outer.sequence('purposes');
      const purposes: string[] = [];
      do purposes.push(fields.oid('purpose'));
      while (!fields.atEnd);
      return purposes;
    },
    write: (value) => der.sequence(...value.map((purpose) => der.oid(purpose))),
  },
  freshestCrl: distributionPoints,
  inhibitAnyPolicy: {
    critical: true,
    read: (outer) => outer.smallInteger('skipCerts'),
    write: (value) => der.integer(value),
  },
  subjectAltPublicKeyInfo: {
    critical: false,
    read: (outer) => {
      const { encoding, reader } = outer.encodedSequence('fields');
      readAlgorithmIdentifier(reader, 'algorithm');
      reader.bitString('subjectPublicKey');
      reader.end();
      return encoding;
    },
    write: (value) => value,
  },
  altSignatureAlgorithm: {
    critical: false,
    read: (outer) => readAlgorithmIdentifier(outer, 'fields'),
    write: ({ bytes }) => decodeAlgorithmIdentifier(bytes).bytes,
  },
  altSignatureValue: {
    critical: false,
    read: (outer) => outer.bitString('value'),
    write: der.bitString,
  },
  authorityInfoAccess: accessDescriptions,
  subjectInfoAccess: accessDescriptions,
  tlsFeature: {
    critical: false,
    read: (outer) => {
      const fields = outer.sequence('features');
      const features: number[] = [];
      while (!fields.atEnd) features.push(fields.smallInteger('feature'));
      return features;
    },
    write: (value) => der.sequence(...value.map((feature) => der.integer(feature))),
  },
  relatedCertificate: {
    critical: false,
    read: (outer) => {
      const fields = outer.sequence('fields');
      const hashAlgorithm = readAlgorithmIdentifier(fields, 'hashAlgorithm');
      const hashValue = fields.octetString('hashValue');
      fields.end();
      return { hashAlgorithm, hashValue };
    },
    write: ({ hashAlgorithm, hashValue }) => der.sequence(hashAlgorithm.bytes, der.octetString(hashValue)),
  },
  ocspNoCheck: {
    critical: false,
    read: (outer) => {
      outer.null('value');
      return true;
    },
    write: der.nil,
  },
};

function keyUsage(bit: number): KeyUsage {
  const usage = KEY_USAGES[bit];
  if (usage === undefined)
    throw new HybridgeError('invalid_encoding', `keyUsage: bit ${bit} has no meaning`, { details: { bit } });
  return usage;
}

function oneOrMore<T>(outer: DerReader, read: (fields: DerReader) => T): readonly T[] {
  const list = outer.sequence('list');
  const items: T[] = [];
  do {
    const fields = list.sequence('item');
    items.push(read(fields));
    fields.end();
  } while (!list.atEnd);
  return items;
}

// X.690 §11.5: a value that equals its DEFAULT is not written.
function readDefaultFalse(fields: DerReader, name: string, deviations: Deviations, tag = BOOLEAN): boolean {
  if (!fields.has(tag)) return false;
  const value = fields.boolean(name, tag);
  if (!value)
    deviations('default-encoded', `${name} is FALSE, which is its default, and written`, 'X.690 §11.5');
  return value;
}

function flag(tag: number, value: boolean): readonly Uint8Array[] {
  return value ? [der.implicitly(tag, der.boolean(true))] : [];
}

// CRLReason ::= ENUMERATED; 7 is not used [RFC 5280 §5.3.1].
function reasonOfCode(code: number): RevocationReason {
  const reason = code === 7 ? undefined : REVOCATION_REASONS[code > 7 ? code - 1 : code];
  if (reason === undefined)
    throw new HybridgeError('invalid_encoding', `reasonCode: ${code} has no meaning`, { details: { code } });
  return reason;
}

/** Reads a CRLReason [RFC 5280 §5.3.1]. */
export function readReason(parent: DerReader, name: string): RevocationReason {
  return reasonOfCode(parent.smallInteger(name, ENUMERATED));
}

/** DER of a CRLReason. */
export function encodeReason(reason: RevocationReason): Uint8Array {
  const index = REVOCATION_REASONS.indexOf(reason);
  return der.enumerated(index >= 7 ? index + 1 : index);
}

function readReasons(fields: DerReader, tag: number): readonly RevocationReason[] {
  return fields.namedBits('reasons', implicit(tag)).flatMap((bit) => {
    const reason = REASON_FLAGS[bit];
    if (reason === undefined)
      throw new HybridgeError('invalid_encoding', `ReasonFlags: bit ${bit} has no meaning`, {
        details: { bit },
      });
    return reason === 'unused' ? [] : [reason];
  });
}

function encodeReasons(tag: number, reasons: readonly RevocationReason[]): Uint8Array {
  return der.implicitly(tag, der.namedBits(reasons.map((reason) => REASON_FLAGS.indexOf(reason))));
}

function readPointName(fields: DerReader): DistributionPointName {
  const inner = fields.explicit(0, 'distributionPoint');
  const name = inner.has(explicit(0))
    ? { fullName: readGeneralNames(inner, 'fullName', explicit(0)) }
    : { relativeToIssuer: readRelativeName(inner, explicit(1)) };
  inner.end();
  return name;
}

function encodePointName({ fullName, relativeToIssuer }: DistributionPointName): Uint8Array {
  if (fullName !== undefined) return der.explicit(0, der.implicitly(0, encodeGeneralNames(fullName)));
  const attributes = (relativeToIssuer ?? []).map(({ type, value }) => der.sequence(der.oid(type), value));
  return der.explicit(0, der.implicitly(1, der.setOf(...attributes)));
}

function readDistributionPoint(fields: DerReader): DistributionPoint {
  return {
    name: fields.has(explicit(0)) ? readPointName(fields) : undefined,
    reasons: fields.has(implicit(1)) ? readReasons(fields, 1) : undefined,
    crlIssuer: fields.has(explicit(2)) ? readGeneralNames(fields, 'cRLIssuer', explicit(2)) : undefined,
  };
}

function encodeDistributionPoint({ name, reasons, crlIssuer }: DistributionPoint): Uint8Array {
  return der.sequence(
    ...(name === undefined ? [] : [encodePointName(name)]),
    ...(reasons === undefined ? [] : [encodeReasons(1, reasons)]),
    ...(crlIssuer === undefined ? [] : [der.implicitly(2, encodeGeneralNames(crlIssuer))]),
  );
}

// GeneralSubtree [RFC 5280 §4.2.1.10]: minimum is 0 and not written, maximum is absent.
function readSubtrees(fields: DerReader, tag: number): readonly GeneralName[] {
  const list = fields.sequence('subtrees', explicit(tag));
  const names: GeneralName[] = [];
  do {
    const subtree = list.sequence('subtree');
    names.push(readGeneralName(subtree, 'base'));
    if (!subtree.atEnd)
      throw new HybridgeError(
        'unsupported',
        'nameConstraints: a minimum or maximum, which RFC 5280 §4.2.1.10 does not use',
      );
    subtree.end();
  } while (!list.atEnd);
  return names;
}

function encodeSubtrees(tag: number, names: readonly GeneralName[]): readonly Uint8Array[] {
  if (names.length === 0) return [];
  return [der.explicit(tag, ...names.map((name) => der.sequence(encodeGeneralName(name))))];
}

function readPolicyInformation(fields: DerReader): PolicyInformation {
  const policy = fields.oid('policyIdentifier');
  const qualifiers = fields.has(SEQUENCE)
    ? oneOrMore(fields, (item) => ({ type: item.oid('policyQualifierId'), value: item.any('qualifier') }))
    : [];
  return { policy, qualifiers };
}

function encodePolicyInformation({ policy, qualifiers }: PolicyInformation): Uint8Array {
  const encoded = qualifiers.map(({ type, value }) => der.sequence(der.oid(type), value));
  return der.sequence(der.oid(policy), ...(encoded.length === 0 ? [] : [der.sequence(...encoded)]));
}

function encodeAuthorityKeyIdentifier(value: AuthorityKeyIdentifier): Uint8Array {
  const { keyIdentifier, issuer, serialNumber } = value;
  return der.sequence(
    ...(keyIdentifier === undefined ? [] : [der.implicitOctetString(0, keyIdentifier)]),
    ...(issuer === undefined ? [] : [der.implicitly(1, encodeGeneralNames(issuer))]),
    ...(serialNumber === undefined ? [] : [der.element(implicit(2), serialNumber)]),
  );
}

const NAMES: readonly ExtensionName[] = Object.keys(CODECS).filter(isExtensionName);

function isExtensionName(name: string): name is ExtensionName {
  return Object.hasOwn(CODECS, name);
}

const BY_OID: ReadonlyMap<string, ExtensionName> = new Map(NAMES.map((name) => [EXTENSION[name], name]));

/** The name of a known extension, `undefined` for another. */
export function extensionName(oid: string): ExtensionName | undefined {
  return BY_OID.get(oid);
}

/** Bounds the work of one hostile structure; certificates have a dozen. */
const MAX_EXTENSIONS = 256;

/**
 * Reads Extensions: what the known ones say, and all of them as they came.
 *
 * @throws HybridgeError `invalid_encoding`, also for an extension that comes twice [RFC 5280 §4.2].
 */
export function readExtensions(parent: DerReader, deviations: Deviations = strictly): Extensions {
  const list = parent.sequence('extensions');
  const all: Extension[] = [];
  const seen = new Set<string>();
  const values: MutableValues = {};
  do {
    const extension = readExtension(list, deviations);
    if (seen.has(extension.oid))
      throw new HybridgeError(
        'invalid_encoding',
        `extensions: ${extension.oid} stands twice [RFC 5280 §4.2]`,
        {
          details: { oid: extension.oid },
        },
      );
    seen.add(extension.oid);
    all.push(extension);
    if (all.length > MAX_EXTENSIONS)
      throw new HybridgeError('message_too_large', `extensions: more than ${MAX_EXTENSIONS}`);
    const name = BY_OID.get(extension.oid);
    if (name !== undefined) readInto(values, name, extension, deviations);
  } while (!list.atEnd);
  return { ...values, all };
}

/** Extensions where there are none. */
export const NO_EXTENSIONS: Extensions = Object.freeze({ all: Object.freeze([]) });

/** Reads one Extension. */
export function readExtension(list: DerReader, deviations: Deviations): Extension {
  const fields = list.sequence('extension');
  const oid = fields.oid('extnID');
  const critical = readDefaultFalse(fields, 'critical', deviations);
  const value = fields.octetString('extnValue');
  fields.end();
  return { oid, critical, value };
}

type MutableValues<Name extends ExtensionName = ExtensionName> = { -readonly [One in Name]?: Value<One> };

function readInto<Name extends ExtensionName>(
  values: MutableValues<Name>,
  name: Name,
  { value, oid }: Extension,
  deviations: Deviations,
): void {
  try {
    const outer = readDer(value, name);
    const read = CODECS[name].read(outer, deviations);
    outer.end();
    values[name] = read;
  } catch (error) {
    if (!isHybridgeError(error)) throw error;
    deviations('extension-value', `${name} (${oid}): ${error.message}`, 'RFC 5280 §4.2', error);
  }
}

/** One Extension, critical where its standard says so unless told. */
export function encodeExtension<Name extends ExtensionName>(
  name: Name,
  value: Value<Name>,
  isCritical: boolean = CODECS[name].critical,
): Extension {
  return { oid: EXTENSION[name], critical: isCritical, value: CODECS[name].write(value) };
}

/** The extensions to write, known ones in the order of the table and then the others. */
export function extensionsOf(input: ExtensionInput): readonly Extension[] {
  const known = NAMES.flatMap((name) => encodeKnown(name, input[name]));
  const all = [...known, ...(input.other ?? [])];
  const seen = new Set<string>();
  for (const { oid } of all) {
    if (seen.has(oid))
      throw new HybridgeError('invalid_argument', `extension ${oid} is given twice`, {
        fault: 'caller',
        details: { oid },
      });
    seen.add(oid);
  }
  return all;
}

function encodeKnown<Name extends ExtensionName>(
  name: Name,
  value: Value<Name> | undefined,
): readonly Extension[] {
  return value === undefined ? [] : [encodeExtension(name, value)];
}

/** DER of Extensions. */
export function encodeExtensions(extensions: readonly Extension[]): Uint8Array {
  return der.sequence(
    ...extensions.map(({ oid, critical: isCritical, value }) =>
      der.sequence(der.oid(oid), ...(isCritical ? [der.boolean(true)] : []), der.octetString(value)),
    ),
  );
}
