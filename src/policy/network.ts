/** Networks in CIDR notation [RFC 4632 §3.1, RFC 4291 §2.3]. */
import { ipAddress } from '../bytes/index.ts';

/** The addresses that share their first bits. */
export interface Network {
  /** 4 or 16 bytes, zero after the prefix. */
  readonly address: Uint8Array;
  /** Length of the prefix in bits. */
  readonly prefix: number;
}

/** The IPv4 address that a mapped one stands for [RFC 4291 §2.5.5.2]: listeners for both families write it so. */
function unmapped(address: Uint8Array): Uint8Array {
  const isMapped =
    address.length === 16 &&
    address[10] === 0xff &&
    address[11] === 0xff &&
    address.subarray(0, 10).every((byte) => byte === 0);
  return isMapped ? address.subarray(12) : address;
}

/** The bytes of a peer's address, without its zone (`%eth0`); `undefined` for what is none. */
export function readAddress(text: string): Uint8Array | undefined {
  const zone = text.indexOf('%');
  const address = ipAddress(zone < 0 ? text : text.slice(0, zone));
  return address === undefined ? undefined : unmapped(address);
}

/** A network, a single address among them, or what is wrong with its text. */
export function readNetwork(text: string): Network | string {
  const [written = '', length, more] = text.split('/', 3);
  const address = ipAddress(written);
  if (address === undefined || more !== undefined)
    return 'expected an IPv4 or IPv6 network, such as 192.0.2.0/24 or 2001:db8::/32';
  if (unmapped(address) !== address) return 'write an IPv4-mapped address as an IPv4 address';
  const bits = address.length * 8;
  if (length === undefined) return { address, prefix: bits };
  if (!/^(?:0|[1-9]\d{0,2})$/u.test(length) || Number(length) > bits)
    return `expected a prefix of 0 to ${String(bits)} bits`;
  const network = { address, prefix: Number(length) };
  if (!isZeroAfter(network)) return 'has bits after its prefix: is it one address, or the network around it?';
  return network;
}

function isZeroAfter({ address, prefix }: Network): boolean {
  const whole = prefix >> 3;
  if (whole === address.length) return true;
  const rest = 0xff >> (prefix & 7);
  return ((address[whole] ?? 0) & rest) === 0 && address.subarray(whole + 1).every((byte) => byte === 0);
}

/** Whether an address, as {@link readAddress} gives it, lies in a network. IPv4 is not in `::/1`. */
export function isIn({ address: network, prefix }: Network, address: Uint8Array): boolean {
  if (network.length !== address.length) return false;
  const whole = prefix >> 3;
  for (let index = 0; index < whole; index++) if (network[index] !== address[index]) return false;
  const bits = prefix & 7;
  return bits === 0 || (((network[whole] ?? 0) ^ (address[whole] ?? 0)) & (0xff00 >> bits) & 0xff) === 0;
}
