/** Secure contexts that allow exactly what was decided, made once and kept. */
import { constants, createHash } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate } from '../certificates/index.ts';
import type { PolicyTlsVersion } from '../policy/index.ts';
import type { AeadName } from '../registry/index.ts';
import { type Credential, signatureSchemeName } from '../tls/index.ts';
import type { AcceptedOffer } from './listener-types.ts';
import type { TicketKeys } from './tickets.ts';

/** What a context allows: the part of a decision that the engine carries out. */
export type ContextChoice = Pick<AcceptedOffer, 'ciphers' | 'credential' | 'group' | 'scheme' | 'version'>;

/** What all contexts of one cache have in common. */
export interface ContextOptions {
  readonly capacity: number;
  readonly tickets: TicketKeys;
  /** What else must be the same for a session to be resumed: policy, anchors of clients, ... */
  readonly binding: string;
  /** The anchors of client certificates, whose names clients are sent. */
  readonly anchors: readonly Certificate[];
}

/** What OpenSSL calls the cipher suites with an AEAD: of TLS 1.2 those with ephemeral keys [RFC 9325 §4.2]. */
const SUITES: Readonly<Partial<Record<AeadName, Readonly<Record<PolicyTlsVersion, readonly string[]>>>>> = {
  'AES-128-GCM': {
    'TLSv1.3': ['TLS_AES_128_GCM_SHA256'],
    'TLSv1.2': ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  },
  'AES-256-GCM': {
    'TLSv1.3': ['TLS_AES_256_GCM_SHA384'],
    'TLSv1.2': ['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  },
  'ChaCha20-Poly1305': {
    'TLSv1.3': ['TLS_CHACHA20_POLY1305_SHA256'],
    'TLSv1.2': ['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  },
};

/** The suites of a version. Without any of TLS 1.3, Node takes that version away. */
function suitesOf(name: AeadName, version: PolicyTlsVersion): readonly string[] {
  const suites = SUITES[name];
  if (suites === undefined) return [];
  return version === 'TLSv1.3' ? suites[version] : [...suites[version], ...suites['TLSv1.3']];
}

/**
 * In TLS 1.2 OpenSSL takes the curves of clients' ECDSA keys from the same list as the groups of the key exchange
 * [RFC 8422 §5.1.1]. The group that was chosen comes first and the client has it, so it stays the one that is used.
 */
const CLIENT_KEY_CURVES = ['secp256r1', 'secp384r1', 'secp521r1'] as const;

/** OpenSSL takes session id contexts of at most 32 bytes; 24 bytes in base64url are as many. */
const BINDING_BYTES = 24;

/** What the context used last was asked for with. */
interface Latest {
  readonly choice: ContextChoice;
  readonly clientSchemes: readonly number[];
  readonly epoch: number;
  readonly context: SecureContext;
}

/** By identity: decisions about hellos that offer the same share their parts. */
function isSame(a: ContextChoice, b: ContextChoice): boolean {
  return (
    a.credential === b.credential &&
    a.scheme === b.scheme &&
    a.group === b.group &&
    a.version === b.version &&
    a.ciphers === b.ciphers
  );
}

/** A bounded cache of contexts: the one unused for longest makes room. */
export class Contexts {
  readonly #options: ContextOptions;
  readonly #held: Map<string, SecureContext> = new Map();
  readonly #numbers: Map<Credential, number> = new Map();
  /** The one used last: most connections ask for the same. */
  #latest: Latest | undefined;
  #found = 0;
  #made = 0;

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  get stats(): { readonly held: number; readonly found: number; readonly made: number } {
    return { held: this.#held.size, found: this.#found, made: this.#made };
  }

  /**
   * The context for a choice. Throws what `tls.createSecureContext` throws for what this runtime cannot do.
   *
   * @param clientSchemes - SignatureSchemes that clients may use; empty when they are not asked for a certificate.
   * @param epoch - Whose ticket keys.
   */
  get(choice: ContextChoice, clientSchemes: readonly number[], epoch: number): SecureContext {
    const latest = this.#latest;
    if (latest?.epoch === epoch && latest.clientSchemes === clientSchemes && isSame(latest.choice, choice)) {
      this.#found++;
      return latest.context;
    }
    const context = this.#find(choice, clientSchemes, epoch);
    this.#latest = { choice, clientSchemes, epoch, context };
    return context;
  }

  #find(choice: ContextChoice, clientSchemes: readonly number[], epoch: number): SecureContext {
    const key = `${choice.version} ${choice.group.name} ${this.#numberOf(choice.credential)} ${choice.scheme} ${epoch} ${choice.ciphers.map(({ name }) => name).join()} ${clientSchemes.join()}`;
    const known = this.#held.get(key);
    if (known !== undefined) {
      this.#found++;
      // To the end: what is used stays.
      this.#held.delete(key);
      this.#held.set(key, known);
      return known;
    }
    const made = this.#make(choice, clientSchemes, epoch);
    this.#made++;
    this.#held.set(key, made);
    if (this.#held.size > this.#options.capacity)
      for (const oldest of this.#held.keys()) {
        this.#held.delete(oldest);
        break;
      }
    return made;
  }

  #numberOf(credential: Credential): number {
    const known = this.#numbers.get(credential);
    if (known !== undefined) return known;
    this.#numbers.set(credential, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  #make(
    { version, group, credential, scheme, ciphers }: ContextChoice,
    clientSchemes: readonly number[],
    epoch: number,
  ): SecureContext {
    const { tickets } = this.#options;
    const authorities = this.#authoritiesBeside(credential);
    return createSecureContext({
      cert: credential.certificatePem,
      key: credential.privateKeyPem,
      minVersion: version,
      // TLS 1.2 is decided for clients alone that do not offer TLS 1.3. An engine that has TLS 1.3 says so in its random,
      // so that a client whose hello was rewritten on the way notices [RFC 9846].
      maxVersion: 'TLSv1.3',
      ecdhCurve: [
        group.identifiers.tlsGroup?.name ?? group.name,
        ...(version === 'TLSv1.2' && clientSchemes.length > 0 ? CLIENT_KEY_CURVES : []),
      ].join(':'),
      // One list for what the server signs with and what it takes from clients. The server's preference counts, and
      // its key does not fit the schemes of other kinds: the first entry is what it signs with.
      sigalgs: [...new Set([scheme, ...clientSchemes])].map(signatureSchemeName).join(':'),
      honorCipherOrder: true,
      ciphers: ciphers.flatMap(({ name }) => suitesOf(name, version)).join(':'),
      // What was decided stands for as long as the session [RFC 9325 §3.5].
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      ticketKeys: tickets.keys(epoch),
      sessionTimeout: tickets.lifetimeSeconds,
      sessionIdContext: this.#bindingOf(credential, scheme),
      ...(authorities.length > 0 && { ca: authorities }),
    });
  }

  // OpenSSL completes a chain of one certificate from those that it is given to trust: the root would be sent along, which
  // clients have. Then they are not sent names either; the choice of their certificate is theirs, the check is ours.
  #authoritiesBeside({ certificates: [leaf, ...above] }: Credential): string[] {
    const { anchors } = this.#options;
    const issuer = leaf?.issuer.key;
    const wouldBeSent = above.length === 0 && anchors.some(({ subject }) => subject.key === issuer);
    return wouldBeSent ? [] : anchors.map((anchor) => anchor.toPem());
  }

  // A session is resumed only under the certificate and the scheme that it was made with, so that what is reported
  // of a resumed session is true.
  #bindingOf(credential: Credential, scheme: number): string {
    return createHash('sha256')
      .update(`${this.#options.binding}\n${scheme}\n${credential.certificatePem}`)
      .digest()
      .subarray(0, BINDING_BYTES)
      .toString('base64url');
  }
}
