import { ReadableStream } from 'node:stream/web';
import { describe, expect, it, vi } from 'vitest';
import { HybridgeError, utf8 } from '../../src/bytes/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair, type MessageSource, sign, verify } from '../../src/sign/index.ts';
import { peakAbove, pieces } from './memory.ts';
import { native, PROVIDERS } from './support.ts';

const message = utf8('a message that comes in several pieces, one of them empty');
const cuts = [
  message.subarray(0, 10),
  message.subarray(10, 10),
  message.subarray(10, 33),
  message.subarray(33),
];

async function* asynchronously(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

/** One buffer for every piece, as file readers have it. */
function* reusing(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  const buffer = new Uint8Array(64);
  for (const part of parts) {
    buffer.fill(0xff);
    buffer.set(part);
    yield buffer.subarray(0, part.length);
  }
}

const shapes: readonly (readonly [string, () => MessageSource])[] = [
  ['bytes', () => message],
  ['an array', () => cuts],
  ['a generator', () => reusing(cuts)],
  ['an async generator', () => asynchronously(cuts)],
  ['a web stream', () => ReadableStream.from(asynchronously(cuts))],
  ['a blob', () => new Blob([new Uint8Array(message)]).stream()],
];

describe.each(PROVIDERS)('a message in pieces, %s', (_name, provider) => {
  const algorithms: readonly SignatureName[] = [
    'ML-DSA-44',
    'HashML-DSA-44',
    'SLH-DSA-SHA2-128f',
    'HashSLH-DSA-SHA2-128f-SHA256',
    'MLDSA44-Ed25519-SHA512',
    'MLDSA87-Ed448-SHAKE256',
    'MLDSA44-ECDSA-P256-SHA256',
    'ECDSA-P256-SHA256',
    'ECDSA-P521-SHA512',
    'Ed25519',
    'Ed448',
  ];

  it.each(algorithms)(
    '%s: is the message',
    async (algorithm) => {
      const { privateKey, publicKey } = await generateKeyPair(provider, algorithm);
      for (const [shape, source] of shapes) {
        const value = await sign(provider, privateKey, source());
        expect(await verify(provider, publicKey, message, value), shape).toBe(true);
        expect(await verify(provider, publicKey, source(), value), shape).toBe(true);
        const more = [message, Uint8Array.of(0)];
        expect(await verify(provider, publicKey, more, value), shape).toBe(false);
      }
    },
    60_000,
  );

  it('may be empty', async () => {
    const { privateKey, publicKey } = await generateKeyPair(provider, 'ML-DSA-44');
    const value = await sign(provider, privateKey, []);
    expect(await verify(provider, publicKey, new Uint8Array(0), value)).toBe(true);
  });
});

describe('RSA in pieces', () => {
  it.each(['RSA2048-PSS-SHA256', 'RSA2048-PKCS15-SHA256'] as const)('%s', async (algorithm) => {
    const { privateKey, publicKey } = await generateKeyPair(native, algorithm);
    const value = await sign(native, privateKey, cuts);
    expect(await verify(native, publicKey, message, value)).toBe(true);
    expect(await verify(native, publicKey, reusing(cuts), value)).toBe(true);
  });
});

describe('an algorithm that reads twice', () => {
  const MiB = 1024 ** 2;

  it('collects 16 MiB and no more, and says what to use instead', async () => {
    const { privateKey, publicKey } = await generateKeyPair(native, 'Ed25519');
    const part = new Uint8Array(MiB);
    const limit = Array.from({ length: 16 }, () => part);
    const value = await sign(native, privateKey, limit);
    expect(await verify(native, publicKey, new Uint8Array(16 * MiB), value)).toBe(true);
    // Bytes are in memory anyhow.
    await sign(native, privateKey, new Uint8Array(17 * MiB));
    const closed = vi.fn();
    function* more(): Generator<Uint8Array> {
      try {
        for (;;) yield part;
      } finally {
        closed();
      }
    }
    const refusal = {
      code: 'message_too_large',
      hint: expect.stringContaining('MLDSA65-Ed25519-SHA512') as string,
    };
    await expect(sign(native, privateKey, more())).rejects.toMatchObject(refusal);
    await expect(verify(native, publicKey, more(), value)).rejects.toMatchObject(refusal);
    expect(closed).toHaveBeenCalledTimes(2);
    const slh = await generateKeyPair(native, 'SLH-DSA-SHAKE-128f');
    await expect(sign(native, slh.privateKey, more())).rejects.toMatchObject({
      code: 'message_too_large',
      hint: expect.stringContaining('HashSLH-DSA-SHAKE-128f-SHAKE128') as string,
    });
  });
});

describe('reading a source', () => {
  const keys = generateKeyPair(native, 'ML-DSA-44');

  it('reports progress', async () => {
    const { privateKey } = await keys;
    const seen: number[] = [];
    await sign(native, privateKey, asynchronously(cuts), { onProgress: (bytes) => seen.push(bytes) });
    expect(seen).toEqual([10, 10, 33, message.length]);
  });

  it('passes the error of the source on, with its cause', async () => {
    const { privateKey } = await keys;
    const cause = new Error('disk on fire');
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(message);
      throw cause;
    }
    await expect(sign(native, privateKey, failing())).rejects.toMatchObject({
      code: 'input_output',
      cause,
      details: { bytes: message.length },
    });
    await expect(sign(native, privateKey, ReadableStream.from(failing()))).rejects.toMatchObject({ cause });
    const own = new HybridgeError('decryption_failed', 'the sealed message did not open');
    async function* opening(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(message);
      throw own;
    }
    await expect(sign(native, privateKey, opening())).rejects.toBe(own);
  });

  it('refuses pieces and sources that are none, and releases the source', async () => {
    const { privateKey } = await keys;
    const refused = { code: 'invalid_argument', fault: 'caller' };
    const closed = vi.fn();
    async function* mistyped(): AsyncGenerator<Uint8Array> {
      try {
        yield await Promise.resolve(message);
        yield 'text' as unknown as Uint8Array;
      } finally {
        closed();
      }
    }
    await expect(sign(native, privateKey, mistyped())).rejects.toMatchObject(refused);
    expect(closed).toHaveBeenCalledOnce();
    for (const source of [
      undefined,
      null,
      'text',
      7,
      {},
      [[1, 2]],
      [new Uint16Array(2)],
      [new ArrayBuffer(2)],
    ])
      await expect(sign(native, privateKey, source as MessageSource)).rejects.toMatchObject(refused);
    const locked = ReadableStream.from(cuts);
    locked.getReader();
    await expect(sign(native, privateKey, locked)).rejects.toMatchObject(refused);
  });

  it('stops when told, before, between and during pieces, and releases the source', async () => {
    const { privateKey, publicKey } = await keys;
    const before = AbortSignal.abort('no more');
    for (const source of [message, cuts])
      await expect(sign(native, privateKey, source, { signal: before })).rejects.toMatchObject({
        code: 'aborted',
        cause: 'no more',
      });
    await expect(verify(native, publicKey, message, message, { signal: before })).rejects.toMatchObject({
      code: 'aborted',
    });

    const between = new AbortController();
    const closed = vi.fn();
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(message);
      } finally {
        closed();
      }
    }
    const onProgress = (bytes: number): void => {
      if (bytes > 1000) between.abort();
    };
    const { signal } = between;
    await expect(sign(native, privateKey, endless(), { signal, onProgress })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(closed).toHaveBeenCalledOnce();

    // A source that never answers must not hold up the abort.
    const during = new AbortController();
    const cancelled = vi.fn();
    const silent = new ReadableStream<Uint8Array>({ cancel: cancelled });
    const pending = sign(native, privateKey, silent, { signal: during.signal });
    setTimeout(() => during.abort('enough'), 10);
    await expect(pending).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    expect(cancelled).toHaveBeenCalledOnce();
    expect(silent.locked).toBe(false);

    const stuck = new AbortController();
    async function* never(): AsyncGenerator<Uint8Array> {
      yield message;
      await new Promise(() => undefined);
    }
    const waiting = verify(native, publicKey, never(), message, { signal: stuck.signal });
    setTimeout(() => stuck.abort(), 10);
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  });

  it('leaves a stream unlocked when it has read it', async () => {
    const { privateKey } = await keys;
    const stream = ReadableStream.from(asynchronously(cuts));
    await sign(native, privateKey, stream);
    expect(stream.locked).toBe(false);
  });

  it('sees a key that was disposed of while the source was read', async () => {
    const { privateKey } = await generateKeyPair(native, 'ML-DSA-44');
    function* disposing(): Generator<Uint8Array> {
      yield message;
      privateKey[Symbol.dispose]();
    }
    await expect(sign(native, privateKey, disposing())).rejects.toMatchObject({ code: 'key_disposed' });
  });
});

describe('memory', () => {
  it('stays bounded for 256 MiB', async () => {
    const { privateKey, publicKey } = await generateKeyPair(native, 'MLDSA65-ECDSA-P256-SHA512');
    const size = 256 * 1024 ** 2;
    const { result, peak } = await peakAbove((onProgress) =>
      sign(native, privateKey, pieces(size), { onProgress }),
    );
    expect(peak).toBeLessThan(64 * 1024 ** 2);
    expect(await verify(native, publicKey, pieces(size), result)).toBe(true);
  }, 60_000);
});
