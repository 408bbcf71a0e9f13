/** Where a connection comes from, as far as it says who. */

/** The groups of an IPv6 address before its prefix of 48 bits ends. */
function ipv6Prefix(address: string): string {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after];
  return `${groups.slice(0, 3).join(':')}::/48`;
}

/** The host of `192.0.2.7:51234` or `[2001:db8::7]:51234`, which are also taken without a port. */
export function hostOf(address: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(address)?.[1];
  if (bracketed !== undefined) return bracketed;
  const colon = address.indexOf(':');
  return colon !== -1 && colon === address.lastIndexOf(':') ? address.slice(0, colon) : address;
}

/** The network of a host: 24 bits of an IPv4 address, 48 of an IPv6 address; about one site. */
export function networkOf(host: string): string {
  const ipv4 = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i.exec(host)?.[1];
  return ipv4 === undefined ? ipv6Prefix(host) : `${ipv4}.0/24`;
}
