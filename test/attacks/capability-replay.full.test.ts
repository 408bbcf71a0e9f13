/** A capability document that somebody has kept, shown to several processes that share a store. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toHex } from '../../src/bytes/index.ts';
import { exportPublicKey } from '../../src/keys/index.ts';
import { capabilities, issueCapabilityDocument } from '../../src/negotiation/index.ts';
import { provider, signatureKeys } from '../certificates/fixtures.ts';
import { describeWithRedis, startRedis } from '../store/redis-server.ts';
import { report } from '../support/tally.ts';

interface Judge {
  /** What it says of a document. */
  readonly judge: (document: Uint8Array) => Promise<string>;
}

async function judge(kind: 'redis' | 'sqlite', location: string, key: Uint8Array): Promise<Judge> {
  const worker = fileURLToPath(new URL('capability-worker.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [worker, kind, location, toHex(key)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('no pipe');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value }: IteratorResult<string, unknown> = await lines.next();
    return String(value);
  };
  expect(await next()).toBe('ready');
  return {
    judge: (document) => {
      child.stdin?.write(`${toHex(document)}\n`);
      return next();
    },
  };
}

const PROCESSES = 3;
const ROUNDS = 40;

/** Shows documents to all processes at once, each taken by one; then old ones, which nobody takes. */
async function replayed(kind: 'redis' | 'sqlite', location: string): Promise<void> {
  const { privateKey, publicKey } = await signatureKeys('ML-DSA-65');
  const spki = exportPublicKey(publicKey, { format: 'der' });
  const judges = await Promise.all(Array.from({ length: PROCESSES }, () => judge(kind, location, spki)));
  const document = (kem: 'MLKEM768-X25519' | 'X25519', sequence: number): Promise<Uint8Array> =>
    issueCapabilityDocument(provider, {
      key: privateKey,
      issuer: 'gateway.example',
      subject: 'gateway.example',
      audience: 'cloud.example',
      capabilities: capabilities({ kems: [kem], signatures: ['ML-DSA-65'], formats: ['hpke'] }),
      at: new Date(),
      sequence,
    });
  // From before the gateway knew better: somebody has kept it, nobody has seen it.
  const kept = await document('X25519', 0);
  const seen: Uint8Array[] = [kept];
  for (let round = 1; round <= ROUNDS; round++) {
    const latest = await document('MLKEM768-X25519', round);
    const verdicts = await Promise.all(judges.map((one) => one.judge(latest)));
    expect(verdicts.toSorted()).toEqual([
      ...Array.from({ length: PROCESSES - 1 }, () => 'replayed'),
      'valid',
    ]);
    seen.push(latest);
  }
  for (const [at, old] of seen.entries()) expect(await judges[at % PROCESSES]?.judge(old)).toBe('replayed');
  // A process that begins now knows as much.
  const late = await judge(kind, location, spki);
  expect(await late.judge(kept)).toBe('replayed');
  report(
    `capability documents, ${kind}: ${String(ROUNDS)} taken by one of ${String(PROCESSES)} processes each, ${String(seen.length)} replayed in vain`,
  );
}

describe('a document that is shown twice', () => {
  it('is taken once: SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'replay-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    await replayed('sqlite', join(folder, 'state.db'));
  });
});

describeWithRedis('a document that is shown twice', () => {
  it('is taken once: Redis', async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    await replayed('redis', server.url);
  });
});
