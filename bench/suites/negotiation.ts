import * as node from 'node:crypto';
import { generateKeyPair } from 'hybridge';
import { issueSelfSigned } from 'hybridge/certificates';
import { exportPrivateKey } from 'hybridge/keys';
import { decideSession, type SessionOffer } from 'hybridge/negotiation';
import { namedPolicy, type Policy } from 'hybridge/policy';
import { createNativeProvider } from 'hybridge/providers/native';
import { type ClientHello, decodeClientHello, encodeClientHello, loadCredential } from 'hybridge/tls';
import type { Pair } from '../compare.ts';

/**
 * What the policy costs a handshake, beside one X25519 key pair, which every handshake makes: a decision about a hello
 * whose offer has been met before, the same where the policy has fifty exceptions, and about an offer that is new.
 */
export async function negotiationPairs(): Promise<readonly Pair[]> {
  const provider = createNativeProvider();
  if (provider === undefined) return [];
  const at = new Date('2027-01-01');
  const credential = async (
    name: 'ECDSA-P256-SHA256' | 'ML-DSA-65',
  ): Promise<SessionOffer['credentials'][0]> => {
    const { privateKey: key } = await generateKeyPair(name);
    const certificate = await issueSelfSigned(provider, {
      key,
      subject: 'CN=pump.example',
      profile: 'tls-server',
      validity: { notBefore: at, days: 90 },
      extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
    });
    const privateKey = await exportPrivateKey(provider, key, { format: 'pem' });
    return loadCredential(provider, { certificate: certificate.toPem(), privateKey });
  };
  const offer = { credentials: [await credential('ECDSA-P256-SHA256'), await credential('ML-DSA-65')] };
  const policy = namedPolicy('hybrid-preferred');
  const excepting: Policy = {
    ...policy,
    exceptions: Array.from({ length: 50 }, (_, index) => ({
      id: `site-${String(index)}`,
      peers: { network: [`10.${String(index)}.0.0/16`] },
      uses: ['key-establishment'],
      match: { name: ['P-256'] },
      owner: 'bench',
      reason: 'bench',
      until: '2029-12-31',
    })),
  };
  const hello = aHello(0x2a2a);
  const keyPair = { label: 'an X25519 key pair', work: () => node.generateKeyPairSync('x25519') };
  const peer = { address: '10.49.2.17' };
  return [
    {
      name: 'negotiation/decide a session',
      subject: { label: 'decideSession', work: () => decideSession(hello, offer, peer, policy, at) },
      baseline: keyPair,
      target: 10,
    },
    {
      name: 'negotiation/decide, fifty exceptions',
      subject: { label: 'decideSession', work: () => decideSession(hello, offer, peer, excepting, at) },
      baseline: keyPair,
      target: 1,
    },
    {
      name: 'negotiation/decide, a new offer',
      subject: { label: 'decideSession', work: () => decideSession(hello, { ...offer }, peer, policy, at) },
      baseline: keyPair,
    },
  ];
}

/** What a browser of today sends. */
function aHello(grease: number): ClientHello {
  return decodeClientHello(
    encodeClientHello({
      random: new Uint8Array(32),
      cipherSuites: [grease, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8],
      serverName: 'pump.example',
      versions: [grease, 0x0304, 0x0303],
      groups: [grease, 0x11ec, 0x001d, 0x0017, 0x0018],
      signatureAlgorithms: [0x0905, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
      keyShares: [{ group: 0x001d, keyExchange: new Uint8Array(32) }],
    }),
  );
}
