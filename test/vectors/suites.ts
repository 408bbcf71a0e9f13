/** The vector suites: which cases, on which provider. The everyday run takes samples of what is slow, the full run all. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Provider } from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import { expectBytes, report, runCases, sample, type Skip } from '../support/tally.ts';
import * as vectors from '../support/vectors.ts';
import * as checks from './checks.ts';

const providers: readonly Provider[] = [createNobleProvider(), createNativeProvider()].filter(
  (provider) => provider !== undefined,
);

/** How many cases of one kind the everyday run takes; the full run takes all. */
const ALL: number = Number.POSITIVE_INFINITY;

type Case = vectors.VectorCase & { readonly verdict?: vectors.Verdict };

/** One operation of one family. */
interface Suite<T extends Case> {
  readonly title: string;
  readonly cases: readonly T[];
  /** The algorithm that the suite's lines are printed by. */
  readonly algorithm: (item: T) => string;
  readonly offered: (provider: Provider, item: T) => boolean;
  readonly check: (provider: Provider, item: T) => Skip | undefined | Promise<Skip | undefined>;
  /** Per algorithm and kind, in the everyday run. */
  readonly everyday: number;
}

/** Same verdict, same flags, same note but for its numbers. */
function kindOf(item: Case): string {
  return JSON.stringify([item.verdict, item.flags, item.note.replace(/\d+/g, '#').slice(0, 40)]);
}

/** A test per algorithm: a line for every provider that offers it, and one at least must. */
function run<T extends Case>(
  full: boolean,
  { title, cases, algorithm, offered, check, everyday }: Suite<T>,
): void {
  const chosen = full ? cases : sample(cases, everyday, (item) => `${algorithm(item)} ${kindOf(item)}`);
  const names = [...new Set(chosen.map(algorithm))];
  if (names.length === 0)
    test(title, () => {
      expect.unreachable('no cases');
    });
  test.each(names)(`${title} %s`, async (name) => {
    const group = chosen.filter((item) => algorithm(item) === name);
    const able = providers.filter((provider) => group.some((item) => offered(provider, item)));
    expect(able.length, 'providers that offer it').toBeGreaterThan(0);
    const failures: unknown[] = [];
    for (const provider of able)
      await runCases(`${title} ${name} (${provider.name})`, group, (item) => check(provider, item)).catch(
        (error: unknown) => failures.push(error),
      );
    if (failures.length > 0) throw new Error(failures.map(String).join('\n'));
  });
}

const named = (item: { readonly algorithm: string }): string => item.algorithm;

/** ML-KEM: every family. */
export function mlKemSuites(full: boolean): void {
  const offered = (provider: Provider, item: { readonly algorithm: vectors.MlKemName }): boolean =>
    provider.kem[item.algorithm] !== undefined;
  const keyGen = (title: string, cases: readonly vectors.KemKeyGenCase[]): void => {
    run(full, { title, cases, algorithm: named, offered, check: checks.checkKemKeyGen, everyday: ALL });
  };
  const encapsulate = (title: string, cases: readonly vectors.KemEncapsulateCase[]): void => {
    run(full, { title, cases, algorithm: named, offered, check: checks.checkKemEncapsulate, everyday: ALL });
  };
  const decapsulate = (title: string, cases: readonly vectors.KemDecapsulateCase[]): void => {
    run(full, { title, cases, algorithm: named, offered, check: checks.checkKemDecapsulate, everyday: ALL });
  };
  const keyCheck = (title: string, cases: readonly vectors.KemKeyCheckCase[]): void => {
    run(full, { title, cases, algorithm: named, offered, check: checks.checkKemKey, everyday: ALL });
  };

  describe('ACVP', () => {
    keyGen('acvp key generation', vectors.acvpKemKeyGen());
    encapsulate('acvp encapsulate', vectors.acvpKemEncapsulate());
    decapsulate('acvp decapsulate', vectors.acvpKemDecapsulate());
    optional('acvp key check', vectors.acvpKemKeyCheck(), keyCheck);
  });
  describe('Wycheproof', () => {
    keyGen('wycheproof key generation', vectors.wycheproofKemKeyGen());
    encapsulate('wycheproof encapsulate', vectors.wycheproofKemEncapsulate());
    decapsulate('wycheproof decapsulate', vectors.wycheproofKemDecapsulate());
  });
  describe('OpenSSL', () => {
    encapsulate('openssl encapsulate', vectors.opensslKemEncapsulate());
    decapsulate('openssl decapsulate', vectors.opensslKemDecapsulate());
  });
  describe('NIST known answers', () => {
    const answers = vectors.nistKemKnownAnswers();
    keyGen('nist-kat key generation', answers.keyGen);
    encapsulate('nist-kat encapsulate', answers.encapsulate);
    decapsulate('nist-kat decapsulate', answers.decapsulate);
  });
  describe('CCTV', () => {
    const answers = vectors.cctvKemKnownAnswers();
    optional('cctv encapsulate', answers.encapsulate, encapsulate);
    optional('cctv decapsulate', answers.decapsulate, decapsulate);
    optional('cctv strcmp', vectors.cctvKemStrcmp(), decapsulate);
    optional('cctv modulus', vectors.cctvKemModulus(), keyCheck);
  });
  run(full, {
    title: 'accumulated',
    cases: vectors.kemAccumulated().filter((item) => full || item.iterations <= 100),
    algorithm: named,
    offered: (provider, item) =>
      provider.kem[item.algorithm]?.backend.entropy === 'caller' &&
      provider.seedExpansion[item.algorithm] !== undefined,
    check: checkKemAccumulated,
    everyday: ALL,
  });
}

/** A suite of data that only the corpora beside the repository hold; without them a line says that it did not run. */
function optional<T>(
  title: string,
  cases: readonly T[],
  define: (title: string, cases: readonly T[]) => void,
): void {
  if (cases.length > 0) define(title, cases);
  else {
    report(`${title}: not run, its data lies in the shared corpora only`);
    test.skip(`${title} (shared corpora only)`);
  }
}

async function checkKemAccumulated(
  provider: Provider,
  item: vectors.AccumulatedCase<vectors.MlKemName>,
): Promise<undefined> {
  const kem = provider.kem[item.algorithm];
  const expansion = provider.seedExpansion[item.algorithm];
  if (kem === undefined || expansion === undefined) throw new Error('not offered');
  const source = new vectors.ShakeStream();
  const sink = new vectors.ShakeSink(32);
  for (let iteration = 0; iteration < item.iterations; iteration++) {
    const seed = source.read(64);
    const entropy = source.read(32);
    const random = source.read(vectors.ML_KEM_SIZES[item.algorithm].ciphertext);
    const key = await kem.decapsulationKey(seed);
    sink.absorb(key.publicKey);
    sink.absorb(await expansion.expand(seed));
    const sender = await kem.encapsulationKey(key.publicKey);
    const { ciphertext, sharedSecret } = await sender.encapsulate(checks.fixedRandom(entropy));
    sink.absorb(ciphertext);
    sink.absorb(sharedSecret);
    sink.absorb(await key.decapsulate(random));
    key.dispose();
  }
  expectBytes(sink.digest(), item.digest, 'accumulated digest');
}

/** ML-DSA: every family. */
export function mlDsaSuites(full: boolean): void {
  const offered = (provider: Provider, { algorithm }: { readonly algorithm: string }): boolean =>
    isMlDsa(algorithm) &&
    (provider.signature[algorithm] !== undefined || provider.internalSignature[algorithm] !== undefined);
  const keyGen = (title: string, cases: readonly vectors.SignatureKeyGenCase[]): void => {
    run(full, {
      title,
      cases,
      algorithm: named,
      offered,
      check: (provider, item) => checks.checkSignatureKeyGen(provider, item, (one) => one.seed),
      everyday: 8,
    });
  };
  const sign = (title: string, cases: readonly vectors.SignCase[], everyday: number): void => {
    run(full, { title, cases, algorithm: named, offered, check: checks.checkSign, everyday });
  };
  const verify = (title: string, cases: readonly vectors.VerifyCase[], everyday: number): void => {
    run(full, { title, cases, algorithm: named, offered, check: checks.checkVerify, everyday });
  };

  describe('ACVP', () => {
    keyGen('acvp key generation', vectors.acvpMlDsaKeyGen());
    sign('acvp sign', vectors.acvpMlDsaSign(), 12);
    verify('acvp verify', vectors.acvpMlDsaVerify(), 8);
  });
  describe('Wycheproof', () => {
    sign('wycheproof sign', vectors.wycheproofMlDsaSign(), 1);
    verify('wycheproof verify', vectors.wycheproofMlDsaVerify(), 2);
  });
  describe('NIST known answers', () => {
    const answers = vectors.nistMlDsaKnownAnswers();
    keyGen('nist-kat key generation', answers.keyGen);
    sign('nist-kat sign', answers.sign, 5);
  });
  describe('CCTV', () => {
    optional('cctv benchmark messages', vectors.cctvMlDsaBenchmark(), (title, cases) => {
      run(full, {
        title,
        cases,
        algorithm: named,
        offered: (provider, item) => provider.internalSignature[item.algorithm] !== undefined,
        check: checkAcrossProviders,
        everyday: 5,
      });
    });
  });
  run(full, {
    title: 'accumulated',
    // Ten thousand signatures take minutes in JavaScript; one parameter set does it.
    cases: vectors
      .mlDsaAccumulated()
      .filter(({ iterations, algorithm }) =>
        full ? iterations <= (algorithm === 'ML-DSA-44' ? 10_000 : 1000) : iterations <= 100,
      ),
    algorithm: named,
    offered: (provider, item) => provider.internalSignature[item.algorithm] !== undefined,
    check: checkMlDsaAccumulated,
    everyday: ALL,
  });
  run(full, {
    title: 'bouncy castle HashML-DSA sign',
    cases: vectors.hashMlDsaSign(),
    algorithm: named,
    offered: (provider, item) => provider.internalSignature[item.algorithm] !== undefined,
    check: checks.checkSign,
    everyday: ALL,
  });
}

function isMlDsa(name: string): name is vectors.MlDsaName {
  return name === 'ML-DSA-44' || name === 'ML-DSA-65' || name === 'ML-DSA-87';
}

const EMPTY: Uint8Array = new Uint8Array(0);

/** µ of a message with the empty context. */
function messageRepresentative(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const shake = (length: number, ...parts: readonly Uint8Array[]): Buffer =>
    parts
      .reduce((hash, part) => hash.update(part), createHash('shake256', { outputLength: length }))
      .digest();
  return new Uint8Array(shake(64, shake(64, publicKey), new Uint8Array(2), message));
}

async function checkMlDsaAccumulated(
  provider: Provider,
  item: vectors.AccumulatedCase<vectors.MlDsaName>,
): Promise<undefined> {
  const internal = provider.internalSignature[item.algorithm];
  if (internal === undefined) throw new Error('not offered');
  const source = new vectors.ShakeStream();
  const sink = new vectors.ShakeSink(32);
  for (let iteration = 0; iteration < item.iterations; iteration++) {
    const key = await internal.internalSigningKey(source.read(32));
    sink.absorb(key.publicKey);
    sink.absorb(await key.signInternal(messageRepresentative(key.publicKey, EMPTY), undefined));
    key.dispose();
  }
  expectBytes(sink.digest(), item.digest, 'accumulated digest');
}

/** What one provider signs deterministically, every provider verifies, and no other message passes for it. */
async function checkAcrossProviders(
  provider: Provider,
  item: { readonly algorithm: vectors.MlDsaName; readonly message: Uint8Array },
): Promise<undefined> {
  const internal = provider.internalSignature[item.algorithm];
  if (internal === undefined) throw new Error('not offered');
  const key = await internal.internalSigningKey(new Uint8Array(32));
  const made = await key.signInternal(messageRepresentative(key.publicKey, item.message), undefined);
  for (const other of providers) {
    const signature = other.signature[item.algorithm];
    if (signature === undefined) continue;
    const verifying = await signature.verifyingKey(key.publicKey);
    if (!(await verifying.verify(item.message, made, EMPTY)))
      throw new Error(`${other.name} does not verify`);
    if (await verifying.verify(item.message.subarray(1), made, EMPTY))
      throw new Error(`${other.name} verifies too much`);
  }
  key.dispose();
}

/** SLH-DSA: signing is slow in JavaScript, so the everyday run signs with one fast parameter set. */
export function slhDsaSuites(full: boolean): void {
  const offered = (provider: Provider, { algorithm }: { readonly algorithm: string }): boolean =>
    Object.hasOwn(provider.signature, algorithm) || Object.hasOwn(provider.internalSignature, algorithm);
  const quick = (item: vectors.SignCase): boolean => full || item.algorithm === 'SLH-DSA-SHA2-128f';
  const sign = (title: string, cases: readonly vectors.SignCase[]): void => {
    run(full, { title, cases, algorithm: named, offered, check: checks.checkSign, everyday: 1 });
  };

  describe('ACVP', () => {
    run(full, {
      title: 'acvp key generation',
      // A key of a small ("s") set is the root of a tree that takes seconds in JavaScript.
      cases: vectors.acvpSlhDsaKeyGen().filter((item) => full || item.algorithm.endsWith('f')),
      algorithm: named,
      offered,
      // SLH-DSA keys are stored as they are: SK.seed, SK.prf, PK.seed, PK.root.
      check: (provider, item) => checks.checkSignatureKeyGen(provider, item, (one) => one.privateKey),
      everyday: 2,
    });
    sign('acvp sign', vectors.acvpSlhDsaSign().filter(quick));
    run(full, {
      title: 'acvp verify',
      cases: vectors.acvpSlhDsaVerify(),
      algorithm: named,
      offered,
      check: checks.checkVerify,
      everyday: 2,
    });
  });
  if (full) optional('slh-dsa vec sign', vectors.slhDsaVec(), sign);
}

/** Key agreement, classical signatures and RSA: Wycheproof, and CAVP for every curve with every hash. */
export function classicalSuites(full: boolean): void {
  run(full, {
    title: 'wycheproof key agreement',
    // Reading SubjectPublicKeyInfo is the work of another floor.
    cases: vectors.wycheproofKeyAgreement().filter((item) => item.publicKeyForm !== 'spki'),
    algorithm: named,
    offered: (provider, item) => provider.kem[item.algorithm] !== undefined,
    check: checks.checkKeyAgreement,
    everyday: 6,
  });
  run(full, {
    title: 'wycheproof OAEP',
    cases: vectors.wycheproofRsaOaep(),
    algorithm: named,
    offered: (provider, item) => provider.kem[item.algorithm] !== undefined,
    check: checks.checkRsaOaep,
    everyday: ALL,
  });
  const verify = (title: string, cases: readonly vectors.VerifyCase[], everyday: number): void => {
    run(full, {
      title,
      cases,
      algorithm: (item) => `${item.algorithm} ${item.encoding === 'raw' ? '' : item.encoding}`.trim(),
      offered: (provider, item) => Object.hasOwn(provider.signature, item.algorithm),
      check: checks.checkVerify,
      everyday,
    });
  };
  verify('wycheproof ECDSA verify', vectors.wycheproofEcdsaVerify(), 2);
  verify('nist-kat ECDSA verify', vectors.nistEcdsaVerify(), ALL);
  verify('wycheproof EdDSA verify', vectors.wycheproofEddsaVerify(), ALL);
  verify('wycheproof PKCS #1 verify', vectors.wycheproofRsaPkcs1Verify(), 2);
  verify('wycheproof PSS verify', vectors.wycheproofRsaPssVerify(), 20);
}

/** AEADs, HKDF, HMAC, PBKDF2, AES-CBC: Wycheproof. */
export function symmetricSuites(full: boolean): void {
  const withDerivation = (provider: Provider): boolean => provider.keyDerivation !== undefined;
  const withCipher = (provider: Provider): boolean => provider.blockCipher !== undefined;
  run(full, {
    title: 'wycheproof AEAD',
    cases: vectors.wycheproofAead(),
    algorithm: named,
    offered: (provider, item) => provider.aead[item.algorithm] !== undefined,
    check: checks.checkAead,
    everyday: ALL,
  });
  run(full, {
    title: 'wycheproof HKDF',
    cases: vectors.wycheproofHkdf(),
    algorithm: named,
    offered: withDerivation,
    check: checks.checkHkdf,
    everyday: ALL,
  });
  run(full, {
    title: 'wycheproof HMAC',
    cases: vectors.wycheproofMac(),
    algorithm: (item) => item.hash,
    offered: withDerivation,
    check: checks.checkMac,
    everyday: ALL,
  });
  run(full, {
    title: 'wycheproof PBKDF2',
    cases: vectors.wycheproofPbkdf2(),
    algorithm: (item) => item.hash,
    offered: withDerivation,
    check: checks.checkPbkdf2,
    everyday: 4,
  });
  run(full, {
    title: 'wycheproof PBES2',
    cases: vectors.wycheproofPbes2(),
    algorithm: (item) => `${item.hash} AES-${8 * item.keySize}`,
    offered: (provider) => withDerivation(provider) && withCipher(provider),
    check: checks.checkPbes2,
    everyday: 1,
  });
  run(full, {
    title: 'wycheproof AES-CBC',
    cases: vectors.wycheproofCbc(),
    algorithm: (item) => `AES-${8 * item.key.length}`,
    offered: withCipher,
    check: checks.checkCbc,
    everyday: ALL,
  });
  run(full, {
    title: 'wycheproof AES-GCM in pieces',
    cases: vectors.wycheproofGcm(),
    algorithm: (item) => `AES-${8 * item.key.length}`,
    offered: withCipher,
    check: checks.checkGcm,
    everyday: ALL,
  });
  optional('wycheproof AES key wrap', vectors.wycheproofKeyWrap(), (title, cases) =>
    run(full, {
      title,
      cases,
      algorithm: (item) => `AES-${8 * item.wrappingKey.length}`,
      offered: withCipher,
      check: checks.checkKeyWrap,
      everyday: ALL,
    }),
  );
}
