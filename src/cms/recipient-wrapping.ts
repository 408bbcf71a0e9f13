import type { KeyWrapName } from './key-wrap.ts';

/** How the content key is protected for one recipient. Everything has a default that suits the key. */
export interface Wrapping {
  /**
   * The hash: of HKDF for KEM keys (SHA-256 unless told [RFC 9936 §2.2.1]) and for X25519 and X448, of the X9.63
   * derivation for the other curves (unless told, the one of the curve's strength), of RSA-OAEP and its mask (SHA-256).
   */
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined;
  /** The key wrap; unless told AES-256 for KEM keys above category 1, else as strong as the content's cipher. */
  readonly wrap?: KeyWrapName | undefined;
  /** User keying material: public context that both sides' key derivation takes in; not for RSA. */
  readonly ukm?: Uint8Array | undefined;
}
