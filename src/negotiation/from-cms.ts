/** What the signer of a CMS message says it can do. */
import { HybridgeError } from '../bytes/index.ts';
import type { SignerVerdict } from '../cms/index.ts';
import type { Capabilities } from './capabilities.ts';
import { readSmimeCapabilities, SMIME_CAPABILITIES } from './smime-capabilities.ts';

/**
 * The SMIMECapabilities that a signer put under its signature [RFC 8551 §2.5.2]; `undefined` when there are none. The
 * algorithm that it signed with is among the signatures: whoever signs with it can verify it.
 *
 * @param signer - One of `signers` in the verdict of `verifyMessage` of `hybridge/cms`.
 * @throws HybridgeError `invalid_argument` for a signature that does not hold: whoever removes algorithms from a list
 * that nobody signed makes the answer weaker; `invalid_encoding` for an attribute that is there twice or malformed.
 *
 * @example
 * ```ts no-run
 * import { defaultProvider } from 'hybridge';
 * import { verifyMessage } from 'hybridge/cms';
 * import { capabilitiesFromCms } from 'hybridge/negotiation';
 *
 * declare const message: Uint8Array;
 * const { signers } = await verifyMessage(defaultProvider(), message);
 * for (const signer of signers)
 *   if (signer.status === 'valid') console.log(capabilitiesFromCms(signer)?.kems.map(({ name }) => name));
 * ```
 */
export function capabilitiesFromCms(signer: SignerVerdict): Capabilities | undefined {
  if (signer.status !== 'valid')
    throw new HybridgeError('invalid_argument', 'capabilities: the signature over them does not hold', {
      fault: 'caller',
    });
  const attributes = (signer.signedAttributes ?? []).filter(({ type }) => type === SMIME_CAPABILITIES);
  const [attribute] = attributes;
  if (attribute === undefined) return undefined;
  const [value] = attribute.values;
  if (value === undefined || attribute.values.length > 1 || attributes.length > 1)
    throw new HybridgeError('invalid_encoding', 'SMIMECapabilities: not exactly one value');
  const { kems, signatures, unknown } = readSmimeCapabilities(value);
  return {
    source: 'cms',
    kems,
    signatures: [...new Set([...signatures, signer.algorithm])],
    formats: ['cms'],
    limits: { maxMessageSize: undefined, maxChainSize: undefined },
    unknown,
    offer: value,
  };
}
