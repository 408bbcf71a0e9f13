/** From bytes or text of any kind to one structure that holds a key. */
import { fromUtf8, HybridgeError, isHybridgeError } from '../bytes/index.ts';
import { decodeJson, decodePem, INTEGER, isPem, OCTET_STRING, readDer, SEQUENCE } from '../encoding/index.ts';

/** Formats of key files. `raw` is never guessed: it must be asked for, together with the algorithm. */
export type KeyFormat = 'cose' | 'der' | 'jwk' | 'pem' | 'raw';

/** A key file: bytes or text of any format, or a JWK that is an object already. */
export type KeyInput = Uint8Array | object | string;

/** The ASN.1 structures that hold a key. */
export type DerStructure =
  | 'ECPrivateKey'
  | 'EncryptedPrivateKeyInfo'
  | 'OneAsymmetricKey'
  | 'RSAPrivateKey'
  | 'RSAPublicKey'
  | 'SubjectPublicKeyInfo';

/** One structure that holds a key, named but not yet read. */
export type Container =
  | { readonly format: 'cose'; readonly structure: 'COSE_Key'; readonly bytes: Uint8Array }
  | DerContainer<DerStructure>
  | { readonly format: 'jwk'; readonly structure: 'JWK'; readonly members: Readonly<Record<string, unknown>> }
  | { readonly format: 'raw'; readonly structure: 'raw'; readonly bytes: Uint8Array };

/** One member for each structure, so that the structure tells the container. */
type DerContainer<Structure> = Structure extends DerStructure
  ? { readonly format: 'der' | 'pem'; readonly structure: Structure; readonly bytes: Uint8Array }
  : never;

/** Which half of a key pair the caller came for. */
export type Half = 'any' | 'private' | 'public';

/** No key of the registry comes near this; a file that does is not a key. */
const MAX_BYTES = 128 * 1024;

const LABELS: ReadonlyMap<string, DerStructure> = new Map([
  ['PUBLIC KEY', 'SubjectPublicKeyInfo'],
  ['PRIVATE KEY', 'OneAsymmetricKey'],
  ['ENCRYPTED PRIVATE KEY', 'EncryptedPrivateKeyInfo'],
  ['EC PRIVATE KEY', 'ECPrivateKey'],
  ['RSA PRIVATE KEY', 'RSAPrivateKey'],
  ['RSA PUBLIC KEY', 'RSAPublicKey'],
]);

/** Whether a structure holds a public key; the others hold a private one. */
function isPublic(structure: DerStructure): boolean {
  return structure === 'SubjectPublicKeyInfo' || structure === 'RSAPublicKey';
}

/**
 * Finds the one structure that holds a key.
 *
 * @param format - What the input is; found out when absent.
 * @param half - Of a PEM file with several keys, the ones to look at.
 * @throws HybridgeError `invalid_encoding` when the input is nothing of the kind, or holds several keys;
 * `unsupported` for PEM files without a key that is read here; `message_too_large`.
 */
export function detect(input: KeyInput, format: KeyFormat | undefined, half: Half): Container {
  if (!(input instanceof Uint8Array) && typeof input !== 'string') {
    if (format !== undefined && format !== 'jwk')
      throw notOfFormat(format, 'an object, which only a JWK can be');
    return { format: 'jwk', structure: 'JWK', members: jwkMembers(input) };
  }
  if (input.length > MAX_BYTES)
    throw new HybridgeError('message_too_large', `key: ${input.length} bytes, at most ${MAX_BYTES}`, {
      details: { actual: input.length, maximum: MAX_BYTES },
    });
  switch (format ?? guess(input)) {
    case 'cose':
      return { format: 'cose', structure: 'COSE_Key', bytes: bytesOf(input, 'cose') };
    case 'der': {
      const bytes = bytesOf(input, 'der');
      return { format: 'der', structure: derStructure(bytes), bytes };
    }
    case 'jwk':
      return { format: 'jwk', structure: 'JWK', members: jwkMembers(decodeJson(textOf(input), 'JWK')) };
    case 'pem':
      return pemContainer(textOf(input), half);
    case 'raw':
      return { format: 'raw', structure: 'raw', bytes: bytesOf(input, 'raw') };
  }
}

// JWK and PEM are text, a SEQUENCE begins with 0x30 (the digit 0 in a text), a CBOR map with 0xa0 to 0xbf, which
// begins no UTF-8 text.
function guess(input: Uint8Array | string): KeyFormat {
  const first = typeof input === 'string' ? undefined : input[0];
  if (first !== undefined && first >= 0xa0 && first <= 0xbf) return 'cose';
  const text = typeof input === 'string' ? input : textIn(input);
  if (text !== undefined && isPem(text)) return 'pem';
  if (first === 0x30) return 'der';
  if (text?.trimStart().startsWith('{') === true) return 'jwk';
  throw new HybridgeError('invalid_encoding', 'key: neither PEM, DER, JWK nor COSE_Key', {
    hint: 'a raw key is read when its format and algorithm are stated',
    details: { actual: input.length },
  });
}

function textIn(bytes: Uint8Array): string | undefined {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    if (isHybridgeError(error, 'invalid_encoding')) return undefined;
    throw error;
  }
}

function textOf(input: Uint8Array | string): string {
  return typeof input === 'string' ? input : fromUtf8(input, 'key');
}

function bytesOf(input: Uint8Array | string, format: KeyFormat): Uint8Array {
  if (typeof input === 'string') throw notOfFormat(format, 'a text');
  return input;
}

function notOfFormat(format: KeyFormat, found: string): HybridgeError {
  return new HybridgeError('invalid_argument', `key: the format is ${format}, the input ${found}`, {
    fault: 'caller',
  });
}

function jwkMembers(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new HybridgeError('invalid_encoding', 'JWK: not an object');
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pemContainer(text: string, half: Half): Container {
  const blocks = decodePem(text, { maxCharacters: MAX_BYTES });
  const keys = blocks.flatMap(({ label, bytes }) => {
    const structure = LABELS.get(label);
    if (structure === undefined) return [];
    const wanted = half === 'any' || (half === 'public') === isPublic(structure);
    return wanted ? [{ format: 'pem', structure, bytes } as const] : [];
  });
  const [only] = keys;
  const labels = blocks.map(({ label }) => label);
  if (only === undefined)
    throw new HybridgeError(
      'unsupported',
      `PEM: no ${half === 'any' ? '' : `${half} `}key, only ${labels.join(', ')}`,
      {
        details: { labels },
      },
    );
  if (keys.length > 1)
    throw new HybridgeError(
      'invalid_encoding',
      `PEM: ${keys.length} keys where one is expected (${labels.join(', ')})`,
      {
        details: { labels },
      },
    );
  return only;
}

// The first two elements tell the structures apart; reading the whole is the business of each.
function derStructure(bytes: Uint8Array): DerStructure {
  const outer = readDer(bytes, 'key');
  const fields = outer.sequence('fields');
  outer.end();
  if (fields.has(SEQUENCE)) {
    fields.any('algorithm');
    return fields.has(OCTET_STRING) ? 'EncryptedPrivateKeyInfo' : 'SubjectPublicKeyInfo';
  }
  if (fields.has(INTEGER)) {
    const version = fields.unsignedInteger('version');
    if (fields.has(SEQUENCE)) return 'OneAsymmetricKey';
    if (fields.has(OCTET_STRING)) return 'ECPrivateKey';
    return version.length === 0 ? 'RSAPrivateKey' : 'RSAPublicKey';
  }
  throw new HybridgeError('invalid_encoding', 'key: a SEQUENCE that holds no key');
}
