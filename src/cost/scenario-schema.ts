/** Scenarios as users' files write them. */
import * as v from 'valibot';
import {
  type AeadName,
  AEADS,
  type KemName,
  KEMS,
  type SignatureName,
  SIGNATURES,
} from '../registry/index.ts';
import { fields, line, oneOf, wholeFrom } from './read.ts';
import type { CertificateProfile, Scenario } from './scenario.ts';
import { TLS_STACKS } from './tls-stack.ts';

const AEAD_NAMES: readonly AeadName[] = AEADS.map(({ name }) => name);
const KEM_NAMES: readonly KemName[] = KEMS.map(({ name }) => name);
const SIGNATURE_NAMES: readonly SignatureName[] = SIGNATURES.map(({ name }) => name);
const GROUP_NAMES: readonly string[] = [
  ...new Set(
    KEMS.flatMap(({ name, identifiers: { tlsGroup } }) =>
      tlsGroup === undefined ? [] : [name, tlsGroup.name],
    ),
  ),
];

/** The largest image, message or manifest, in bytes: 1 TiB. More is a mistake of a unit. */
const LARGEST = 2 ** 40;
/** The longest chain that anybody sends. */
const LONGEST_CHAIN = 10;

const bytes = wholeFrom(0, LARGEST);

/** A group of TLS, by the registry's name or by that of TLS. */
export const groupSchema: v.GenericSchema<unknown, string> = oneOf(GROUP_NAMES);
/** A signature of the registry. */
export const signatureSchema: v.GenericSchema<unknown, SignatureName> = oneOf(SIGNATURE_NAMES);
/** A KEM of the registry. */
export const kemSchema: v.GenericSchema<unknown, KemName> = oneOf(KEM_NAMES);
/** One or two names of signatures on firmware; the data knows more of them than the registry (LMS by parameters). */
export const firmwareSignaturesSchema: v.GenericSchema<unknown, readonly string[]> = v.pipe(
  v.array(line(64), 'expected a list of names'),
  v.minLength(1, 'expected one name or two'),
  v.maxLength(2, 'expected one name or two'),
);
/** Intermediates beside the leaf. */
export const chainSchema: v.GenericSchema<unknown, number> = wholeFrom(0, LONGEST_CHAIN);
/** A size in bytes. */
export const bytesSchema: v.GenericSchema<unknown, number> = bytes;
/** The size of an image in bytes. */
export const imageBytesSchema: v.GenericSchema<unknown, number> = wholeFrom(1, LARGEST);
/** Places for an image in flash. */
export const slotsSchema: v.GenericSchema<unknown, 1 | 2> = v.picklist([1, 2], 'expected 1 or 2');
/** `true` or `false`. */
export const flagSchema: v.GenericSchema<unknown, boolean> = v.boolean('expected true or false');

const profileSchema: v.GenericSchema<unknown, CertificateProfile> = fields({
  subject: v.exactOptional(line(1000)),
  dnsNames: v.exactOptional(v.array(line(253), 'expected a list of names')),
  issuers: v.exactOptional(v.array(line(1000), 'expected a list of names')),
  expires: v.exactOptional(v.literal('never', 'expected never')),
  crlUrl: v.exactOptional(line(1000)),
  ocspUrl: v.exactOptional(line(1000)),
});

/** A scenario, told by its `kind`; fields left out are as {@link Scenario} says. */
export const scenarioSchema: v.GenericSchema<unknown, Scenario> = v.variant(
  'kind',
  [
    fields({
      kind: v.literal('operation'),
      algorithm: line(64),
      operation: oneOf(['aead', 'agree', 'decaps', 'encaps', 'hash', 'keygen', 'sign', 'verify']),
      messageBytes: v.exactOptional(bytes),
    }),
    fields({
      kind: v.literal('tls-handshake'),
      group: groupSchema,
      signature: signatureSchema,
      chain: v.optional(chainSchema, 1),
      mutual: v.optional(flagSchema, false),
      clientSignature: v.exactOptional(signatureSchema),
      resumption: v.optional(flagSchema, false),
      helloRetry: v.exactOptional(flagSchema),
      profile: v.exactOptional(profileSchema),
      stack: v.exactOptional(oneOf(TLS_STACKS)),
      incrementalParsing: v.exactOptional(flagSchema),
    }),
    fields({
      kind: v.literal('firmware-update'),
      imageBytes: imageBytesSchema,
      signatures: firmwareSignaturesSchema,
      manifestBytes: v.exactOptional(bytes),
      hash: v.exactOptional(oneOf(['SHA-256', 'SHA-512', 'SHAKE256'])),
      keyIncluded: v.exactOptional(flagSchema),
      order: v.exactOptional(oneOf(['image-first', 'manifest-first'])),
      slots: v.exactOptional(slotsSchema),
    }),
    fields({
      kind: v.literal('certificate-chain'),
      signature: signatureSchema,
      leafKey: v.exactOptional(oneOf([...KEM_NAMES, ...SIGNATURE_NAMES])),
      intermediates: v.optional(chainSchema, 1),
      profile: v.exactOptional(profileSchema),
    }),
    fields({
      kind: v.literal('sealed-message'),
      kem: kemSchema,
      messageBytes: bytes,
      direction: v.optional(oneOf(['open', 'seal']), 'open'),
      aead: v.exactOptional(oneOf(AEAD_NAMES)),
    }),
  ],
  ({ received, expected }) =>
    `expected a kind of scenario, one of ${expected}, found ${received.slice(0, 60)}`,
);
