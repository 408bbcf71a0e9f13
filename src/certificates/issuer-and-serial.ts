/** IssuerAndSerialNumber [RFC 5652 §10.2.4]: how messages and requests point at a certificate. */
import { equal, toHex } from '../bytes/index.ts';
import { der, type DerReader, INTEGER } from '../encoding/index.ts';
import type { Certificate } from './certificate.ts';
import { type Name, readName, sameName } from './name.ts';

/** Names one certificate of one issuer. */
export interface IssuerAndSerialNumber {
  readonly issuer: Name;
  /** Contents of the INTEGER in two's complement, big-endian. */
  readonly serialNumber: Uint8Array;
  /** DER of the whole, as it came. */
  readonly bytes: Uint8Array;
}

/** Reads an IssuerAndSerialNumber. */
export function readIssuerAndSerial(parent: DerReader, name: string): IssuerAndSerialNumber {
  const { encoding, reader } = parent.encodedSequence(name);
  const issuer = readName(reader, 'issuer');
  const serialNumber = reader.integerOctets('serialNumber');
  reader.end();
  return { issuer, serialNumber, bytes: encoding };
}

/** DER of an IssuerAndSerialNumber, such as that of a certificate. */
export function encodeIssuerAndSerial({
  issuer,
  serialNumber,
}: Pick<IssuerAndSerialNumber, 'issuer' | 'serialNumber'>): Uint8Array {
  return der.sequence(issuer.bytes, der.element(INTEGER, serialNumber));
}

/** Whether a certificate is the one that is named. */
export function isNamed(
  named: Pick<IssuerAndSerialNumber, 'issuer' | 'serialNumber'>,
  certificate: Certificate,
): boolean {
  return equal(named.serialNumber, certificate.serialNumber) && sameName(named.issuer, certificate.issuer);
}

/** The index under which certificates are found by issuer and serial number. */
export function issuerAndSerialKey({
  issuer,
  serialNumber,
}: Pick<IssuerAndSerialNumber, 'issuer' | 'serialNumber'>): string {
  return `${toHex(serialNumber)} ${issuer.key}`;
}
