/** GeneralName [RFC 5280 §4.2.1.6]: the names that certificates are found and constrained by. */
import { fromUtf8, HybridgeError, utf8 } from '../bytes/index.ts';
import { der, type DerReader, explicit, implicit } from '../encoding/index.ts';
import { type Name, readName } from './name.ts';

/** One alternative name. */
export type GeneralName =
  /** An ASCII host name, in the form of RFC 5890 where it is international. */
  | { readonly kind: 'dns'; readonly name: string }
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'uri'; readonly uri: string }
  /** 4 or 16 bytes; in name constraints 8 or 32, the address and its mask. */
  | { readonly kind: 'ip'; readonly address: Uint8Array }
  | { readonly kind: 'directory'; readonly name: Name }
  | { readonly kind: 'registered-id'; readonly oid: string }
  /** A name of a type of its own, such as id-on-hardwareModuleName of devices [RFC 4108 §5]; `value` is DER. */
  | { readonly kind: 'other'; readonly type: string; readonly value: Uint8Array }
  /** x400Address and ediPartyName, which nobody uses: DER, as it came. */
  | { readonly kind: 'edi' | 'x400'; readonly bytes: Uint8Array };

/** GeneralNames: at least one. */
export function readGeneralNames(parent: DerReader, name: string, tag?: number): readonly GeneralName[] {
  const reader = parent.sequence(name, tag);
  const names: GeneralName[] = [];
  do names.push(readGeneralName(reader, 'name'));
  while (!reader.atEnd);
  return names;
}

/**
 * Reads one GeneralName.
 *
 * @throws HybridgeError `invalid_encoding`.
 */
export function readGeneralName(parent: DerReader, name: string): GeneralName {
  switch (parent.nextTag) {
    case explicit(0): {
      const fields = parent.explicit(0, name);
      const type = fields.oid('type-id');
      const inner = fields.explicit(0, 'value');
      const value = inner.any('value');
      inner.end();
      fields.end();
      return { kind: 'other', type, value };
    }
    case implicit(1):
      return { kind: 'email', address: ascii(parent.primitive(name, implicit(1)), 'rfc822Name') };
    case implicit(2):
      return { kind: 'dns', name: ascii(parent.primitive(name, implicit(2)), 'dNSName') };
    case explicit(3):
      return { kind: 'x400', bytes: parent.any(name) };
    case explicit(4): {
      // Name is a CHOICE, so its tag is explicit [X.680 §31.2.7].
      const inner = parent.explicit(4, name);
      const directory = readName(inner, 'directoryName');
      inner.end();
      return { kind: 'directory', name: directory };
    }
    case explicit(5):
      return { kind: 'edi', bytes: parent.any(name) };
    case implicit(6):
      return { kind: 'uri', uri: ascii(parent.primitive(name, implicit(6)), 'uniformResourceIdentifier') };
    case implicit(7):
      return { kind: 'ip', address: ipAddress(parent.primitive(name, implicit(7))) };
    case implicit(8):
      return { kind: 'registered-id', oid: parent.oid(name, implicit(8)) };
    default:
      throw new HybridgeError('invalid_encoding', `${name}: not a GeneralName, at byte ${parent.offset}`);
  }
}

function ascii(contents: Uint8Array, what: string): string {
  // A NUL once let a name pass for its beginning (CVE-2009-2408).
  if (contents.some((octet) => octet === 0 || octet > 0x7f))
    throw new HybridgeError('invalid_encoding', `${what}: not an IA5String, or one with a NUL`);
  return fromUtf8(contents);
}

function ipAddress(contents: Uint8Array): Uint8Array {
  if (![4, 8, 16, 32].includes(contents.length))
    throw new HybridgeError('invalid_encoding', `iPAddress: ${contents.length} bytes`, {
      details: { actual: contents.length },
    });
  return contents;
}

/** DER of one GeneralName. */
export function encodeGeneralName(name: GeneralName): Uint8Array {
  switch (name.kind) {
    case 'other':
      return der.explicit(0, der.oid(name.type), der.explicit(0, name.value));
    case 'email':
      return der.element(implicit(1), encodeAscii(name.address, 'e-mail address'));
    case 'dns':
      return der.element(implicit(2), encodeAscii(name.name, 'DNS name'));
    case 'directory':
      return der.explicit(4, name.name.bytes);
    case 'uri':
      return der.element(implicit(6), encodeAscii(name.uri, 'URI'));
    case 'ip':
      return der.element(implicit(7), ipAddress(name.address));
    case 'registered-id':
      return der.implicitly(8, der.oid(name.oid));
    case 'edi':
    case 'x400':
      return name.bytes;
  }
}

/** The octets of an IA5String. */
export function encodeAscii(text: string, what: string): Uint8Array {
  if (!/^[\u0020-\u007e]+$/u.test(text))
    throw new HybridgeError('invalid_argument', `${what}: not printable ASCII: ${JSON.stringify(text)}`, {
      fault: 'caller',
      hint: 'write an international host name in its xn-- form',
    });
  return utf8(text);
}

/** DER of GeneralNames. */
export function encodeGeneralNames(names: readonly GeneralName[]): Uint8Array {
  return der.sequence(...names.map(encodeGeneralName));
}
