/** A revocation list as an engineer wants to read it: plain data, and text. */
import { toHex } from '../bytes/index.ts';
import type { Crl } from './crl.ts';
import {
  algorithmLines,
  block,
  describeDeviations,
  describeExtensions,
  describeSignature,
  deviationLines,
  extensionLines,
  type ExtensionText,
  grouped,
  type InspectedAlgorithm,
  type InspectedDeviation,
  nameOrEmpty,
} from './inspected.ts';
import { formatName } from './name.ts';
import { signatureFacts } from './named-algorithm.ts';
import { hexPairs, printable } from './text.ts';

/** One revoked certificate. */
export interface InspectedRevocation {
  /** Contents of the INTEGER in hexadecimal, in pairs. */
  readonly serialNumber: string;
  /** ISO 8601, in UTC. */
  readonly date: string;
  readonly reason?: string;
}

/** A revocation list described; plain data, the same as JSON. */
export interface CrlInspection {
  readonly version: 1 | 2;
  readonly issuer: string;
  /** Decimal; absent in lists without one. */
  readonly number?: string;
  /** Number of the list that this one, a delta, tells the changes of. */
  readonly base?: string;
  /** ISO 8601, in UTC. */
  readonly thisUpdate: string;
  readonly nextUpdate?: string;
  readonly signature: InspectedAlgorithm;
  readonly extensions: readonly ExtensionText[];
  readonly revoked: readonly InspectedRevocation[];
  /** Of the whole. */
  readonly bytes: number;
  /** Departures from the profile, where it was read with `strict: false`. */
  readonly deviations: readonly InspectedDeviation[];
}

// Contents of an INTEGER that is not negative.
const decimal = (octets: Uint8Array): string => BigInt(`0x${toHex(octets)}`).toString();

/**
 * Describes a revocation list: whose it is, from when until when, what it revokes. Nothing is verified: see
 * `verifyCrl`.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatCrlInspection, inspectCrl, parseCrl } from 'hybridge/certificates';
 *
 * const inspection = inspectCrl(parseCrl(readFileSync('ward.crl'), { strict: false }));
 * console.log(inspection.issuer, inspection.number, inspection.revoked.length);
 * console.log(formatCrlInspection(inspection));
 * ```
 */
export function inspectCrl(crl: Crl): CrlInspection {
  const { crlNumber, deltaCrlIndicator } = crl.extensions;
  return {
    version: crl.version,
    issuer: printable(formatName(crl.issuer)),
    ...(crlNumber === undefined ? {} : { number: decimal(crlNumber) }),
    ...(deltaCrlIndicator === undefined ? {} : { base: decimal(deltaCrlIndicator) }),
    thisUpdate: crl.thisUpdate.toISOString(),
    ...(crl.nextUpdate === undefined ? {} : { nextUpdate: crl.nextUpdate.toISOString() }),
    signature: describeSignature(signatureFacts('signatureAlgorithm', crl.signatureAlgorithm, crl.signature)),
    extensions: describeExtensions(crl.extensions),
    revoked: Array.from(crl.revoked(), ({ serialNumber, revocationDate, reason }) => ({
      serialNumber: hexPairs(serialNumber),
      date: revocationDate.toISOString(),
      ...(reason === undefined ? {} : { reason }),
    })),
    bytes: crl.bytes.length,
    deviations: describeDeviations(crl.deviations),
  };
}

/** Entries that a text shows. */
const SHOWN = 20;

/**
 * An inspection of a revocation list as text of several lines, the first entries among them, without a newline at its
 * end.
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { formatCrlInspection, inspectCrl, parseCrl } from 'hybridge/certificates';
 *
 * console.log(formatCrlInspection(inspectCrl(parseCrl(readFileSync('ward.crl')))));
 * ```
 */
export function formatCrlInspection(inspection: CrlInspection): string {
  const { version, number, base, revoked, nextUpdate } = inspection;
  const kind = base === undefined ? '' : `, changes since list ${base}`;
  const more = revoked.length - SHOWN;
  return [
    ...block('List', [
      `of revoked certificates, version ${version}${number === undefined ? '' : `, number ${number}`}${kind}, ${grouped(inspection.bytes)} bytes`,
    ]),
    ...block('Issuer', [nameOrEmpty(inspection.issuer)]),
    ...block('Valid', [
      `${inspection.thisUpdate}, ${nextUpdate === undefined ? 'no date for the next list' : `the next list by ${nextUpdate}`}`,
    ]),
    ...block('Signature', algorithmLines(inspection.signature)),
    ...extensionLines(inspection.extensions),
    ...block('Revoked', [
      ...(revoked.length === 0 ? ['nothing'] : []),
      ...revoked
        .slice(0, SHOWN)
        .map(
          ({ serialNumber, date, reason }) =>
            `${serialNumber}  ${date}${reason === undefined ? '' : `  ${reason}`}`,
        ),
      ...(more > 0 ? [`and ${grouped(more)} more`] : []),
    ]),
    ...deviationLines(inspection.deviations),
  ].join('\n');
}
