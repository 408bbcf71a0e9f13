import { defaultProvider } from 'hybridge';
import { sign1, verify1 } from 'hybridge/cose';
import { generateKeyPair, sign, verify } from 'hybridge/sign';
import type { Pair } from '../compare.ts';

/**
 * COSE_Sign1 against the bare signature over as many bytes: what the structure costs. Beside a signature as quick as
 * ECDSA most of that is the CBOR library at work, so only ML-DSA has a target.
 */
export async function cosePairs(): Promise<readonly Pair[]> {
  const provider = defaultProvider();
  const payload = new Uint8Array(1024).fill(7);
  const kid = new Uint8Array(32);
  const pairs: Pair[] = [];
  for (const [name, target] of [
    ['ML-DSA-44', { target: 0.8 }],
    ['ECDSA-P256-SHA256', {}],
  ] as const) {
    const { privateKey, publicKey } = await generateKeyPair(provider, name);
    const message = await sign1(provider, privateKey, payload, { kid });
    const signature = await sign(provider, privateKey, payload);
    pairs.push(
      {
        name: `cose/${name}/sign1`,
        subject: { label: 'sign1', work: () => sign1(provider, privateKey, payload, { kid }) },
        baseline: { label: 'sign', work: () => sign(provider, privateKey, payload) },
        statistic: 'mean',
        ...target,
      },
      {
        name: `cose/${name}/verify1`,
        subject: { label: 'verify1', work: () => verify1(provider, publicKey, message) },
        baseline: { label: 'verify', work: () => verify(provider, publicKey, payload, signature) },
        ...target,
      },
    );
  }
  return pairs;
}
