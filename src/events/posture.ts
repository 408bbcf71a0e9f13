/** How strong something is against a quantum computer: as the registry says, or not known. */
export type PostureNature = 'classical' | 'hybrid' | 'post-quantum' | 'unknown';

/** Protocol versions of TLS as `node:tls` spells them. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** How one side of a session proved who it is. */
export interface PeerAuthentication {
  /**
   * `none`: this side proved nothing. `psk`: by a key shared beforehand, a resumed session among them; then the rest
   * tells of the session that the key comes from, where that is known.
   */
  readonly by: 'certificate' | 'none' | 'psk' | 'unknown';
  /** The nature of the key that signed the handshake. */
  readonly nature: PostureNature;
  /** The registered name of the SignatureScheme, for instance `mldsa65` [RFC 9846 §4.3.3]. */
  readonly scheme: string | undefined;
  /** The algorithm of the key in the certificate, by its name in the registry, or as OpenSSL calls it. */
  readonly key: string | undefined;
}

/**
 * What a TLS session negotiated, as far as there is evidence for it. Whatever is not known is `unknown` or
 * `undefined`, and `reason` says why; nothing is assumed.
 */
export interface Posture {
  readonly keyExchange: PostureNature;
  /** The registered name of the NamedGroup, for instance `X25519MLKEM768`. */
  readonly group: string | undefined;
  readonly version: TlsVersion | undefined;
  /** The registered name of the cipher suite, for instance `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string | undefined;
  readonly authentication: { readonly server: PeerAuthentication; readonly client: PeerAuthentication };
  readonly resumed: boolean | undefined;
  /** Whether the server asked for another key share first (HelloRetryRequest). */
  readonly helloRetry: boolean | undefined;
  /** Where this is known from, and why what is unknown is so; for a person. */
  readonly reason: string;
}
