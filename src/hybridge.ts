import { defaultProvider, withRandom } from './default/index.ts';
import type { EventStream } from './events/index.ts';
import * as hpke from './hpke/index.ts';
import * as kems from './kem/index.ts';
import * as keys from './keys/index.ts';
import { dualSignature, judge, type Policy, refusal, type Subject, type Use } from './policy/index.ts';
import {
  type Clock,
  type Encapsulation,
  type KeyPair,
  type PrivateKey,
  type Provider,
  PublicKey,
  type RandomSource,
} from './provider/index.ts';
import {
  kem,
  KEMS,
  type KemDescriptor,
  type KemName,
  type KemTable,
  type KeyAlgorithmName,
  signature,
  type SignatureDescriptor,
  type SignatureName,
  type SignatureTable,
  type StatefulHashName,
} from './registry/index.ts';
import * as signatures from './sign/index.ts';

/** What a {@link Hybridge} is made with; everything has a default. */
export interface HybridgeOptions {
  /** Who computes. The default takes each primitive from `node:crypto` where it is there, else from portable code. */
  readonly provider?: Provider;
  /**
   * Asked before an algorithm is used; what it refuses throws `policy_refused`. Without one nothing is refused: the
   * caller's choice of algorithm stands.
   */
  readonly policy?: Policy;
  /** The time that the policy is asked for. The default is the system's clock. */
  readonly clock?: Clock;
  /** Where randomness comes from. Primitives whose backend insists on a generator of its own are then replaced. */
  readonly random?: RandomSource;
  /** Told what the policy refused and warned of, and which dual signatures a transition let through. */
  readonly events?: EventStream;
}

/** Signature algorithms that keys can be made for. Stateful hash signatures are verified only. */
export type GeneratedSignatureName = Exclude<SignatureName, StatefulHashName>;

/**
 * The calls most people need, bound to one provider, policy, clock and source of randomness. The functions of the
 * same names that `hybridge` exports are those of `createHybridge()`.
 */
export interface Hybridge {
  readonly provider: Provider;
  readonly policy: Policy | undefined;
  /** A fresh key pair. @throws HybridgeError `unsupported`, `policy_refused`. */
  readonly generateKeyPair: {
    <Name extends KemName>(name: Name): Promise<KeyPair<KemTable[Name]>>;
    <Name extends GeneratedSignatureName>(name: Name): Promise<KeyPair<SignatureTable[Name]>>;
    (name: GeneratedSignatureName | KemName): Promise<KeyPair>;
  };
  /** A shared secret for the holder of a public key; see `encapsulate` of `hybridge/kem`. */
  readonly encapsulate: (publicKey: PublicKey<KemDescriptor>) => Promise<Encapsulation>;
  /** The shared secret in a ciphertext; see `decapsulate` of `hybridge/kem`. */
  readonly decapsulate: (
    privateKey: PrivateKey<KemDescriptor>,
    ciphertext: Uint8Array,
  ) => Promise<Uint8Array>;
  /** Signs bytes or a stream; see `sign` of `hybridge/sign`. */
  readonly sign: (
    identity: signatures.SigningIdentity,
    message: signatures.MessageSource,
    options?: signatures.SignOptions,
  ) => Promise<Uint8Array>;
  /** Whether a signature holds; see `verify` of `hybridge/sign`. */
  readonly verify: (
    publicKey: PublicKey<SignatureDescriptor>,
    message: signatures.MessageSource,
    signature: Uint8Array,
    options?: signatures.VerifyOptions,
  ) => Promise<boolean>;
  /** Two signatures over one message; see `signDual` of `hybridge/sign`. */
  readonly signDual: (
    signers: signatures.DualSigners,
    message: signatures.MessageSource,
    options?: signatures.SignOptions,
  ) => Promise<signatures.DualSignature>;
  /** Whether both signatures hold; see `verifyDual` of `hybridge/sign`. */
  readonly verifyDual: (
    publicKeys: signatures.DualPublicKeys,
    message: signatures.MessageSource,
    presented: signatures.PresentedSignatures,
    options?: signatures.DualVerifyOptions,
  ) => Promise<signatures.DualVerdict>;
  /** Encrypts a file of any size in the age format; see `seal` of `hybridge/hpke`. */
  readonly seal: (
    options: hpke.SealOptions,
    source: hpke.ByteSource,
  ) => AsyncGenerator<Uint8Array, void, undefined>;
  /**
   * Decrypts a file in the age format; see `open` of `hybridge/hpke`. The policy is not asked: what was sealed long
   * ago must stay readable.
   */
  readonly open: (
    options: hpke.OpenOptions,
    source: hpke.ByteSource,
  ) => AsyncGenerator<Uint8Array, void, undefined>;
  /** Reads a public or a private key in any format; see `importKey` of `hybridge/keys`. */
  readonly importKey: {
    (input: keys.KeyInput, options: keys.KemImportOptions): Promise<keys.ImportedKey<KemDescriptor>>;
    (
      input: keys.KeyInput,
      options: keys.SignatureImportOptions,
    ): Promise<keys.ImportedKey<SignatureDescriptor>>;
    (input: keys.KeyInput, options?: keys.ImportOptions): Promise<keys.ImportedKey>;
  };
  /** Reads a private key; see `importPrivateKey` of `hybridge/keys`. */
  readonly importPrivateKey: {
    (input: keys.KeyInput, options: keys.KemImportOptions): Promise<PrivateKey<KemDescriptor>>;
    (input: keys.KeyInput, options: keys.SignatureImportOptions): Promise<PrivateKey<SignatureDescriptor>>;
    (input: keys.KeyInput, options?: keys.ImportOptions): Promise<PrivateKey>;
  };
  /** Reads a public key; see `importPublicKey` of `hybridge/keys`. */
  readonly importPublicKey: {
    (input: keys.KeyInput, options: keys.KemImportOptions): Promise<PublicKey<KemDescriptor>>;
    (input: keys.KeyInput, options: keys.SignatureImportOptions): Promise<PublicKey<SignatureDescriptor>>;
    (input: keys.KeyInput, options?: keys.ImportOptions): Promise<PublicKey>;
  };
  /** Writes a key; see `exportPublicKey` and `exportPrivateKey` of `hybridge/keys`. */
  readonly exportKey: <Format extends keys.KeyFormat>(
    key: PrivateKey | PublicKey,
    options: keys.PrivateKeyExportOptions<Format>,
  ) => Promise<keys.ExportedKey[Format]>;
  /** SHA-256 of the SubjectPublicKeyInfo in hexadecimal; see `fingerprint` of `hybridge/keys`. */
  readonly fingerprint: (publicKey: PublicKey) => string;
}

function isKemName(name: KeyAlgorithmName): name is KemName {
  return KEMS.some((descriptor) => descriptor.name === name);
}

/**
 * Binds the calls of this package to a provider, a policy, a clock and a source of randomness.
 *
 * @throws HybridgeError when the policy breaks a rule of its format. The calls of the result throw what the functions
 * of the subpaths throw, and `policy_refused`.
 *
 * @example
 * ```ts
 * import { createHybridge, isHybridgeError } from 'hybridge';
 * import { namedPolicy } from 'hybridge/policy';
 *
 * const careful = createHybridge({ policy: namedPolicy('hybrid-required') });
 * const { publicKey } = await careful.generateKeyPair('MLKEM768-X25519');
 * console.log((await careful.encapsulate(publicKey)).ciphertext.length); // 1120
 *
 * await careful.generateKeyPair('X25519').catch((error: unknown) => {
 *   console.log(isHybridgeError(error, 'policy_refused')); // true
 * });
 * ```
 */
export function createHybridge(options: HybridgeOptions = {}): Hybridge {
  const { policy, events } = options;
  const { random } = options;
  const chosen =
    random === undefined ? options.provider : withRandom(options.provider ?? defaultProvider(), random);
  // The default is made when it is first needed: importing this package costs nothing.
  const providerNow = (): Provider => chosen ?? defaultProvider();
  const now = (): Date => (options.clock ?? providerNow().clock).now();

  function permit(rules: Policy, use: Use, subject: Subject): void {
    const at = now();
    const judgement = judge(rules, use, subject, at);
    if (judgement.verdict === 'allow') return;
    events?.emit({
      type: judgement.verdict === 'warn' ? 'policy-warned' : 'policy-refused',
      at,
      policy: rules.name,
      policyVersion: rules.version,
      use,
      algorithm: subject.name,
      reasons: judgement.reasons,
    });
    if (judgement.verdict === 'refuse') throw refusal(rules, use, subject, judgement);
  }

  function permitted<T>(use: Use, subject: Subject, work: () => Promise<T>): Promise<T> {
    if (policy === undefined) return work();
    try {
      permit(policy, use, subject);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error('policy', { cause: error }));
    }
    return work();
  }

  function generateKeyPair<Name extends KemName>(name: Name): Promise<KeyPair<KemTable[Name]>>;
  function generateKeyPair<Name extends GeneratedSignatureName>(
    name: Name,
  ): Promise<KeyPair<SignatureTable[Name]>>;
  function generateKeyPair(name: GeneratedSignatureName | KemName): Promise<KeyPair>;
  async function generateKeyPair(name: GeneratedSignatureName | KemName): Promise<KeyPair> {
    if (isKemName(name)) {
      if (policy !== undefined) permit(policy, 'key-establishment', kem(name));
      return kems.generateKeyPair(providerNow(), name);
    }
    if (policy !== undefined) permit(policy, 'signature-create', signature(name));
    return signatures.generateKeyPair(providerNow(), name);
  }

  async function* seal(
    sealOptions: hpke.SealOptions,
    source: hpke.ByteSource,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (policy !== undefined)
      for (const recipient of sealOptions.to) {
        const key =
          typeof recipient === 'string' ? await hpke.decodeAgeRecipient(providerNow(), recipient) : recipient;
        permit(policy, 'key-establishment', key.algorithm);
      }
    yield* hpke.seal(providerNow(), sealOptions, source);
  }

  function importKey(
    input: keys.KeyInput,
    how: keys.KemImportOptions,
  ): Promise<keys.ImportedKey<KemDescriptor>>;
  function importKey(
    input: keys.KeyInput,
    how: keys.SignatureImportOptions,
  ): Promise<keys.ImportedKey<SignatureDescriptor>>;
  function importKey(input: keys.KeyInput, how?: keys.ImportOptions): Promise<keys.ImportedKey>;
  function importKey(input: keys.KeyInput, how?: keys.ImportOptions): Promise<keys.ImportedKey> {
    return keys.importKey(providerNow(), input, how);
  }

  function importPrivateKey(
    input: keys.KeyInput,
    how: keys.KemImportOptions,
  ): Promise<PrivateKey<KemDescriptor>>;
  function importPrivateKey(
    input: keys.KeyInput,
    how: keys.SignatureImportOptions,
  ): Promise<PrivateKey<SignatureDescriptor>>;
  function importPrivateKey(input: keys.KeyInput, how?: keys.ImportOptions): Promise<PrivateKey>;
  function importPrivateKey(input: keys.KeyInput, how?: keys.ImportOptions): Promise<PrivateKey> {
    return keys.importPrivateKey(providerNow(), input, how);
  }

  function importPublicKey(
    input: keys.KeyInput,
    how: keys.KemImportOptions,
  ): Promise<PublicKey<KemDescriptor>>;
  function importPublicKey(
    input: keys.KeyInput,
    how: keys.SignatureImportOptions,
  ): Promise<PublicKey<SignatureDescriptor>>;
  function importPublicKey(input: keys.KeyInput, how?: keys.ImportOptions): Promise<PublicKey>;
  function importPublicKey(input: keys.KeyInput, how?: keys.ImportOptions): Promise<PublicKey> {
    return keys.importPublicKey(providerNow(), input, how);
  }

  return {
    get provider() {
      return providerNow();
    },
    policy,
    generateKeyPair,
    encapsulate: (publicKey) =>
      permitted('key-establishment', publicKey.algorithm, () => kems.encapsulate(providerNow(), publicKey)),
    decapsulate: (privateKey, ciphertext) =>
      permitted('key-establishment', privateKey.algorithm, () =>
        kems.decapsulate(providerNow(), privateKey, ciphertext),
      ),
    sign: (identity, message, how) =>
      permitted('signature-create', identity.algorithm, () =>
        signatures.sign(providerNow(), identity, message, how),
      ),
    verify: (publicKey, message, bytes, how) =>
      permitted('signature-verify', publicKey.algorithm, () =>
        signatures.verify(providerNow(), publicKey, message, bytes, how),
      ),
    signDual: async (signers, message, how) => {
      const { classical, postQuantum } = signers;
      if (policy !== undefined)
        permit(policy, 'signature-create', dualSignature(classical.algorithm, postQuantum.algorithm));
      return signatures.signDual(providerNow(), signers, message, how);
    },
    verifyDual: async (publicKeys, message, presented, how) => {
      const { classical, postQuantum } = publicKeys;
      const verdict = await signatures.verifyDual(providerNow(), publicKeys, message, presented, how);
      if (verdict.valid && verdict.basis === 'transition')
        events?.emit({
          type: 'transition-accepted',
          at: how?.at ?? now(),
          accepted: classical.algorithm.name,
          waived: postQuantum.algorithm.name,
          until: verdict.until,
        });
      // What a positive verdict rests on is what the policy must allow.
      if (policy !== undefined && verdict.valid)
        permit(
          policy,
          'signature-verify',
          verdict.basis === 'both'
            ? dualSignature(classical.algorithm, postQuantum.algorithm)
            : classical.algorithm,
        );
      return verdict;
    },
    seal,
    open: (how, source) => hpke.open(providerNow(), how, source),
    importKey,
    importPrivateKey,
    importPublicKey,
    exportKey: async (key, how) =>
      key instanceof PublicKey
        ? keys.exportPublicKey(key, how)
        : keys.exportPrivateKey(providerNow(), key, how),
    fingerprint: (publicKey) => keys.fingerprint(providerNow(), publicKey),
  };
}
