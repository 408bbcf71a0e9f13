/**
 * Statement of possession [RFC 9883]: a key that cannot sign is requested with a key that can, and that has a
 * certificate of the same subject.
 */
import { der, readDer } from '../encoding/index.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import {
  encodeIssuerAndSerial,
  type IssuerAndSerialNumber,
  readIssuerAndSerial,
} from './issuer-and-serial.ts';

/** PrivateKeyPossessionStatement [RFC 9883 §2]: whose key signed the request. */
export interface PossessionStatement {
  readonly signer: IssuerAndSerialNumber;
  /** The signer's certificate, where it goes along. It proves nothing until its path is validated. */
  readonly certificate: Certificate | undefined;
}

/** Reads a PrivateKeyPossessionStatement. */
export function readPossessionStatement(bytes: Uint8Array): PossessionStatement {
  const outer = readDer(bytes, 'PrivateKeyPossessionStatement');
  const fields = outer.sequence('fields');
  outer.end();
  const signer = readIssuerAndSerial(fields, 'signer');
  const certificate = fields.atEnd ? undefined : parseCertificate(fields.any('cert'));
  fields.end();
  return { signer, certificate };
}

/** DER of a PrivateKeyPossessionStatement, with the certificate: the CA then need not look for it. */
export function encodePossessionStatement(certificate: Certificate): Uint8Array {
  return der.sequence(encodeIssuerAndSerial(certificate), certificate.bytes);
}
