/** What a signature covers: Sig_structure [RFC 9052 §4.4]. Its payload comes last, so it can be streamed. */
import { concat, EMPTY, utf8 } from '../bytes/index.ts';

/** The head of the array and the context as a text of 10 and 9 bytes, which tell the two structures apart. */
const SIGN1: Uint8Array = concat(Uint8Array.of(0x84, 0x6a), utf8('Signature1'));
const SIGN: Uint8Array = concat(Uint8Array.of(0x85, 0x69), utf8('Signature'));

/**
 * Everything of a Sig_structure that stands before the contents of the payload.
 *
 * @param signerProtected - Of the signature in a COSE_Sign; a COSE_Sign1 has none.
 */
export function sigStructureStart(
  bodyProtected: Uint8Array,
  signerProtected: Uint8Array | undefined,
  externalAad: Uint8Array,
  payloadSize: number,
): Uint8Array {
  const inSign = signerProtected !== undefined;
  return concat(
    inSign ? SIGN : SIGN1,
    byteStringHead(bodyProtected.length),
    bodyProtected,
    inSign ? byteStringHead(signerProtected.length) : EMPTY,
    inSign ? signerProtected : EMPTY,
    byteStringHead(externalAad.length),
    externalAad,
    byteStringHead(payloadSize),
  );
}

/** The head of a byte string in its shortest form [RFC 8949 §3]. */
function byteStringHead(size: number): Uint8Array {
  const octets = size < 24 ? 0 : size < 0x100 ? 1 : size < 0x1_0000 ? 2 : size < 0x1_0000_0000 ? 4 : 8;
  const head = new Uint8Array(1 + octets);
  head[0] = 0x40 | (octets === 0 ? size : 24 + Math.log2(octets));
  for (let at = octets, rest = size; at > 0; at--, rest = Math.floor(rest / 256)) head[at] = rest % 256;
  return head;
}
