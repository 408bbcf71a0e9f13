/** SMIMECapabilities [RFC 8551 §2.5.2]: what a peer can, as a list of object identifiers, its favourites first. */
import { HybridgeError, isHybridgeError } from '../bytes/index.ts';
import { readAlgorithmIdentifier, signatureAlgorithmsOf } from '../certificates/index.ts';
import { readDer } from '../encoding/index.ts';
import {
  findByOid,
  type KemDescriptor,
  type ObsoleteDescriptor,
  type SignatureDescriptor,
} from '../registry/index.ts';

/** The attribute of messages and the extension of certificates have one identifier [RFC 8551 §2.5.2, RFC 4262 §2]. */
export const SMIME_CAPABILITIES = '1.2.840.113549.1.9.15';

/** No software lists more than a few dozen. */
const MAX_CAPABILITIES = 256;

/** What a list of identifiers comes to. */
export interface NamedAlgorithms {
  readonly kems: readonly (KemDescriptor | ObsoleteDescriptor)[];
  readonly signatures: readonly (ObsoleteDescriptor | SignatureDescriptor)[];
  readonly unknown: readonly string[];
}

/**
 * Reads the DER of SMIMECapabilities. Identifiers of digests and ciphers say nothing of keys and are passed over.
 *
 * @throws HybridgeError `invalid_encoding`, also for more than 256 entries.
 */
export function readSmimeCapabilities(bytes: Uint8Array): NamedAlgorithms {
  const outer = readDer(bytes, 'SMIMECapabilities');
  const list = outer.sequence('list');
  outer.end();
  const kems = new Set<KemDescriptor | ObsoleteDescriptor>();
  const signatures = new Set<ObsoleteDescriptor | SignatureDescriptor>();
  const unknown = new Set<string>();
  for (let count = 0; !list.atEnd; count++) {
    if (count === MAX_CAPABILITIES)
      throw new HybridgeError('invalid_encoding', 'SMIMECapabilities: more than 256 entries');
    const capability = readAlgorithmIdentifier(list, 'capability');
    const entries = findByOid(capability.oid).filter(
      ({ kind, identifiers }) => kind === 'obsolete' || identifiers.oid === capability.oid,
    );
    if (entries.length === 0) unknown.add(capability.oid);
    // Parameters say more than the identifier: which RSASSA-PSS, for instance.
    const named = capability.parameters === undefined ? undefined : signaturesNamed(capability);
    for (const entry of entries)
      if (entry.kind === 'obsolete') {
        kems.add(entry);
        signatures.add(entry);
      } else if (entry.use === 'kem') kems.add(entry);
      else if (entry.use === 'signature' && named?.includes(entry) !== false) signatures.add(entry);
  }
  return { kems: [...kems], signatures: [...signatures], unknown: [...unknown] };
}

/** The algorithms that an identifier with parameters leaves; none for parameters that nobody here has. */
function signaturesNamed(
  identifier: Parameters<typeof signatureAlgorithmsOf>[0],
): readonly SignatureDescriptor[] {
  try {
    return signatureAlgorithmsOf(identifier);
  } catch (error) {
    if (isHybridgeError(error)) return [];
    throw error;
  }
}
