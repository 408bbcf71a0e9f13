/** Reading SignedData in one pass [RFC 5652 §5.1]. */
import { HybridgeError } from '../bytes/index.ts';
import { type Certificate, decodeAlgorithmIdentifier, parseCertificate } from '../certificates/index.ts';
import {
  explicit,
  INTEGER,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  readDer,
  SEQUENCE,
  SET,
} from '../encoding/index.ts';
import type { HashName } from '../registry/index.ts';
import { type BerOptions, type BerReader, readBer } from './ber-read.ts';
import { CONTENT_TYPE, contentTypeName } from './content-type.ts';
import { type MessageInput, sourceOf } from './message-input.ts';
import { hashOf } from './signed-digest.ts';
import { readSignerInfo, type SignerInfo } from './signer-info.ts';

/** Signatures in one message, countersignatures among them: each costs a verification. */
const MAX_SIGNATURES = 256;

/**
 * Refuses messages with more signatures than anybody makes.
 *
 * @throws HybridgeError `message_too_large`.
 */
export function requireFewSignatures(count: number): void {
  if (count > MAX_SIGNATURES)
    throw new HybridgeError('message_too_large', `the message has more than ${MAX_SIGNATURES} signatures`, {
      details: { maximum: MAX_SIGNATURES },
    });
}

/** Takes the content as it is read. */
interface Taker {
  take(piece: Uint8Array): Promise<void>;
}

/** A message that was read. */
export interface SignedData<T extends Taker> {
  readonly contentType: string;
  /** What took the content; `undefined` when it is not in the message. */
  readonly taker: T | undefined;
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Uint8Array[];
  readonly signers: readonly SignerInfo[];
}

/**
 * Reads a signed message and hands its content over.
 *
 * @param begin - Called before the content comes, with the digests that the message announces.
 * @throws HybridgeError `invalid_encoding`; `unsupported`; `message_too_large`; what `begin` and the taker throw.
 */
export async function readSignedData<T extends Taker>(
  message: MessageInput,
  options: BerOptions,
  begin: (digests: readonly HashName[]) => T,
): Promise<SignedData<T>> {
  const ber = readBer(sourceOf(message), 'ContentInfo', options);
  try {
    await ber.enter('fields', SEQUENCE);
    const type = oid(await ber.element('contentType', OBJECT_IDENTIFIER), 'ContentInfo.contentType');
    if (type !== CONTENT_TYPE.signedData)
      throw new HybridgeError('unsupported', `the message is ${contentTypeName(type)}, not signedData`, {
        details: { contentType: type },
      });
    await ber.enter('content', explicit(0));
    const read = await readFields(ber, begin);
    await ber.leave();
    await ber.leave();
    await ber.end();
    return read;
  } finally {
    await ber.close();
  }
}

async function readFields<T extends Taker>(
  ber: BerReader,
  begin: (digests: readonly HashName[]) => T,
): Promise<SignedData<T>> {
  await ber.enter('signedData', SEQUENCE);
  const version = readDer(await ber.element('version', INTEGER), 'SignedData.version').smallInteger('value');
  // RFC 5652 §5.1 computes it from the rest; old writers did it differently, and nothing depends on it.
  if (version < 1 || version > 5)
    throw new HybridgeError('unsupported', `SignedData: version ${version} is not known`, {
      details: { version },
    });
  const announced: HashName[] = [];
  await ber.enter('digestAlgorithms', SET);
  while (!(await ber.atEnd())) {
    const digest = hashOf(decodeAlgorithmIdentifier(await ber.element('algorithm', SEQUENCE)));
    if (digest !== undefined) announced.push(digest.name);
  }
  await ber.leave();
  await ber.enter('encapContentInfo', SEQUENCE);
  const contentType = oid(await ber.element('eContentType', OBJECT_IDENTIFIER), 'SignedData.eContentType');
  const taker = (await ber.has(explicit(0))) ? begin(announced) : undefined;
  if (taker !== undefined) {
    await ber.enter('eContent', explicit(0));
    for await (const piece of ber.octets('content', OCTET_STRING)) await taker.take(piece);
    await ber.leave();
  }
  await ber.leave();
  const certificates = await readCertificates(ber);
  const crls = await readCrls(ber);
  const signers: SignerInfo[] = [];
  await ber.enter('signerInfos', SET);
  while (!(await ber.atEnd())) {
    signers.push(await readSignerInfo(ber, 'signerInfo'));
    requireFewSignatures(signers.length);
  }
  await ber.leave();
  await ber.leave();
  return { contentType, taker, certificates, crls, signers };
}

/** The certificates of a CertificateSet [RFC 5652 §10.2.2]; those of other kinds than X.509 are passed over. */
async function readCertificates(ber: BerReader): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = [];
  if (!(await ber.has(explicit(0)))) return certificates;
  await ber.enter('certificates', explicit(0));
  while (!(await ber.atEnd())) {
    // Whether a certificate keeps to its profile matters when it is to be trusted: path validation asks.
    if (await ber.has(SEQUENCE))
      certificates.push(parseCertificate(await ber.derElement('certificate'), { strict: false }));
    else await ber.element('certificate');
  }
  await ber.leave();
  return certificates;
}

async function readCrls(ber: BerReader): Promise<readonly Uint8Array[]> {
  const crls: Uint8Array[] = [];
  if (!(await ber.has(explicit(1)))) return crls;
  await ber.enter('crls', explicit(1));
  while (!(await ber.atEnd())) {
    // RFC 5652 §10.2.1: other formats, OCSP responses among them, are [1].
    if (await ber.has(SEQUENCE)) crls.push(await ber.derElement('crl'));
    else await ber.element('crl');
  }
  await ber.leave();
  return crls;
}

function oid(bytes: Uint8Array, structure: string): string {
  return readDer(bytes, structure).oid('value');
}
