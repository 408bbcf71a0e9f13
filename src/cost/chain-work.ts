/** What it takes to check certificates: verifications, and the hash that runs over each certificate before. */
import { signature, type SignatureName } from '../registry/index.ts';
import { publicKeyBytes } from './certificate-size.ts';
import type { Context } from './context.ts';
import { hashLatency, latencyOf } from './implementation.ts';
import { inSequence } from './latency.ts';
import type { Latency, Need, Step } from './prediction.ts';
import { type Figure, quantity } from './quantity.ts';
import { messageHash } from './work.ts';

/** Time or nothing: what the data does not have is left out and said. */
export interface Optional {
  readonly steps: readonly Step[];
  /** What could not be counted. */
  readonly missing: readonly string[];
}

/** A step that is counted where the data has a time for it. */
export function ifKnown(label: string, time: Latency, bytes: number): Optional {
  return time.mean.known
    ? { steps: [{ label, kind: 'cpu', time }], missing: [] }
    : { steps: [], missing: [`${label} (${String(bytes)} bytes)`] };
}

/** The same work so many times. */
function times(time: Latency, count: number, because: string): Latency {
  if (count === 1) return time;
  return inSequence(
    Array.from({ length: count }, () => time),
    because,
  );
}

/** Verifies the certificates of a chain, each with the key of the next, the last with that of the root. */
export function verifyChain(
  context: Context,
  name: SignatureName,
  certificates: number,
  bytes: Figure<'bytes'>,
): Optional {
  const hash = messageHash(name, 'verify');
  const size = bytes.known ? Math.round(bytes.value) : 0;
  const hashed =
    hash === undefined
      ? { steps: [], missing: [] }
      : ifKnown(
          `${hash.hash} of the certificates`,
          hashLatency(context, hash.hash, size * hash.passes),
          size,
        );
  const label =
    certificates === 1
      ? `${name} verify: certificate`
      : `${name} verify: ${String(certificates)} certificates`;
  return {
    steps: [
      ...hashed.steps,
      { label, kind: 'cpu', time: times(latencyOf(context, name, 'verify'), certificates, label) },
    ],
    missing: hashed.missing,
  };
}

/** What is kept of a root: its name and its key. */
export function trustAnchor(name: SignatureName, nameBytes: number): Need['items'][number] {
  return {
    label: 'trust anchor',
    bytes: quantity(nameBytes + publicKeyBytes(signature(name)), 'bytes', {
      status: 'derived',
      because: `name and public key of a root with ${name}`,
    }),
  };
}
