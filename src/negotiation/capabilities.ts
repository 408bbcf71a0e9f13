import type { KemDescriptor, ObsoleteDescriptor, SignatureDescriptor } from '../registry/index.ts';

/** Where an offer was read. */
export type CapabilitySource = 'capability-document' | 'certificate' | 'cms' | 'configuration' | 'tls-hello';

/**
 * What carries sessions and messages, from what does more to what does less: sessions, messages with signatures, sealed
 * messages. Where both sides have several, the first is chosen, so that neither side's order means anything.
 */
export const MESSAGE_FORMATS = ['tls-1.3', 'tls-1.2', 'cose', 'cms', 'hpke', 'age'] as const;

/** A format that a peer can read. */
export type MessageFormat = (typeof MESSAGE_FORMATS)[number];

/** What a peer cannot exceed; `undefined`: it did not say. */
export interface CapabilityLimits {
  /** The largest message it takes, in bytes. */
  readonly maxMessageSize: number | undefined;
  /** The largest certificate chain it takes, in bytes. */
  readonly maxChainSize: number | undefined;
}

/** What one side says it can do, wherever it said so. */
export interface Capabilities {
  readonly source: CapabilitySource;
  /** Key establishment, in the order of the offer. Obsolete ones are kept: policies refuse them with a replacement. */
  readonly kems: readonly (KemDescriptor | ObsoleteDescriptor)[];
  /** Signatures it verifies. */
  readonly signatures: readonly (ObsoleteDescriptor | SignatureDescriptor)[];
  readonly formats: readonly MessageFormat[];
  readonly limits: CapabilityLimits;
  /** Identifiers that the registry does not know, as they were written (`0x1234`, an OID); GREASE is not among them. */
  readonly unknown: readonly string[];
  /** The bytes of the offer; records of negotiations name it by their SHA-256. */
  readonly offer: Uint8Array;
}
