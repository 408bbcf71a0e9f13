/** Processing of one path that leads to an anchor [RFC 5280 §6.1.2 to §6.1.5, with RFC 9618]. */
import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';
import { readSpki } from '../../keys/index.ts';
import { dualSignature, judge, type Judgement, type Subject, type Use } from '../../policy/index.ts';
import type { KeyDescriptor, SignatureDescriptor } from '../../registry/index.ts';
import { type Certificate, isSelfIssued } from '../certificate.ts';
import type { Extension, ExtensionName, KnownExtensions } from '../extension.ts';
import { extensionName } from '../extensions.ts';
import { ANY_POLICY, PURPOSE } from '../oids.ts';
import type { Anchor } from './anchors.ts';
import type { Alternative, Candidate } from './candidate.ts';
import { ConstrainedNames } from './name-constraints.ts';
import { PolicyGraph } from './policy-graph.ts';
import { PURPOSES } from './purpose.ts';
import { hasName, namesInWords } from './reference-name.ts';
import type { Demands } from './request.ts';
import type { Steps } from './steps.ts';

/** Extensions that this processing understands [RFC 5280 §4.2]. */
const UNDERSTOOD: ReadonlySet<ExtensionName> = new Set([
  'authorityKeyIdentifier',
  'basicConstraints',
  'certificatePolicies',
  'extendedKeyUsage',
  'inhibitAnyPolicy',
  'issuerAltName',
  'keyUsage',
  'nameConstraints',
  'policyConstraints',
  'policyMappings',
  'subjectAltName',
  'subjectKeyIdentifier',
]);

/** Those that are understood when revocation is looked up: they say where. */
const OF_REVOCATION: ReadonlySet<ExtensionName> = new Set([
  'crlDistributionPoints',
  'freshestCrl',
  'ocspNoCheck',
]);

/** Those that are understood where the alternative signature holds; an anchor's is the caller's to judge. */
const OF_ALTERNATIVES: ReadonlySet<ExtensionName> = new Set([
  'altSignatureAlgorithm',
  'altSignatureValue',
  'subjectAltPublicKeyInfo',
]);

/**
 * Examines a path. Every check of every certificate is made, also after one has failed, so that a person sees all that
 * is wrong at once.
 *
 * @param alternatives - What became of the alternative signatures, in the order of the path.
 * @returns user-constrained-policy-set.
 */
export function processPath(
  candidate: Candidate,
  alternatives: readonly (Alternative | undefined)[],
  demands: Demands,
  steps: Steps,
): readonly string[] {
  const { path } = candidate;
  const state = new State(path.length, demands, steps);
  checkAnchor(candidate, demands, steps, state);
  for (let index = path.length - 1; index >= 0; index--) {
    const certificate = path[index];
    if (certificate === undefined) throw new HybridgeError('internal', 'path: a certificate is missing');
    const alternative = alternatives[index];
    checkSignature(candidate, alternative, index, demands, steps);
    checkItself(certificate, alternative, index, demands, steps);
    state.basic(certificate, index);
    if (index > 0) {
      state.prepare(certificate, index);
      checkIssuer(certificate, index, demands, steps);
    }
  }
  const [leaf] = path;
  if (leaf === undefined) throw new HybridgeError('internal', 'path: empty');
  const policies = state.wrapUp(leaf);
  checkUse(leaf, demands, steps);
  return policies;
}

// ---- The state of RFC 5280 §6.1.2 ----

class State {
  readonly #demands: Demands;
  readonly #steps: Steps;
  readonly #names = new ConstrainedNames();
  readonly #graph = new PolicyGraph();
  #explicitPolicy: number;
  #policyMapping: number;
  #inhibitAny: number;
  #maxPathLength: number;

  constructor(length: number, demands: Demands, steps: Steps) {
    const { requireExplicit, inhibitMapping, inhibitAny } = demands.policies;
    this.#demands = demands;
    this.#steps = steps;
    this.#explicitPolicy = requireExplicit ? 0 : length + 1;
    this.#policyMapping = inhibitMapping ? 0 : length + 1;
    this.#inhibitAny = inhibitAny ? 0 : length + 1;
    this.#maxPathLength = length;
  }

  /** The constraints of the certificate that the anchor was given as [RFC 5937 §3]. */
  constrainBy({ certificate, nameConstraints }: Anchor): void {
    if (nameConstraints !== undefined) this.#names.add(nameConstraints);
    if (certificate === undefined) return;
    const { basicConstraints, policyConstraints, inhibitAnyPolicy } = certificate.extensions;
    this.#limit(policyConstraints, inhibitAnyPolicy, basicConstraints?.pathLength);
  }

  #limit(
    constraints: KnownExtensions['policyConstraints'] | undefined,
    inhibitAny: number | undefined,
    pathLength: number | undefined,
  ): void {
    const { requireExplicitPolicy, inhibitPolicyMapping } = constraints ?? {};
    this.#explicitPolicy = Math.min(this.#explicitPolicy, requireExplicitPolicy ?? Infinity);
    this.#policyMapping = Math.min(this.#policyMapping, inhibitPolicyMapping ?? Infinity);
    this.#inhibitAny = Math.min(this.#inhibitAny, inhibitAny ?? Infinity);
    this.#maxPathLength = Math.min(this.#maxPathLength, pathLength ?? Infinity);
  }

  /** Names and policies of a certificate [RFC 5280 §6.1.3 (b)-(f)]. */
  basic(certificate: Certificate, index: number): void {
    const selfIssued = isSelfIssued(certificate);
    if (index === 0 || !selfIssued) this.#checkNames(certificate, index);
    const { certificatePolicies } = certificate.extensions;
    if (certificatePolicies === undefined) this.#graph.clear();
    else
      this.#graph.extend(
        new Set(certificatePolicies.map(({ policy }) => policy)),
        this.#inhibitAny > 0 || (index > 0 && selfIssued),
      );
    if (this.#explicitPolicy === 0 && this.#graph.isEmpty)
      this.#steps.fail(
        index,
        'certificate-policies',
        'certificate-policies',
        'no certificate policy holds down to here, and one is required',
        'RFC 9618 §5.3 (f)',
      );
  }

  #checkNames(certificate: Certificate, index: number): void {
    if (this.#names.isEmpty) return;
    const violation = this.#names.violation(certificate);
    const section = 'RFC 5280 §4.2.1.10';
    if (violation === undefined)
      this.#steps.pass(index, 'name-constraints', 'all names are within the constraints', section);
    else this.#steps.fail(index, 'name-constraints', 'name-constraints', violation, section);
  }

  /** What a CA hands on to the next certificate [RFC 5280 §6.1.4 (a)-(j), (l), (m)]. */
  prepare(certificate: Certificate, index: number): void {
    const { policyMappings, policyConstraints, inhibitAnyPolicy, nameConstraints, basicConstraints } =
      certificate.extensions;
    if (policyMappings !== undefined) this.#map(policyMappings, index);
    if (nameConstraints !== undefined) this.#names.add(nameConstraints);
    if (!isSelfIssued(certificate)) this.#step(index);
    this.#limit(policyConstraints, inhibitAnyPolicy, basicConstraints?.pathLength);
  }

  #map(mappings: KnownExtensions['policyMappings'], index: number): void {
    const ofAny = mappings.some(
      ({ issuerDomainPolicy, subjectDomainPolicy }) =>
        issuerDomainPolicy === ANY_POLICY || subjectDomainPolicy === ANY_POLICY,
    );
    if (ofAny)
      this.#steps.fail(
        index,
        'certificate-policies',
        'certificate-policies',
        'anyPolicy is mapped, which is forbidden',
        'RFC 5280 §6.1.4 (a)',
      );
    else this.#graph.map(mappings, this.#policyMapping === 0);
  }

  #step(index: number): void {
    const section = 'RFC 5280 §6.1.4 (l)';
    if (this.#maxPathLength > 0) {
      this.#maxPathLength--;
      this.#steps.pass(index, 'path-length', 'no CA above it forbids a CA here', section);
    } else
      this.#steps.fail(index, 'path-length', 'path-length', 'one CA more than a CA above it allows', section);
    this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1);
    this.#policyMapping = Math.max(0, this.#policyMapping - 1);
    this.#inhibitAny = Math.max(0, this.#inhibitAny - 1);
  }

  /** What the path is valid for [RFC 5280 §6.1.5 (a), (b), RFC 9618 §5.5 (g)]. */
  wrapUp(leaf: Certificate): readonly string[] {
    const explicit =
      this.#explicitPolicy <= 1 || leaf.extensions.policyConstraints?.requireExplicitPolicy === 0;
    const policies = this.#graph.userConstrained(this.#demands.policies.initial);
    const section = 'RFC 9618 §5.5 (g)';
    if (policies.length > 0)
      this.#steps.pass(0, 'certificate-policies', `valid for ${policies.join(', ')}`, section);
    else if (explicit)
      this.#steps.fail(
        0,
        'certificate-policies',
        'certificate-policies',
        'the path is valid for no acceptable certificate policy, and one is required',
        section,
      );
    return policies;
  }
}

// ---- Single certificates ----

function checkAnchor(
  { path, anchor, signatures }: Candidate,
  { at, strict, use, revocation }: Demands,
  steps: Steps,
  state: State,
): void {
  const { certificate } = anchor;
  const place = path.length;
  if (certificate === undefined) {
    state.constrainBy(anchor);
    steps.pass(place, 'anchor', 'a trusted name and key', 'RFC 5280 §6.1.1 (d)');
    return;
  }
  if (signatures.length === 0) return;
  steps.pass(place, 'anchor', 'a trusted certificate', 'RFC 5280 §6.1.1 (d)');
  checkDates(certificate, place, at, steps);
  checkProfile(certificate, place, strict, steps);
  checkCritical(certificate, place, { revocation, alternative: true }, steps);
  // Roots of version 1 or 2 cannot say what they are; that the caller trusts them as anchors says it.
  if (certificate.version === 3) checkIssuer(certificate, place, { use }, steps);
  state.constrainBy(anchor);
}

function checkSignature(
  { path, signatures }: Candidate,
  alternative: Alternative | undefined,
  index: number,
  { policy, at, strict }: Demands,
  steps: Steps,
): void {
  const algorithm = signatures[index];
  if (algorithm === undefined) {
    steps.pass(index, 'anchor', 'the certificate is itself trusted', 'RFC 5280 §6.1.1 (d)');
    return;
  }
  const issuer = index + 1 < path.length ? 'the next certificate' : 'the anchor';
  steps.pass(index, 'issuer', `issued in the name of ${issuer}`, 'RFC 5280 §6.1.3 (a) (4)');
  steps.pass(index, 'signature', `${algorithm.name}, under the key of ${issuer}`, 'RFC 5280 §6.1.3 (a) (1)');
  if (algorithm.kind === 'hash-ml-dsa') {
    const text = `${algorithm.name} is not for certificates`;
    const section = 'RFC 9881 §8.3';
    if (strict) steps.fail(index, 'profile', 'profile', text, section);
    else steps.warn(index, 'profile', text, section);
  }
  if (alternative !== undefined) tellAlternative(alternative, index, steps);
  if (policy === undefined) return;
  const signed = signedWith(algorithm, alternative);
  tell(
    judge(policy, 'certificate-signature', signed, at),
    `signature by ${signed.name}`,
    policy.name,
    index,
    steps,
  );
}

function tellAlternative(alternative: Alternative, index: number, steps: Steps): void {
  const section = 'X.509 (2019) §7.2.2';
  if (alternative.verdict === 'holds')
    steps.pass(index, 'alternative-signature', `${alternative.algorithm.name} holds as well`, section);
  else if (alternative.verdict === 'unchecked')
    steps.warn(
      index,
      'alternative-signature',
      `the alternative signature was not checked: ${alternative.text}`,
      section,
    );
  else steps.fail(index, 'alternative-signature', 'alternative-signature-invalid', alternative.text, section);
}

// A classical and a post-quantum signature that both hold are as strong as the second: both were demanded.
function signedWith(algorithm: SignatureDescriptor, alternative: Alternative | undefined): Subject {
  if (alternative?.verdict !== 'holds') return algorithm;
  const second = alternative.algorithm;
  if (algorithm.nature === 'classical' && second.nature !== 'classical')
    return dualSignature(algorithm, second);
  if (algorithm.nature !== 'classical' && second.nature === 'classical')
    return dualSignature(second, algorithm);
  return algorithm;
}

/** What a certificate must satisfy wherever it stands. */
export function checkItself(
  certificate: Certificate,
  alternative: Alternative | undefined,
  index: number,
  { at, strict, revocation }: Demands,
  steps: Steps,
): void {
  checkDates(certificate, index, at, steps);
  checkProfile(certificate, index, strict, steps);
  checkCritical(certificate, index, { revocation, alternative: alternative?.verdict === 'holds' }, steps);
}

function checkDates({ validity }: Certificate, index: number, at: Date, steps: Steps): void {
  const section = 'RFC 5280 §6.1.3 (a) (2)';
  const standing = validityAt(validity, at);
  if (standing === 'valid') steps.pass(index, 'validity', `valid until ${day(validity.notAfter)}`, section);
  else if (standing === 'expired')
    steps.fail(index, 'validity', 'expired', `expired on ${validity.notAfter.toISOString()}`, section);
  else
    steps.fail(
      index,
      'validity',
      'not-yet-valid',
      `not valid before ${validity.notBefore.toISOString()}`,
      section,
    );
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** How a moment lies to the dates of a certificate: whole seconds, both ends included. */
export function validityAt(
  { notBefore, notAfter }: Certificate['validity'],
  at: Date,
): 'expired' | 'not-yet-valid' | 'valid' {
  const second = Math.floor(at.getTime() / 1000) * 1000;
  if (second < notBefore.getTime()) return 'not-yet-valid';
  return second > notAfter.getTime() ? 'expired' : 'valid';
}

function checkProfile({ deviations }: Certificate, index: number, strict: boolean, steps: Steps): void {
  for (const { text, section } of deviations)
    if (strict) steps.fail(index, 'profile', 'profile', text, section);
    else steps.warn(index, 'profile', text, section);
}

// RFC 5280 §6.1.4 (o) and §6.1.5 (f). One that is known and cannot be read counts as critical: `strict: false` must
// not turn a malformed constraint into none.
function checkCritical(
  { extensions }: Certificate,
  index: number,
  { revocation, alternative }: { readonly revocation: boolean; readonly alternative: boolean },
  steps: Steps,
): void {
  const understands = (name: ExtensionName): boolean =>
    UNDERSTOOD.has(name) ||
    (revocation && OF_REVOCATION.has(name)) ||
    (alternative && OF_ALTERNATIVES.has(name));
  const refused = extensions.all.filter(({ oid, critical }) => {
    const name = extensionName(oid);
    if (name === undefined || !understands(name)) return critical;
    return extensions[name] === undefined;
  });
  const section = 'RFC 5280 §4.2';
  if (refused.length === 0)
    steps.pass(index, 'critical-extensions', 'every critical extension is understood', section);
  else
    steps.fail(
      index,
      'critical-extensions',
      'critical-extension',
      `not understood: ${refused.map(extensionInWords).join(', ')}`,
      section,
    );
}

function extensionInWords({ oid }: Extension): string {
  const name = extensionName(oid);
  return name === undefined ? oid : `${name} (${oid})`;
}

// RFC 5280 §6.1.4 (k), (n), and the purposes that CAs are limited to.
function checkIssuer(
  { version, extensions }: Certificate,
  index: number,
  { use }: Pick<Demands, 'use'>,
  steps: Steps,
): void {
  const { basicConstraints, keyUsage, extendedKeyUsage } = extensions;
  if (version === 3 && basicConstraints?.ca === true)
    steps.pass(index, 'basic-constraints', 'a CA', 'RFC 5280 §6.1.4 (k)');
  else
    steps.fail(
      index,
      'basic-constraints',
      'not-a-ca',
      basicConstraints === undefined ? 'no CA: no basic constraints' : 'no CA: basic constraints say so',
      'RFC 5280 §6.1.4 (k)',
    );
  if (keyUsage?.includes('keyCertSign') !== false)
    steps.pass(index, 'key-usage', 'may sign certificates', 'RFC 5280 §6.1.4 (n)');
  else
    steps.fail(
      index,
      'key-usage',
      'key-usage',
      `may not sign certificates; its key usage is ${keyUsage.join(', ')}`,
      'RFC 5280 §6.1.4 (n)',
    );
  const { oid, nested } = PURPOSES[use];
  if (oid === undefined || !nested || extendedKeyUsage === undefined) return;
  if (extendedKeyUsage.includes(oid) || extendedKeyUsage.includes(PURPOSE.any))
    steps.pass(index, 'extended-key-usage', `may issue for ${use}`, 'RFC 5280 §4.2.1.12');
  else
    steps.fail(
      index,
      'extended-key-usage',
      'extended-key-usage',
      `limited to other purposes than ${use}`,
      'RFC 5280 §4.2.1.12',
    );
}

// ---- The leaf ----

/** Whether the leaf may be used as asked, and has the name asked for. */
export function checkUse(leaf: Certificate, demands: Demands, steps: Steps): void {
  checkKeyUsage(leaf, demands, steps);
  checkPurpose(leaf, demands, steps);
  checkName(leaf, demands, steps);
  checkKey(leaf, demands, steps);
}

function checkKeyUsage({ extensions: { keyUsage } }: Certificate, { use }: Demands, steps: Steps): void {
  const { usages } = PURPOSES[use];
  if (usages === undefined) return;
  const section = 'RFC 5280 §4.2.1.3';
  if (keyUsage === undefined) steps.pass(0, 'key-usage', 'the key usage is not limited', section);
  else if (usages.some((usage) => keyUsage.includes(usage)))
    steps.pass(0, 'key-usage', `the key usage is ${keyUsage.join(', ')}`, section);
  else
    steps.fail(
      0,
      'key-usage',
      'key-usage',
      `the key usage is ${keyUsage.join(', ')}; ${use} needs ${usages.join(' or ')}`,
      section,
    );
}

function checkPurpose({ extensions }: Certificate, { use }: Demands, steps: Steps): void {
  const { oid, named, sole } = PURPOSES[use];
  if (oid === undefined) return;
  const section = sole
    ? 'RFC 3161 §2.3'
    : use === 'ocsp-signing'
      ? 'RFC 6960 §4.2.2.2'
      : 'RFC 5280 §4.2.1.12';
  const { extendedKeyUsage } = extensions;
  const wrong = ((): string | undefined => {
    if (extendedKeyUsage === undefined) return named ? 'no extended key usage' : undefined;
    if (!extendedKeyUsage.includes(oid))
      return !named && extendedKeyUsage.includes(PURPOSE.any)
        ? undefined
        : `the extended key usage is ${extendedKeyUsage.join(', ')}`;
    const isSole = extendedKeyUsage.length === 1 && isCritical(extensions.all, 'extendedKeyUsage');
    return sole && !isSole ? 'the purpose is not the only one, in a critical extension' : undefined;
  })();
  if (wrong === undefined) steps.pass(0, 'extended-key-usage', `may be used for ${use}`, section);
  else steps.fail(0, 'extended-key-usage', 'extended-key-usage', `${wrong}; ${use} needs ${oid}`, section);
}

function isCritical(all: readonly Extension[], name: ExtensionName): boolean {
  return all.some(({ oid, critical }) => critical && extensionName(oid) === name);
}

function checkName(leaf: Certificate, { reference }: Demands, steps: Steps): void {
  if (reference === undefined) return;
  const wanted = JSON.stringify(reference.text);
  if (hasName(leaf, reference)) steps.pass(0, 'name', `has the name ${wanted}`, 'RFC 9525 §6');
  else
    steps.fail(
      0,
      'name',
      'name-mismatch',
      `does not have the name ${wanted}; it has ${namesInWords(leaf)}`,
      'RFC 9525 §6',
    );
}

// One EC or RSA key serves several algorithms: it will do when one of them does.
function checkKey(leaf: Certificate, { policy, use, at }: Demands, steps: Steps): void {
  if (policy === undefined) return;
  const { policyUse } = PURPOSES[use];
  const algorithms = keyAlgorithms(leaf, policyUse === 'key-establishment' ? 'kem' : 'signature');
  if (algorithms === undefined) {
    steps.fail(
      0,
      'crypto-policy',
      'unsupported-algorithm',
      `the key (${leaf.keyAlgorithm.oid}) is of no algorithm that a policy can judge`,
      `policy ${policy.name}`,
    );
    return;
  }
  const judged = algorithms.map((algorithm) => {
    const asked: Use = algorithm.use === 'kem' ? 'key-establishment' : policyUse;
    return { algorithm, asked, judgement: judge(policy, asked, algorithm, at) };
  });
  const best =
    judged.find(({ judgement }) => judgement.verdict === 'allow') ??
    judged.find(({ judgement }) => judgement.verdict === 'warn') ??
    judged[0];
  if (best !== undefined)
    tell(best.judgement, `key of ${best.algorithm.name} for ${best.asked}`, policy.name, 0, steps);
}

// What a key is asked to do, or all that it can do where it cannot do that.
function keyAlgorithms(
  { subjectPublicKeyInfo }: Certificate,
  wanted: KeyDescriptor['use'],
): readonly KeyDescriptor[] | undefined {
  try {
    const { algorithms } = readSpki(subjectPublicKeyInfo);
    const fitting = algorithms.filter(({ use }) => use === wanted);
    return fitting.length > 0 ? fitting : algorithms;
  } catch (error) {
    if (isHybridgeError(error) && error.fault !== 'internal') return undefined;
    throw error;
  }
}

function tell(
  { verdict, reasons }: Judgement,
  what: string,
  policy: string,
  index: number,
  steps: Steps,
): void {
  const why = reasons.map(({ text }) => text).join(' ');
  const section = `policy ${policy}: ${reasons.map(({ rule }) => rule).join(', ')}`;
  if (verdict === 'allow') steps.pass(index, 'crypto-policy', what, section);
  else if (verdict === 'warn') steps.warn(index, 'crypto-policy', `${what}: ${why}`, section);
  else steps.fail(index, 'crypto-policy', 'policy-refused', `${what}: ${why}`, section);
}
