/** What stands before the content of EnvelopedData and AuthEnvelopedData [RFC 5652 §6.1, RFC 5083 §2.1]. */
import { HybridgeError } from '../bytes/index.ts';
import { type AlgorithmIdentifier, decodeAlgorithmIdentifier } from '../certificates/index.ts';
import { explicit, INTEGER, OBJECT_IDENTIFIER, readDer, SEQUENCE, SET } from '../encoding/index.ts';
import type { BerReader } from './ber-read.ts';
import { CONTENT_TYPE, contentTypeName } from './content-type.ts';
import { readRecipientInfos, type RecipientInfo } from './recipient-info.ts';

/** Everything that is known before the content comes. */
export interface EnvelopedHead {
  readonly kind: 'auth-enveloped-data' | 'enveloped-data';
  readonly recipients: readonly RecipientInfo[];
  /** Object identifier of the type of the content. */
  readonly contentType: string;
  readonly encryption: AlgorithmIdentifier;
}

/** Reads up to the encrypted content, which comes next. */
export async function readEnvelopedHead(ber: BerReader): Promise<EnvelopedHead> {
  await ber.enter('ContentInfo', SEQUENCE);
  const type = await readOid(ber, 'contentType');
  const kind = kindOf(type);
  await ber.enter('content', explicit(0));
  await ber.enter(kind === 'enveloped-data' ? 'EnvelopedData' : 'AuthEnvelopedData', SEQUENCE);
  const version = readDer(await ber.element('version', INTEGER), 'EnvelopedData').smallInteger('version');
  if (kind === 'enveloped-data' ? version > 4 : version !== 0)
    throw new HybridgeError('invalid_encoding', `${contentTypeName(type)}: version ${version}`);
  // Certificates and CRLs for the recipients' use: nothing here needs them.
  if (await ber.has(explicit(0))) await ber.element('originatorInfo');
  const recipients = readRecipientInfos(await ber.element('recipientInfos', SET));
  await ber.enter('encryptedContentInfo', SEQUENCE);
  const contentType = await readOid(ber, 'contentType');
  const encryption = decodeAlgorithmIdentifier(await ber.element('contentEncryptionAlgorithm', SEQUENCE));
  return { kind, recipients, contentType, encryption };
}

function kindOf(type: string): EnvelopedHead['kind'] {
  switch (type) {
    case CONTENT_TYPE.envelopedData:
      return 'enveloped-data';
    case CONTENT_TYPE.authEnvelopedData:
      return 'auth-enveloped-data';
    default:
      throw new HybridgeError(
        'unsupported',
        `ContentInfo: ${contentTypeName(type)} is not encrypted to recipients; EnvelopedData and AuthEnvelopedData are`,
        { details: { contentType: type } },
      );
  }
}

async function readOid(ber: BerReader, name: string): Promise<string> {
  return readDer(await ber.element(name, OBJECT_IDENTIFIER), 'ContentInfo').oid(name);
}
