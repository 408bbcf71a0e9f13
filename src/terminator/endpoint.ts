import type { Socket } from 'node:net';
import { HybridgeError } from '../bytes/index.ts';
import { generalNameFrom } from '../certificates/index.ts';
import { plainAddress } from './limits.ts';

/** One end of a TCP connection. */
export interface Endpoint {
  /** IPv4 or IPv6, without zone. */
  readonly address: string;
  readonly port: number;
}

/** Where a connection comes from, and where it came in. `undefined` once it is gone. */
export function endpointsOf(
  socket: Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>,
): { readonly source: Endpoint; readonly destination: Endpoint } | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  if (localAddress === undefined || localPort === undefined) return undefined;
  return {
    source: { address: plainAddress(remoteAddress), port: remotePort },
    destination: { address: plainAddress(localAddress), port: localPort },
  };
}

/** The octets of an address, 4 or 16. @throws HybridgeError `invalid_argument` for what is none. */
export function octetsOf(address: string): Uint8Array {
  const name = generalNameFrom(address);
  if (name.kind === 'ip') return name.address;
  throw new HybridgeError('invalid_argument', `not an IP address: ${JSON.stringify(address)}`, {
    fault: 'caller',
  });
}

/** An endpoint in one word, `192.0.2.7:51234` or `[2001:db8::7]:51234`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
