/** Runs on Node 20, bundled by `older-node.ts`; prints comparisons as JSON. */
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import { encapsulate, exportKey, generateKeyPair } from 'hybridge';
import { compare } from '../compare.ts';

const [rounds, time] = process.argv.slice(2).map(Number);
const pair = await generateKeyPair('MLKEM768-X25519');
const raw = await exportKey(pair.publicKey, { format: 'raw' });
const comparison = await compare(
  {
    name: 'older-node/x-wing/encapsulate',
    subject: { label: `hybridge on Node ${process.version}`, work: () => encapsulate(pair.publicKey) },
    baseline: { label: 'noble', work: () => ml_kem768_x25519.encapsulate(raw) },
    target: 5,
  },
  { rounds: rounds ?? 3, time: time ?? 200 },
);
console.log(JSON.stringify([comparison]));
