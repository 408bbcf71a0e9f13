/** SignedData at length: many changed messages, and a long stream. */
import { describe, expect, it } from 'vitest';

import { concat, equal, HybridgeError, utf8 } from '../../src/bytes/index.ts';
import { encodeAttributes } from '../../src/cms/attribute.ts';
import {
  countersignMessage,
  type MessageSigner,
  signDetached,
  signMessage,
  verifyMessage,
  type VerifyMessageOptions,
} from '../../src/cms/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { peakAbove, pieces } from '../sign/memory.ts';
import { report } from '../support/tally.ts';
import { collect, cut, identityOf, provider } from './support.ts';

const content = utf8('the content of a message');
const ROUNDS = 25_000;

async function signersOf(...names: readonly SignatureName[]): Promise<readonly MessageSigner[]> {
  return Promise.all(
    names.map(async (name) => {
      const { key, certificate } = await identityOf(name);
      return { key, certificate };
    }),
  );
}

interface Seed {
  readonly message: Uint8Array;
  readonly options: VerifyMessageOptions;
}

async function seeds(): Promise<readonly Seed[]> {
  const two = await signersOf('ML-DSA-44', 'Ed25519');
  const [, classical] = two;
  if (classical === undefined) throw new Error('no signer');
  const attached = await collect(signMessage(provider, { signers: two }, content));
  const streamed = await collect(signMessage(provider, { signers: two }, cut(content, 5)));
  const direct = two.map((signer) => ({ ...signer, signedAttributes: 'none' as const }));
  return [
    { message: await countersignMessage(provider, attached, classical), options: {} },
    { message: streamed, options: {} },
    { message: await collect(signMessage(provider, { signers: direct }, content)), options: {} },
    {
      message: await signDetached(provider, { signers: await signersOf('ECDSA-P256-SHA256') }, content),
      options: { detachedContent: content },
    },
  ];
}

/** A generator of numbers below a bound, the same in every run. */
function sequence(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

function mutate(message: Uint8Array, next: (bound: number) => number): Uint8Array {
  let changed: Uint8Array = message.slice();
  for (let changes = 1 + next(3); changes > 0; changes--) {
    const at = next(changed.length);
    const kind = next(6);
    const end = Math.min(changed.length, at + 1 + next(40));
    if (kind === 0) changed = concat(changed.subarray(0, at), changed.subarray(end));
    else if (kind === 1) changed = concat(changed.subarray(0, end), changed.subarray(at));
    else if (kind === 2) changed = changed.slice(0, at + 1);
    else if (kind === 3) changed[at] = [0, 0x80, 0xff, 0x30, 0x24, 0x84][next(6)] ?? 0;
    else changed[at] = next(256);
  }
  return changed;
}

describe('changed messages', () => {
  it('are refused, or are what was signed', async () => {
    const next = sequence(2026);
    const all = await seeds();
    const attributes = new Set<string>();
    const shown = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    for (const { message, options } of all)
      for (const { signedAttributes = [] } of (await verifyMessage(provider, message, options)).signers)
        attributes.add(shown(encodeAttributes(signedAttributes)));
    const outcomes = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round++) {
      const seed = all[round % all.length];
      if (seed === undefined) throw new Error('no seed');
      const changed = mutate(seed.message, next);
      let outcome: string;
      try {
        const source = round % 2 === 0 ? changed : cut(changed, 200);
        const verdict = await verifyMessage(provider, source, seed.options);
        outcome = verdict.valid ? 'valid, the signed parts unchanged' : `verdict: ${verdict.reason}`;
        if (verdict.valid) {
          if (!verdict.detached) expect(equal(verdict.content ?? new Uint8Array(), content)).toBe(true);
          for (const { signedAttributes = [] } of verdict.signers)
            expect(attributes.has(shown(encodeAttributes(signedAttributes)))).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof HybridgeError)) throw error;
        outcome = `error: ${error.code}`;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    report(`SignedData: ${String(ROUNDS)} changed messages`);
    for (const [outcome, count] of [...outcomes].sort()) report(`  ${outcome}: ${String(count)}`);
    expect(outcomes.size).toBeGreaterThan(3);
  }, 300_000);
});

describe('a gibibyte', () => {
  it('is signed and verified in bounded memory', async () => {
    const size = 1024 ** 3;
    const signers = await signersOf('ML-DSA-65');
    const started = performance.now();
    const { result, peak } = await peakAbove((onProgress) =>
      verifyMessage(provider, signMessage(provider, { signers }, pieces(size), { onProgress }), {
        onContent: () => undefined,
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    expect(result).toMatchObject({ valid: true, size });
    expect(peak).toBeLessThan(64 * 1024 * 1024);
    report(
      `SignedData: 1 GiB signed and verified in ${seconds.toFixed(1)} s, ${String(peak >> 20)} MiB above the start`,
    );
  }, 300_000);
});
