/** Handshakes of node:tls with itself in memory, counted. */
import type { SignatureName } from '../../src/registry/index.ts';
import { firstGroup, tlsGroup } from '../../src/cost/tls-bytes.ts';
import { dnsNamesOf } from '../../src/cost/certificate-size.ts';
import type { HandshakeCase } from './handshake-cases.ts';
import { issueChain, type IssuedChain } from './tls-chains.ts';
import { type Counted, meetInMemory, type Met } from './tls-wire.ts';

const chains = new Map<string, Promise<IssuedChain>>();

function chainOf(signature: SignatureName, count: number, side: 'client' | 'server'): Promise<IssuedChain> {
  const key = `${signature} ${String(count)} ${side}`;
  const chain = chains.get(key) ?? issueChain(signature, count, side);
  chains.set(key, chain);
  return chain;
}

const TICKET_KEYS = Buffer.alloc(48, 0x5a);

/** Makes one handshake; one that resumes makes another before it. */
export async function countInNode({
  group,
  signature,
  chain,
  mutual,
  kind,
}: HandshakeCase): Promise<Counted> {
  const server = await chainOf(signature, chain, 'server');
  const client = mutual ? await chainOf(signature, chain, 'client') : undefined;
  const retry = kind === 'hello-retry';
  const first = firstGroup(tlsGroup(group)).identifiers.tlsGroup?.name ?? '';
  const common = { minVersion: 'TLSv1.3' } as const;
  const meet = (session?: Buffer): Promise<Met> =>
    meetInMemory({
      server: {
        ...common,
        ecdhCurve: group,
        cert: server.chain,
        key: server.key,
        ticketKeys: TICKET_KEYS,
        sessionIdContext: 'count',
        ...(client !== undefined && { requestCert: true, ca: server.namesake.toPem() }),
      },
      client: {
        ...common,
        ecdhCurve: retry ? `${first}:${group}` : group,
        servername: dnsNamesOf()[0],
        ...(client !== undefined && { cert: client.chain, key: client.key }),
        ...(session !== undefined && { session }),
      },
      clientFlights: retry ? 3 : 2,
    });
  const { counted, session } = await meet();
  if (kind !== 'resumption') return counted;
  if (session === undefined) throw new Error('no session to resume');
  const again = await meet(session);
  if (!again.resumed) throw new Error('the session was not resumed');
  return again.counted;
}

/** Node.js forgets sessions above 10 kB, which certificates of both sides in one ticket are. */
export function isTooLargeForNode({ kind, mutual, signature }: HandshakeCase): boolean {
  return kind === 'resumption' && mutual && (signature === 'ML-DSA-65' || signature === 'ML-DSA-87');
}
