import { concat, EMPTY, HybridgeError, utf8, wipe } from '../bytes/index.ts';
import { decapsulate, deriveKeyPair, encapsulate, i2osp } from '../kem/index.ts';
import {
  type KeyPair,
  type PrivateKey,
  type Provider,
  type PublicKey,
  requireAead,
} from '../provider/index.ts';
import {
  aead as registeredAead,
  type AeadDescriptor,
  type AeadName,
  type DhKemDescriptor,
  type DhKemName,
  type HybridKemDescriptor,
  type HybridKemName,
  kdf as registeredKdf,
  type KdfDescriptor,
  type KdfName,
  kem as registeredKem,
  type KemDescriptor,
  type KeyDescriptor,
  type MlKemDescriptor,
  type MlKemName,
} from '../registry/index.ts';
import { ExportContext, type MessageKey, NonceSequence, RecipientContext, SenderContext } from './context.ts';
import { keySchedule, type KeySchedule, type PreSharedKey, type ScheduledSecrets } from './key-schedule.ts';

/** KEMs with an HPKE number [RFC 9180 §7.1, draft-ietf-hpke-pq-05]. */
export type HpkeKemName = DhKemName | HybridKemName | MlKemName;

/** Descriptors of the KEMs of HPKE. */
export type HpkeKemDescriptor = DhKemDescriptor | HybridKemDescriptor | MlKemDescriptor;

/** What a suite is made of. `export-only` (0xFFFF) seals nothing and has exports alone [RFC 9180 §7.3]. */
export interface HpkeSuiteNames<Aead extends AeadName | 'export-only' = AeadName | 'export-only'> {
  readonly kem: HpkeKemName;
  readonly kdf: KdfName;
  readonly aead: Aead;
}

/**
 * What both sides must agree on beside the keys. With `psk` and `pskId`, PSK mode: who does not have the secret can
 * neither seal nor open [RFC 9180 §5.1.2]. `psk` has at least 32 bytes and is hard to guess; a password is not.
 */
export type HpkeSetup =
  | { readonly info?: Uint8Array; readonly psk: Uint8Array; readonly pskId: Uint8Array }
  | { readonly info?: Uint8Array; readonly psk?: never; readonly pskId?: never };

/** A setup, and the additional data of the one message. */
export type HpkeMessageOptions = HpkeSetup & { readonly aad?: Uint8Array };

/** Setup of contexts, for suites of either kind. */
export interface HpkeSetups<Sender extends ExportContext, Recipient extends ExportContext> {
  readonly kem: HpkeKemDescriptor;
  readonly kdf: KdfDescriptor;

  /**
   * SetupBaseS or SetupPSKS: a context to the holder of a private key, and `enc` that the holder needs for hers.
   *
   * @throws {@link HybridgeError} `wrong_algorithm` for a key of another KEM; `invalid_argument` for a PSK that is
   * too short or incomplete; `message_too_large` for more than 65535 bytes of `info` with a one-stage function.
   */
  setupSender(
    publicKey: PublicKey<KemDescriptor>,
    setup?: HpkeSetup,
  ): Promise<{ readonly enc: Uint8Array; readonly context: Sender }>;

  /**
   * SetupBaseR or SetupPSKR: the context that belongs to `enc`. It comes about whatever `enc` is, as long as its
   * size and points are right; a wrong one shows when the first message does not open.
   *
   * @throws {@link HybridgeError} as `setupSender`; `invalid_length`, `invalid_encoding` or `invalid_key` for an
   * `enc` that the KEM refuses; `key_disposed`.
   */
  setupRecipient(
    privateKey: PrivateKey<KemDescriptor>,
    enc: Uint8Array,
    setup?: HpkeSetup,
  ): Promise<Recipient>;

  /**
   * DeriveKeyPair of the suite's KEM [RFC 9180 §7.1.3].
   *
   * @throws {@link HybridgeError} `invalid_length` for input shorter than the private key.
   */
  deriveKeyPair(inputKey: Uint8Array): Promise<KeyPair<HpkeKemDescriptor>>;
}

/** A suite without an AEAD. */
export type ExportOnlySuite = HpkeSetups<ExportContext, ExportContext>;

/** A suite that seals messages. */
export interface HpkeSuite extends HpkeSetups<SenderContext, RecipientContext> {
  readonly aead: AeadDescriptor;

  /** Seals one message to the holder of a private key [RFC 9180 §6.1]. Throws as `setupSender`. */
  seal(
    publicKey: PublicKey<KemDescriptor>,
    plaintext: Uint8Array,
    options?: HpkeMessageOptions,
  ): Promise<{ readonly enc: Uint8Array; readonly ciphertext: Uint8Array }>;

  /**
   * Opens the message of `seal`. Throws as `setupRecipient`, and
   *
   * @throws {@link HybridgeError} `decryption_failed`.
   */
  open(
    privateKey: PrivateKey<KemDescriptor>,
    enc: Uint8Array,
    ciphertext: Uint8Array,
    options?: HpkeMessageOptions,
  ): Promise<Uint8Array>;
}

const HPKE = utf8('HPKE');
const EXPORT_ONLY = { id: 0xffff, keySize: 0, nonceSize: 0 } as const;
const NO_PRE_SHARED_KEY: PreSharedKey = { psk: EMPTY, pskId: EMPTY };

/**
 * Hybrid public key encryption with one suite of algorithms [RFC 9180; draft-ietf-hpke-pq-05 for the post-quantum
 * KEMs and the one-stage key derivation functions]. Base and PSK modes; no mode authenticates the sender.
 *
 * @throws {@link HybridgeError} `unsupported` when the provider lacks a primitive of the suite; `unknown_algorithm`.
 *
 * @example
 * ```ts
 * import { hpkeSuite } from 'hybridge/hpke';
 * import { generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const suite = hpkeSuite(provider, { kem: 'MLKEM768-X25519', kdf: 'HKDF-SHA256', aead: 'AES-256-GCM' });
 * const { publicKey, privateKey } = await generateKeyPair(provider, 'MLKEM768-X25519');
 * const info = new TextEncoder().encode('pump 17, settings');
 *
 * const { enc, context } = await suite.setupSender(publicKey, { info });
 * const first = context.seal(new TextEncoder().encode('rate=2.5'));
 * const second = context.seal(new TextEncoder().encode('limit=40'));
 *
 * const recipient = await suite.setupRecipient(privateKey, enc, { info });
 * console.log(new TextDecoder().decode(recipient.open(first)), recipient.open(second).length);
 * ```
 */
export function hpkeSuite(provider: Provider, names: HpkeSuiteNames<AeadName>): HpkeSuite;
export function hpkeSuite(provider: Provider, names: HpkeSuiteNames<'export-only'>): ExportOnlySuite;
export function hpkeSuite(provider: Provider, names: HpkeSuiteNames): ExportOnlySuite | HpkeSuite {
  const kem = registeredKem(names.kem);
  const kdf = registeredKdf(names.kdf);
  if (names.aead === 'export-only') {
    const schedule = keySchedule(provider, kdf, suiteId(kem, kdf, EXPORT_ONLY.id), EXPORT_ONLY);
    const exporter = ({ exporterSecret }: ScheduledSecrets): ExportContext =>
      new ExportContext(schedule, exporterSecret);
    return setups(provider, kem, kdf, schedule, { sender: exporter, recipient: exporter });
  }

  const aead = registeredAead(names.aead);
  const cipher = requireAead(provider, aead.name);
  const schedule = keySchedule(provider, kdf, suiteId(kem, kdf, aead.identifiers.hpke), aead);
  const messageKey = ({ key, baseNonce }: ScheduledSecrets): MessageKey => {
    try {
      return { key: cipher.key(key), nonces: new NonceSequence(baseNonce) };
    } finally {
      wipe(key);
    }
  };
  const contexts = setups(provider, kem, kdf, schedule, {
    sender: (secrets) => new SenderContext(schedule, secrets.exporterSecret, messageKey(secrets)),
    recipient: (secrets) => new RecipientContext(schedule, secrets.exporterSecret, messageKey(secrets)),
  });
  return {
    ...contexts,
    aead,
    async seal(publicKey, plaintext, options = {}) {
      const { enc, context } = await contexts.setupSender(publicKey, options);
      try {
        return { enc, ciphertext: context.seal(plaintext, options.aad) };
      } finally {
        context[Symbol.dispose]();
      }
    },
    async open(privateKey, enc, ciphertext, options = {}) {
      const context = await contexts.setupRecipient(privateKey, enc, options);
      try {
        return context.open(ciphertext, options.aad);
      } finally {
        context[Symbol.dispose]();
      }
    },
  };
}

/** How the two sides make a context of the scheduled secrets. */
interface ContextMakers<Sender, Recipient> {
  readonly sender: (secrets: ScheduledSecrets) => Sender;
  readonly recipient: (secrets: ScheduledSecrets) => Recipient;
}

function setups<Sender extends ExportContext, Recipient extends ExportContext>(
  provider: Provider,
  kem: HpkeKemDescriptor,
  kdf: KdfDescriptor,
  schedule: KeySchedule,
  make: ContextMakers<Sender, Recipient>,
): HpkeSetups<Sender, Recipient> {
  const requireSuiteKey = ({ name }: KeyDescriptor): void => {
    if (name !== kem.name)
      throw new HybridgeError('wrong_algorithm', `${name} key; this HPKE suite needs one for ${kem.name}`, {
        fault: 'caller',
        details: { expected: kem.name, actual: name },
      });
  };
  return {
    kem,
    kdf,
    async setupSender(publicKey, setup = {}) {
      requireSuiteKey(publicKey.algorithm);
      const preShared = verifyPskInputs(setup);
      const { sharedSecret, ciphertext: enc } = await encapsulate(provider, publicKey);
      const secrets = schedule.keySchedule(sharedSecret, setup.info ?? EMPTY, preShared);
      return { enc, context: make.sender(secrets) };
    },
    async setupRecipient(privateKey, enc, setup = {}) {
      requireSuiteKey(privateKey.algorithm);
      const preShared = verifyPskInputs(setup);
      const sharedSecret = await decapsulate(provider, privateKey, enc);
      return make.recipient(schedule.keySchedule(sharedSecret, setup.info ?? EMPTY, preShared));
    },
    deriveKeyPair: (inputKey) => deriveKeyPair(provider, kem.name, inputKey),
  };
}

/** VerifyPSKInputs [RFC 9180 §5.1], with the least length of §9.5. */
function verifyPskInputs({ psk = EMPTY, pskId = EMPTY }: HpkeSetup): PreSharedKey {
  const fail = (why: string): HybridgeError =>
    new HybridgeError('invalid_argument', `HPKE pre-shared key: ${why}`, { fault: 'caller' });
  if (psk.length === 0 && pskId.length === 0) return NO_PRE_SHARED_KEY;
  if (psk.length === 0 || pskId.length === 0) throw fail('psk and pskId go together, neither empty');
  if (psk.length < 32) throw fail(`${String(psk.length)} bytes, at least 32 are needed`);
  return { psk, pskId };
}

/** `HPKE ‖ I2OSP(kem_id, 2) ‖ I2OSP(kdf_id, 2) ‖ I2OSP(aead_id, 2)` [RFC 9180 §5.1]. */
function suiteId(kem: KemDescriptor, kdf: KdfDescriptor, aeadId: number | undefined): Uint8Array {
  const numbers = [kem.identifiers.hpke, kdf.identifiers.hpke, aeadId].map((id) => {
    if (id === undefined)
      throw new HybridgeError('unsupported', `${kem.name} with ${kdf.name}: not a suite of HPKE`, {
        fault: 'caller',
      });
    return i2osp(id, 2);
  });
  return concat(HPKE, ...numbers);
}
