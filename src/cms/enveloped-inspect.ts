/** What an encrypted message tells without a key. */
import { KEMS, type KemDescriptor, type Nature } from '../registry/index.ts';
import { type BerOptions, readBer } from './ber-read.ts';
import { contentCipherByOid, type ContentCipherName } from './content-cipher.ts';
import { readEnvelopedHead } from './enveloped-read.ts';
import { type MessageInput, sourceOf } from './message-input.ts';
import type { RecipientInfo } from './recipient-info.ts';
import { isRsa } from './recipient-transport.ts';
import type { CertificateIdentifier } from './signer-info.ts';

/** One way into a message. */
export interface RecipientSummary {
  readonly kind: RecipientInfo['kind'];
  /** Whom the message names; none for passwords and for kinds that are not opened. */
  readonly identifier: CertificateIdentifier | undefined;
  /** Object identifier of the KEM, of the agreement scheme, of the transport, or of an unknown kind. */
  readonly oid: string | undefined;
  /** The KEM, where the message names one of the registry: ML-KEM, composite KEM. */
  readonly algorithm: KemDescriptor | undefined;
  /**
   * What an attacker with a quantum computer makes of it. A password counts as `post-quantum`: nothing but guessing
   * is known against it. `unknown` for kinds and KEMs that are not known here.
   */
  readonly nature: Nature | 'unknown';
}

/** What stands before the content of an encrypted message. */
export interface EncryptedInspection {
  readonly kind: 'auth-enveloped-data' | 'enveloped-data';
  /** Object identifier of the type of the content, which only opening the message can confirm. */
  readonly contentType: string;
  readonly cipher: { readonly oid: string; readonly name: ContentCipherName | undefined };
  readonly recipients: readonly RecipientSummary[];
  /**
   * Whether every recipient withstands a quantum computer, as far as is known. **One classical recipient makes the
   * whole message classical**: who breaks that key reads everything.
   */
  readonly postQuantum: boolean;
}

/**
 * Lists the recipients of an encrypted message without opening it. Reads no further than to the content.
 *
 * @throws {@link HybridgeError} `invalid_encoding`; `unsupported` for other messages; `message_too_large`; `aborted`;
 * `input_output`.
 *
 * @example
 * ```ts
 * import { encryptMessage, inspectEncrypted } from 'hybridge/cms';
 * import { generateKeyPair } from 'hybridge/kem';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 *
 * const provider = createNobleProvider();
 * const migrated = await generateKeyPair(provider, 'ML-KEM-768');
 * const legacy = await generateKeyPair(provider, 'P-256');
 * const recipients = [{ publicKey: migrated.publicKey }, { publicKey: legacy.publicKey }];
 * const message = encryptMessage(provider, { recipients }, new Uint8Array(10));
 * const { postQuantum, recipients: found } = await inspectEncrypted(message);
 * console.log(postQuantum, found.map(({ kind, nature }) => `${kind} ${nature}`).sort());
 * // false [ 'kem post-quantum', 'key-agreement classical' ]
 * ```
 */
export async function inspectEncrypted(
  message: MessageInput,
  options: BerOptions = {},
): Promise<EncryptedInspection> {
  const ber = readBer(sourceOf(message), 'message', options);
  try {
    const { kind, recipients, contentType, encryption } = await readEnvelopedHead(ber);
    const summaries = recipients.map(summaryOf);
    return {
      kind,
      contentType,
      cipher: { oid: encryption.oid, name: contentCipherByOid(encryption.oid)?.name },
      recipients: summaries,
      postQuantum: summaries.every(({ nature }) => nature === 'post-quantum' || nature === 'hybrid'),
    };
  } finally {
    await ber.close();
  }
}

function summaryOf(info: RecipientInfo): RecipientSummary {
  const { kind } = info;
  switch (info.kind) {
    case 'kem': {
      const { oid } = info.kem;
      const algorithm = KEMS.find(({ key }) => key.kind === 'raw' && key.oid === oid);
      return { kind, identifier: info.identifier, oid, algorithm, nature: algorithm?.nature ?? 'unknown' };
    }
    case 'key-agreement':
      return {
        kind,
        identifier: info.identifier,
        oid: info.scheme.oid,
        algorithm: undefined,
        nature: 'classical',
      };
    case 'key-transport': {
      const { oid } = info.algorithm;
      return {
        kind,
        identifier: info.identifier,
        oid,
        algorithm: undefined,
        nature: isRsa(oid) ? 'classical' : 'unknown',
      };
    }
    case 'password':
      return {
        kind,
        identifier: undefined,
        oid: info.encryption.oid,
        algorithm: undefined,
        nature: 'post-quantum',
      };
    case 'key-encryption-key':
    case 'other':
      return { kind, identifier: undefined, oid: info.type, algorithm: undefined, nature: 'unknown' };
  }
}
