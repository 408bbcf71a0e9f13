/**
 * Stands for a key management service or a hardware module: a process of its own that holds two private keys and signs
 * with them. It uses node:crypto alone (Node 24.8 or newer) and knows nothing of Hybridge.
 *
 * One JSON object per line: `{ id, method: "publicKey" | "sign", algorithm, message?, context? }`, answered by
 * `{ id, result }` or `{ id, error }`; byte strings are in base64.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createInterface } from 'node:readline';

const mlDsa = generateKeyPairSync('ml-dsa-65');
const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What the service does with each of its keys. */
const KEYS = new Map([
  [
    'ML-DSA-65',
    {
      publicKey: () => mlDsa.publicKey.export({ format: 'raw-public' }),
      sign: (message: Uint8Array, context: Uint8Array) =>
        sign(undefined, message, { key: mlDsa.privateKey, context }),
    },
  ],
  [
    'ECDSA-P256-SHA256',
    {
      publicKey: () => ecdsa.publicKey.export({ format: 'raw-public' }),
      sign: (message: Uint8Array) => sign('sha256', message, ecdsa.privateKey),
    },
  ],
]);

function text(request: object, field: string): string {
  const value: unknown = Reflect.get(request, field);
  if (typeof value !== 'string') throw new Error(`"${field}" is missing`);
  return value;
}

function answer(request: object): string {
  const key = KEYS.get(text(request, 'algorithm'));
  if (key === undefined) throw new Error('no such key here');
  switch (text(request, 'method')) {
    case 'publicKey':
      return base64(key.publicKey());
    case 'sign':
      return base64(
        key.sign(
          Buffer.from(text(request, 'message'), 'base64'),
          Buffer.from(text(request, 'context'), 'base64'),
        ),
      );
    default:
      throw new Error('no such method');
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request: unknown = JSON.parse(line);
  if (typeof request !== 'object' || request === null) throw new Error('not a request');
  const id: unknown = Reflect.get(request, 'id');
  try {
    console.log(JSON.stringify({ id, result: answer(request) }));
  } catch (error) {
    console.log(JSON.stringify({ id, error: error instanceof Error ? error.message : String(error) }));
  }
}
