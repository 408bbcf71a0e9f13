/** The bytes of an IPv4 or IPv6 address, 4 or 16; `undefined` for what is none. */
export function ipAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? ipv6(text) : ipv4(text);
}

function ipv4(text: string): Uint8Array | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return undefined;
  // A leading zero is octal to some readers.
  const octets = parts.map((part) => (/^(?:0|[1-9]\d{0,2})$/u.test(part) ? Number(part) : 256));
  return octets.some((octet) => octet > 255) ? undefined : Uint8Array.from(octets);
}

// RFC 4291 §2.2: groups of four hexadecimal digits, one run of zeros shortened to ::, the end as IPv4.
function ipv6(text: string): Uint8Array | undefined {
  const [head = '', tail, more] = text.split('::', 3);
  if (more !== undefined) return undefined;
  const front = groups(head, tail === undefined);
  const back = tail === undefined ? [] : groups(tail, true);
  if (front === undefined || back === undefined) return undefined;
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...front, ...new Array<number>(missing).fill(0), ...back];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const found: number[] = [];
  const parts = text.split(':', 9);
  for (const [index, part] of parts.entries()) {
    const embedded = last && index === parts.length - 1 ? ipv4(part) : undefined;
    if (embedded !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = embedded;
      found.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-f]{1,4}$/iu.test(part)) found.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return found;
}
