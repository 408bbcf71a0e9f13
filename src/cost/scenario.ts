/** What can be asked about: one closed union, so that prediction, budgets, fleets and reports speak of the same things. */
import type { Policy } from '../policy/index.ts';
import type { AeadName, KemName, SignatureName } from '../registry/index.ts';
import type { CostData, CostOperation, Device, Link } from './data/types.ts';
import type { TlsStackName } from './tls-stack.ts';

/** One primitive operation. */
export interface OperationScenario {
  readonly kind: 'operation';
  readonly algorithm: string;
  readonly operation: CostOperation;
  /** Bytes hashed first (`verify`, `sign`) or hashed (`hash`). Without it, the time is that of the operation alone. */
  readonly messageBytes?: number;
}

/** The certificates of a chain as they are described before they exist. */
export interface CertificateProfile {
  /** Distinguished name, in RFC 4514 text; sizes come from its encoding. Default `CN=device.example`. */
  readonly subject?: string;
  /** Names in subjectAltName; clients ask for the first. Default one DNS name of 15 characters. */
  readonly dnsNames?: readonly string[];
  /** Names of the CAs, from the one that signs the leaf to the root. Default short common names. */
  readonly issuers?: readonly string[];
  /** End of the leaf's validity, whose encoding is longer from 2050 on. Default before. */
  readonly expires?: Date | 'never';
  /** URL of the CRL distribution point, when there is one. */
  readonly crlUrl?: string;
  /** URL of the OCSP responder, when there is one. */
  readonly ocspUrl?: string;
}

/** A TLS 1.3 handshake of the device as client. */
export interface TlsHandshakeScenario {
  readonly kind: 'tls-handshake';
  /** TLS name of the group: `X25519MLKEM768`, `X25519`, `secp256r1`. */
  readonly group: string;
  /** The server's signature and that of its chain. */
  readonly signature: SignatureName;
  /** Intermediates sent beside the leaf: 0, 1, 2 ... */
  readonly chain: number;
  /** The device authenticates as well, with this signature (default the server's) and a chain as long. */
  readonly mutual: boolean;
  readonly clientSignature?: SignatureName;
  /** Resumed with a ticket: no certificates, no signatures. */
  readonly resumption: boolean;
  /** The first share is refused and sent again: one round trip and a second ClientHello. Default false. */
  readonly helloRetry?: boolean;
  readonly profile?: CertificateProfile;
  /** The TLS library of the device, whose messages were counted. Default `openssl-3.6`. */
  readonly stack?: TlsStackName;
  /**
   * Whether the library reads certificates while they arrive, and asks for records of 1 kB [RFC 6066 §4]; if not it holds
   * the whole Certificate message. Default false.
   */
  readonly incrementalParsing?: boolean;
}

/** A firmware update: manifest with signature, image, verification on the device. */
export interface FirmwareUpdateScenario {
  readonly kind: 'firmware-update';
  readonly imageBytes: number;
  /** Signatures on the manifest: one, or a classical and a post-quantum one (dual). */
  readonly signatures: readonly string[];
  /** Manifest without its signatures (default 200). */
  readonly manifestBytes?: number;
  readonly hash?: 'SHA-256' | 'SHA-512' | 'SHAKE256';
  /** The verification key travels with the update instead of being in flash. Default false. */
  readonly keyIncluded?: boolean;
  /** Whether the signature is checked before the image is downloaded. Default `manifest-first`. */
  readonly order?: 'image-first' | 'manifest-first';
  /**
   * Places for an image in flash. `1`: the new image is written over what runs. `2`: it is written beside it, so that
   * there is something to go back to; each has room for the image, as the primary and the secondary slot of MCUboot
   * [MCUboot 2.2, design.md, Image slots]. Default 1.
   */
  readonly slots?: 1 | 2;
}

/** Certificates and chains as bytes to store, send and verify. */
export interface CertificateChainScenario {
  readonly kind: 'certificate-chain';
  readonly signature: SignatureName;
  /** Key of the leaf, if it is not one for the same signature. */
  readonly leafKey?: KemName | SignatureName;
  readonly intermediates: number;
  readonly profile?: CertificateProfile;
}

/** A sealed message to or from the device (HPKE with one recipient). */
export interface SealedMessageScenario {
  readonly kind: 'sealed-message';
  /** HPKE KEM: `MLKEM768-X25519`, `ML-KEM-768`, `DHKEM-X25519-HKDF-SHA256`. */
  readonly kem: KemName;
  readonly messageBytes: number;
  readonly direction: 'open' | 'seal';
  /** Default `AES-256-GCM`. */
  readonly aead?: AeadName;
}

/** What is asked about. */
export type Scenario =
  | CertificateChainScenario
  | FirmwareUpdateScenario
  | OperationScenario
  | SealedMessageScenario
  | TlsHandshakeScenario;

/** One question: what does this scenario cost on this device over this link? */
export interface PredictRequest {
  /** Id of a profile, or a profile. */
  readonly device: Device | string;
  /** Id of a profile, or a profile; without one nothing is said of transfer. */
  readonly link?: Link | string;
  readonly scenario: Scenario;
  /**
   * Which implementation: `fastest` (default), `smallest` (least stack), or a name as in the data; per algorithm where
   * an object is given.
   */
  readonly implementation?: string | Readonly<Record<string, string>>;
  /** The data to predict from; default the project's own. */
  readonly data?: CostData;
  /** A policy whose verdict on every algorithm of the scenario is wanted as well. */
  readonly policy?: Policy;
  /** The date of that verdict; required with `policy`. */
  readonly at?: Date;
}
