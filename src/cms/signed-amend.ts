/** Adding to the signatures of a message what they do not cover: countersignatures and time-stamp tokens. */
import { equal, HybridgeError } from '../bytes/index.ts';
import type { Certificate } from '../certificates/index.ts';
import { der, explicit, readDer, SEQUENCE, SET } from '../encoding/index.ts';
import type { Provider } from '../provider/index.ts';
import { type Attribute, ATTRIBUTE } from './attribute.ts';
import { readBer } from './ber-read.ts';
import { CONTENT_TYPE, contentTypeName } from './content-type.ts';
import { type MessageInput, sourceOf } from './message-input.ts';
import { countersignatureOver, type MessageSigner, type SignMessageOptions } from './signed-sign.ts';
import { decodeSignerInfo, encodeSignerInfo, type SignerInfo } from './signer-info.ts';

/** Which signature of a message is meant. */
export interface SignatureChoice {
  /** Its place in the message, which is that in `signers` of a verdict; the first unless told. */
  readonly index?: number | undefined;
  /** Most bytes of message to take into memory; 64 MiB unless told. */
  readonly maxBytes?: number | undefined;
}

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Countersigns one signature of a message [RFC 5652 §11.4]: attests to that signature, not to the content.
 *
 * Nothing is verified here. Verify the message first, and countersign what was found.
 *
 * @returns DER of the message with the countersignature and the countersigner's certificate.
 * @throws {@link HybridgeError} as `signMessage`; `invalid_encoding`; `invalid_argument` when there is no such signature;
 * `message_too_large`.
 *
 * @example
 * ```ts
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { countersignMessage, signDetached, verifyMessage } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-65');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=Notary',
 *   profile: 'code-signing',
 *   validity: { notBefore: new Date('2026-01-01') },
 * });
 * const contract = new TextEncoder().encode('a contract');
 * const signed = await signDetached(provider, { signers: [{ key, certificate }] }, contract);
 * const attested = await countersignMessage(provider, signed, { key, certificate });
 * const verdict = await verifyMessage(provider, attested, { detachedContent: contract });
 * console.log(verdict.signers[0]?.countersignatures[0]?.status); // valid
 * ```
 */
export async function countersignMessage(
  provider: Provider,
  message: MessageInput,
  signer: MessageSigner,
  options: SignatureChoice & SignMessageOptions = {},
): Promise<Uint8Array> {
  return amend(message, options, signer.certificate, async ({ signature }) => ({
    type: ATTRIBUTE.countersignature,
    values: [await countersignatureOver(provider, signature, signer, options)],
  }));
}

/**
 * Adds an unsigned attribute to one signature of a message, such as a time-stamp token over that signature.
 *
 * @returns DER of the message with the attribute.
 * @throws {@link HybridgeError} `invalid_encoding`; `invalid_argument` when there is no such signature;
 * `message_too_large`.
 *
 * @example
 * ```ts
 * import { issueSelfSigned } from 'hybridge/certificates';
 * import { addUnsignedAttribute, ATTRIBUTE, signDetached } from 'hybridge/cms';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-65');
 * const certificate = await issueSelfSigned(provider, {
 *   key,
 *   subject: 'CN=Signer',
 *   profile: 'code-signing',
 *   validity: { notBefore: new Date('2026-01-01') },
 * });
 * const signed = await signDetached(provider, { signers: [{ key, certificate }] }, new Uint8Array(100));
 * const token = Uint8Array.of(0x30, 0x00); // stands for the TimeStampToken of an authority
 * const stamped = await addUnsignedAttribute(signed, { type: ATTRIBUTE.timeStampToken, values: [token] });
 * console.log(stamped.length > signed.length); // true
 * ```
 */
export async function addUnsignedAttribute(
  message: MessageInput,
  attribute: Attribute,
  options: SignatureChoice = {},
): Promise<Uint8Array> {
  return amend(message, options, undefined, () => Promise.resolve(attribute));
}

async function amend(
  message: MessageInput,
  { index = 0, maxBytes = MAX_BYTES }: SignatureChoice,
  certificate: Certificate | undefined,
  attributeFor: (info: SignerInfo) => Promise<Attribute>,
): Promise<Uint8Array> {
  const ber = readBer(sourceOf(message), 'ContentInfo', { maxBuffered: maxBytes });
  const whole = await ber.element('message', SEQUENCE);
  await ber.end();
  const outer = readDer(whole, 'ContentInfo', { maxBytes });
  const fields = outer.sequence('fields');
  const type = fields.oid('contentType');
  if (type !== CONTENT_TYPE.signedData)
    throw new HybridgeError('unsupported', `the message is ${contentTypeName(type)}, not signedData`, {
      details: { contentType: type },
    });
  const signedData = fields.explicit(0, 'content').sequence('signedData');
  const head = [
    signedData.any('version'),
    signedData.any('digestAlgorithms'),
    signedData.any('encapContentInfo'),
  ];
  const certificates = signedData.has(explicit(0))
    ? elements(signedData.any('certificates'), explicit(0))
    : [];
  const crls = signedData.has(explicit(1)) ? [signedData.any('crls')] : [];
  const infos = elements(signedData.any('signerInfos'), SET);
  const chosen = infos[index];
  if (chosen === undefined)
    throw new HybridgeError(
      'invalid_argument',
      `the message has ${infos.length} signatures, none at ${index}`,
      {
        fault: 'caller',
        details: { signatures: infos.length, index },
      },
    );
  const info = await decodeSignerInfo(chosen, 'signerInfo');
  const amended = encodeSignerInfo({
    ...info,
    unsignedAttributes: joined(info.unsignedAttributes, await attributeFor(info)),
  });
  if (certificate !== undefined && !certificates.some((one) => equal(one, certificate.bytes)))
    certificates.push(certificate.bytes);
  return der.sequence(
    der.oid(type),
    der.explicit(
      0,
      der.sequence(
        ...head,
        ...(certificates.length === 0 ? [] : [der.implicitly(0, der.setOf(...certificates))]),
        ...crls,
        der.setOf(...infos.with(index, amended)),
      ),
    ),
  );
}

function elements(set: Uint8Array, tag: number): Uint8Array[] {
  const reader = readDer(set, 'SignedData', { maxBytes: set.length }).sequence('set', tag);
  const found: Uint8Array[] = [];
  while (!reader.atEnd) found.push(reader.any('element'));
  return found;
}

// RFC 5652 §11.4: an attribute type is there once; another countersignature is another value.
function joined(attributes: readonly Attribute[], added: Attribute): readonly Attribute[] {
  const index = attributes.findIndex(({ type }) => type === added.type);
  const present = attributes[index];
  if (present === undefined) return [...attributes, added];
  return attributes.with(index, { type: added.type, values: [...present.values, ...added.values] });
}
