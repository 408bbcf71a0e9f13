/**
 * Delta certificates, or chameleon certificates: a second certificate, described within the first by what differs.
 * draft-bonnell-lamps-chameleon-certs-07 expired in April 2026 without a successor, so they are read and not made.
 */
import { HybridgeError } from '../bytes/index.ts';
import { der, type DerReader, explicit, INTEGER, readDer } from '../encoding/index.ts';
import { type Certificate, parseCertificate, type ParseOptions } from './certificate.ts';
import type { Extension } from './extension.ts';
import { encodeExtensions, readExtension } from './extensions.ts';
import { strictly } from './deviation.ts';
import { EXTENSION } from './oids.ts';

/** A certificate that was reconstructed from the description in another. */
export interface DeltaCertificate {
  /** The document that defines this; it is no standard and will not become one. */
  readonly draft: 'draft-bonnell-lamps-chameleon-certs-07, expired April 2026';
  /** The certificate described; its signature is not checked. */
  readonly certificate: Certificate;
}

/** What a DeltaCertificateDescriptor says; a field that is `undefined` is as in the base certificate. */
interface Descriptor {
  readonly serialNumber: Uint8Array;
  readonly signature: Uint8Array | undefined;
  readonly issuer: Uint8Array | undefined;
  readonly validity: Uint8Array | undefined;
  readonly subject: Uint8Array | undefined;
  readonly spki: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly signatureValue: Uint8Array;
}

/**
 * The delta certificate that a base certificate describes; `undefined` where it describes none. Verify and validate
 * it like any other certificate.
 *
 * @throws {@link HybridgeError} `invalid_encoding` for a description that does not follow the draft, and as
 * `parseCertificate` for the certificate that it leads to.
 *
 * @example
 * ```ts no-run
 * import { parseCertificate, readDeltaCertificate } from 'hybridge/certificates';
 * import { readFileSync } from 'node:fs';
 *
 * const delta = readDeltaCertificate(parseCertificate(readFileSync('chameleon.pem')));
 * if (delta !== undefined) console.log(delta.draft, delta.certificate.keyAlgorithm.oid);
 * ```
 */
export function readDeltaCertificate(
  base: Certificate,
  options: ParseOptions = {},
): DeltaCertificate | undefined {
  const extension = base.extensions.all.find(({ oid }) => oid === EXTENSION.deltaCertificateDescriptor);
  if (extension === undefined) return undefined;
  const descriptor = readDescriptor(extension.value);
  const bytes = reconstruct(base, descriptor);
  return {
    draft: 'draft-bonnell-lamps-chameleon-certs-07, expired April 2026',
    certificate: parseCertificate(bytes, options),
  };
}

function readDescriptor(value: Uint8Array): Descriptor {
  const outer = readDer(value, 'DeltaCertificateDescriptor');
  const fields = outer.sequence('fields');
  outer.end();
  const inside = (number: number, name: string): Uint8Array | undefined => {
    if (!fields.has(explicit(number))) return undefined;
    const tagged = fields.explicit(number, name);
    const element = tagged.any(name);
    tagged.end();
    return element;
  };
  const serialNumber = fields.integerOctets('serialNumber');
  const signature = inside(0, 'signature');
  const issuer = inside(1, 'issuer');
  const validity = inside(2, 'validity');
  const subject = inside(3, 'subject');
  const spki = fields.encodedSequence('subjectPublicKeyInfo').encoding;
  const extensions = fields.has(explicit(4)) ? readDeltaExtensions(fields) : [];
  const signatureValue = fields.bitString('signatureValue');
  fields.end();
  return { serialNumber, signature, issuer, validity, subject, spki, extensions, signatureValue };
}

function readDeltaExtensions(fields: DerReader): readonly Extension[] {
  const tagged = fields.explicit(4, 'extensions');
  const list = tagged.sequence('list');
  tagged.end();
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  while (!list.atEnd) {
    const extension = readExtension(list, strictly);
    if (seen.has(extension.oid) || extension.oid === EXTENSION.deltaCertificateDescriptor)
      throw new HybridgeError(
        'invalid_encoding',
        `delta certificate: the extension ${extension.oid} may not stand here`,
      );
    seen.add(extension.oid);
    extensions.push(extension);
  }
  return extensions;
}

/** The delta certificate: what the description gives, and the rest from the base. */
function reconstruct(base: Certificate, descriptor: Descriptor): Uint8Array {
  const outer = readDer(base.tbs, 'TBSCertificate');
  const fields = outer.sequence('fields');
  outer.end();
  const version = fields.any('version');
  fields.any('serialNumber');
  const algorithm = either(fields.any('signature'), descriptor.signature);
  const issuer = either(fields.any('issuer'), descriptor.issuer);
  const validity = either(fields.any('validity'), descriptor.validity);
  const subject = either(fields.any('subject'), descriptor.subject);
  const tbs = der.sequence(
    version,
    der.element(INTEGER, descriptor.serialNumber),
    algorithm,
    issuer,
    validity,
    subject,
    descriptor.spki,
    der.explicit(3, encodeExtensions(extensionsOfDelta(base, descriptor.extensions))),
  );
  return der.sequence(tbs, algorithm, der.bitString(descriptor.signatureValue));
}

const either = (ofBase: Uint8Array, ofDelta: Uint8Array | undefined): Uint8Array => ofDelta ?? ofBase;

/** Those of the base in their order, without the description, each replaced where the description has it. */
function extensionsOfDelta(base: Certificate, differing: readonly Extension[]): readonly Extension[] {
  for (const { oid } of differing)
    if (!base.extensions.all.some((extension) => extension.oid === oid))
      throw new HybridgeError(
        'invalid_encoding',
        `delta certificate: the base certificate has no extension ${oid}`,
        {
          details: { oid },
        },
      );
  return base.extensions.all
    .filter(({ oid }) => oid !== EXTENSION.deltaCertificateDescriptor)
    .map((extension) => differing.find(({ oid }) => oid === extension.oid) ?? extension);
}
