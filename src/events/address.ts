/** An address of a peer in its parts. */
export interface PeerAddress {
  /** The address without its port, as it was written. */
  readonly host: string;
  /** The host where it is an IP address, without brackets and zone. */
  readonly ip: string | undefined;
  readonly port: number | undefined;
}

const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^(?:${BYTE}\\.){3}${BYTE}$`);

function isIp(text: string): boolean {
  return IPV4.test(text) || (text.includes(':') && URL.canParse(`http://[${text}]/`));
}

/**
 * The parts of `192.0.2.7:51234`, `[2001:db8::7]:51234`, `2001:db8::7` or `pump.example:443`. Indexes of logs refuse
 * a whole document for one malformed IP address: `ip` is there only when it is one.
 */
export function peerAddress(text: string): PeerAddress {
  const bracketed = /^\[([^\]]*)\](?::([0-9]{1,5}))?$/.exec(text);
  const plain = /^([^:]*):([0-9]{1,5})$/.exec(text);
  const [, host = text, digits] = bracketed ?? plain ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  const [bare = host] = host.split('%');
  return {
    host,
    ip: isIp(bare) ? bare : undefined,
    port: port !== undefined && port <= 65_535 ? port : undefined,
  };
}
