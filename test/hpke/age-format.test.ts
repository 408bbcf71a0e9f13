import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, type ErrorCode, HybridgeError, isHybridgeError, utf8 } from '../../src/bytes/index.ts';
import {
  type AgeRecipient,
  decodeAgeIdentities,
  decodeAgeIdentity,
  decodeAgeRecipient,
  encodeAgeIdentity,
  encodeAgeRecipient,
  open,
  seal,
} from '../../src/hpke/index.ts';
import { generateKeyPair } from '../../src/kem/index.ts';
import type { KeyPair } from '../../src/provider/index.ts';
import type { KemDescriptor } from '../../src/registry/index.ts';
import { native, portable, PROVIDERS } from '../kem/support.ts';
import { expectBytes } from '../support/tally.ts';
import { collect, contentOf, inPieces } from './age-support.ts';

const provider = native;
const CHUNK = 65_536;

let hybrid: KeyPair<KemDescriptor>;
let classical: KeyPair<KemDescriptor>;
beforeAll(async () => {
  hybrid = await generateKeyPair(provider, 'MLKEM768-X25519');
  classical = await generateKeyPair(provider, 'X25519');
});

const opened = (file: Uint8Array): Promise<Uint8Array> =>
  collect(open(provider, { identities: [hybrid.privateKey] }, file));

const sealed = (content: Uint8Array, armor = false): Promise<Uint8Array> =>
  collect(seal(provider, { to: [hybrid.publicKey], armor }, content));

async function codeOf(action: () => Promise<unknown>): Promise<ErrorCode | 'none'> {
  try {
    await action();
    return 'none';
  } catch (error) {
    if (isHybridgeError(error)) return error.code;
    throw error;
  }
}

describe.each(PROVIDERS)('a sealed file, %s', (_, backend) => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 1024 * 1024])('of %i bytes', async (size) => {
    const content = contentOf(size);
    const { publicKey, privateKey } = await generateKeyPair(backend, 'MLKEM768-X25519');
    const identities = [privateKey];
    for (const armor of [false, true]) {
      const file = await collect(
        seal(backend, { to: [publicKey], armor }, inPieces(content, 7001, 1, 90_000)),
      );
      expectBytes(await collect(open(backend, { identities }, file)), content, 'whole');
      expectBytes(
        await collect(open(backend, { identities }, inPieces(file, 33, 70_000, 1))),
        content,
        'in pieces',
      );
      // Two copies of one content have nothing in common but their form.
      expect(await collect(seal(backend, { to: [publicKey], armor }, content))).not.toEqual(file);
    }
  });
});

describe('sources and sinks', () => {
  it('reads iterables, streams and arrays alike', async () => {
    const content = contentOf(100_000);
    const stream = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
      new ReadableStream({
        start(controller) {
          for (const piece of [bytes.slice(0, 10), bytes.slice(10)]) controller.enqueue(piece);
          controller.close();
        },
      });
    const file = await collect(seal(provider, { to: [hybrid.publicKey] }, stream(content)));
    const identities = [hybrid.privateKey];
    expectBytes(await collect(open(provider, { identities }, stream(file))), content, 'stream');
    expectBytes(await collect(open(provider, { identities }, [file])), content, 'array');
    const chained = open(provider, { identities }, seal(provider, { to: [hybrid.publicKey] }, content));
    expectBytes(await collect(chained), content, 'one into the other');
  });

  it('holds a few pieces, however large the file', async () => {
    let asked = 0;
    let given = 0;
    function* source(): Generator<Uint8Array, void> {
      const piece = new Uint8Array(CHUNK);
      for (; asked < 200; asked++) yield piece;
    }
    const file = open(
      provider,
      { identities: [hybrid.privateKey] },
      seal(provider, { to: [hybrid.publicKey] }, source()),
    );
    for await (const piece of file) {
      given += piece.length;
      expect(asked - given / CHUNK).toBeLessThan(4);
    }
    expect(given).toBe(200 * CHUNK);
  });

  it('tells how much of the source it has used', async () => {
    const seen: number[] = [];
    const onProgress = (bytes: number): void => {
      seen.push(bytes);
    };
    await collect(seal(provider, { to: [hybrid.publicKey], onProgress }, inPieces(contentOf(25), 10)));
    expect(seen).toEqual([10, 20, 25]);
  });

  it('releases the source when it ends early', async () => {
    const ends: string[] = [];
    function* source(): Generator<Uint8Array, void> {
      try {
        for (;;) yield new Uint8Array(CHUNK);
      } finally {
        ends.push('source');
      }
    }
    for await (const piece of seal(provider, { to: [hybrid.publicKey] }, source()))
      if (piece.length > CHUNK) break;
    expect(ends).toEqual(['source']);

    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(CHUNK)),
      cancel: () => {
        ends.push('stream');
      },
    });
    for await (const piece of seal(provider, { to: [hybrid.publicKey] }, stream))
      if (piece.length > CHUNK) break;
    expect(ends).toEqual(['source', 'stream']);
  });

  it('ends with `aborted`, also when the source does not answer', async () => {
    const abort = new AbortController();
    const silent: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    const options = { to: [hybrid.publicKey], signal: abort.signal };
    setTimeout(() => abort.abort(), 10);
    expect(await codeOf(() => collect(seal(provider, options, silent)))).toBe('aborted');
    expect(await codeOf(() => collect(seal(provider, options, contentOf(10))))).toBe('aborted');
  });

  it('hands on the failure of the source', async () => {
    // eslint complains of a generator that yields nothing; an iterator that fails at once is what is meant.
    const failing: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('disk on fire')) }),
    };
    const error = await collect(seal(provider, { to: [hybrid.publicKey] }, failing)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(HybridgeError);
    expect(error).toMatchObject({ code: 'input_output', cause: { message: 'disk on fire' } });
    const strange: unknown[] = [42, 'text', null, [1, 2], { length: 3 }];
    for (const source of strange)
      expect(
        await codeOf(() => collect(seal(provider, { to: [hybrid.publicKey] }, source as Uint8Array))),
        String(source),
      ).toBe('invalid_argument');
  });
});

describe('recipients', () => {
  const content = utf8('settings');
  const sealTo = (to: readonly AgeRecipient[], allowClassical?: boolean): Promise<Uint8Array> =>
    collect(seal(provider, { to, allowClassical }, content));

  it('are at least one, and post-quantum ones keep to themselves unless asked by name', async () => {
    expect(await codeOf(() => sealTo([]))).toBe('invalid_argument');
    expect(await codeOf(() => sealTo([hybrid.publicKey, classical.publicKey]))).toBe('invalid_argument');
    expect(await codeOf(() => sealTo([encodeAgeRecipient(classical.publicKey), hybrid.publicKey]))).toBe(
      'invalid_argument',
    );
    expect(await codeOf(() => sealTo([classical.publicKey]))).toBe('none');
    const both = await sealTo([hybrid.publicKey, classical.publicKey], true);
    for (const { privateKey } of [hybrid, classical])
      expectBytes(await collect(open(provider, { identities: [privateKey] }, both)), content, 'content');
  });

  it('are MLKEM768-X25519 and X25519', async () => {
    const other = await generateKeyPair(provider, 'ML-KEM-768');
    expect(await codeOf(() => sealTo([other.publicKey]))).toBe('wrong_algorithm');
    expect(() => encodeAgeRecipient(other.publicKey)).toThrow(HybridgeError);
    expect(() => encodeAgeIdentity(other.privateKey)).toThrow(HybridgeError);
    expect(await codeOf(() => collect(open(provider, { identities: [other.privateKey] }, content)))).toBe(
      'wrong_algorithm',
    );
    expect(await codeOf(() => collect(open(provider, { identities: [] }, content)))).toBe('invalid_argument');
  });

  it('come as text: what is not exactly that text is refused, without repeating it', async () => {
    const recipient = encodeAgeRecipient(hybrid.publicKey);
    const identity = encodeAgeIdentity(hybrid.privateKey);
    expect(recipient).toMatch(/^age1pq1[a-z0-9]{1952}$/);
    expect(identity).toMatch(/^AGE-SECRET-KEY-PQ-1[A-Z0-9]{58}$/);
    expect(encodeAgeRecipient(classical.publicKey)).toMatch(/^age1[a-z0-9]{58}$/);
    const flipped = (text: string, at: number): string =>
      text.slice(0, at) + (text[at] === 'q' || text[at] === 'Q' ? 'P' : 'Q') + text.slice(at + 1);
    const badIdentities = [
      '',
      'AGE-SECRET-KEY-PQ-1',
      identity.toLowerCase(),
      identity.slice(0, -1),
      `${identity}Q`,
      flipped(identity, 30),
      identity.replace('PQ-', ''),
      `${identity.slice(0, 30)}é${identity.slice(31)}`,
    ];
    for (const text of badIdentities) {
      const error = await decodeAgeIdentity(provider, text).catch((thrown: unknown) => thrown);
      expect(error, text).toBeInstanceOf(HybridgeError);
      if (error instanceof HybridgeError && text.length > 30)
        expect(JSON.stringify([error.message, error.details, error.hint])).not.toContain(text.slice(20, 28));
    }
    for (const text of [
      recipient.toUpperCase(),
      `${recipient}q`,
      recipient.slice(1),
      flipped(recipient, 900),
    ])
      expect(await codeOf(() => decodeAgeRecipient(provider, text)), text.slice(0, 10)).toBe(
        'invalid_encoding',
      );
    expect(
      await codeOf(() =>
        decodeAgeRecipient(provider, 'age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e'),
      ),
    ).toBe('unsupported');
    const file = `# created: today\n\n${identity}\n# another\n${encodeAgeIdentity(classical.privateKey)}\n`;
    expect((await decodeAgeIdentities(provider, file)).map(({ algorithm }) => algorithm.name)).toEqual([
      'MLKEM768-X25519',
      'X25519',
    ]);
    expect(await codeOf(() => decodeAgeIdentities(provider, '# nothing\n'))).toBe('invalid_encoding');
    await expect(decodeAgeIdentities(provider, `# one\n${identity.toLowerCase()}`)).rejects.toMatchObject({
      code: 'invalid_encoding',
      details: { line: 2 },
    });
  });

  it('have points and coefficients that are checked', async () => {
    const bytes = hybrid.publicKey.bytes();
    bytes.fill(0xff, 0, 3);
    const { encodeBech32 } = await import('../../src/hpke/age/bech32.ts');
    expect(await codeOf(() => decodeAgeRecipient(provider, encodeBech32('age1pq', bytes)))).toBe(
      'invalid_key',
    );
    expect(await codeOf(() => decodeAgeRecipient(provider, encodeBech32('age1pq', bytes.slice(1))))).toBe(
      'invalid_length',
    );
  });
});

describe('bad files', () => {
  it('are refused wherever they are cut off, in bytes and in armor', async () => {
    for (const armor of [false, true]) {
      const file = await sealed(contentOf(2 * CHUNK), armor);
      const lengths = [
        0,
        1,
        20,
        21,
        22,
        700,
        1500,
        1600,
        1700,
        file.length - CHUNK,
        file.length - 40,
        file.length - 2,
      ];
      for (const length of lengths)
        expect(
          await codeOf(() => opened(file.subarray(0, length))),
          `${String(armor)} ${String(length)}`,
        ).toMatch(/^(invalid_encoding|decryption_failed)$/);
    }
  });

  it('are refused when chunks are swapped, left out, doubled or added', async () => {
    const file = await sealed(contentOf(3 * CHUNK));
    const head = file.subarray(0, file.length - 3 * (CHUNK + 16));
    const chunk = (number: number): Uint8Array =>
      file.subarray(head.length + number * (CHUNK + 16), head.length + (number + 1) * (CHUNK + 16));
    const orders = [[1, 0, 2], [0, 2], [0, 0, 1, 2], [0, 1], [0, 1, 2, 2], [2]];
    for (const order of orders)
      expect(await codeOf(() => opened(concat(head, ...order.map(chunk)))), order.join()).toBe(
        'decryption_failed',
      );
    expect(await codeOf(() => opened(concat(file, Uint8Array.of(0))))).toBe('decryption_failed');
  });

  it('give out a chunk only once it is known to be genuine', async () => {
    const content = contentOf(3 * CHUNK);
    const file = await sealed(content);
    file[file.length - CHUNK - 100] = (file[file.length - CHUNK - 100] ?? 0) ^ 1;
    const given: Uint8Array[] = [];
    const error = await (async () => {
      for await (const piece of open(provider, { identities: [hybrid.privateKey] }, file)) given.push(piece);
    })().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'decryption_failed', details: { chunk: 1 } });
    expectBytes(concat(...given), content.subarray(0, CHUNK), 'given out');
  });

  it('have headers of bounded size', async () => {
    const endless = (line: string): Iterable<Uint8Array> =>
      (function* () {
        yield utf8('age-encryption.org/v1\n');
        for (;;) yield utf8(line.repeat(100));
      })();
    for (const line of ['-> x y\n\n', 'a'.repeat(1000), `-> ${'b'.repeat(500)} `])
      expect(
        await codeOf(() => collect(open(provider, { identities: [hybrid.privateKey] }, endless(line)))),
        line.slice(0, 8),
      ).toMatch(/^(message_too_large|invalid_encoding)$/);
    expect(
      await codeOf(() => collect(open(provider, { identities: [hybrid.privateKey] }, endless('-> x y\n\n')))),
    ).toBe('message_too_large');
    const spaces = (function* () {
      for (;;) yield utf8(' '.repeat(100));
    })();
    expect(await codeOf(() => collect(open(provider, { identities: [hybrid.privateKey] }, spaces)))).toBe(
      'invalid_encoding',
    );
  });

  it('throw nothing but HybridgeError, whatever bytes they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect(await codeOf(() => opened(bytes))).not.toBe('none');
        expect(await codeOf(() => opened(concat(utf8('age-encryption.org/v1\n'), bytes)))).not.toBe('none');
        expect(
          await codeOf(() => opened(concat(utf8('-----BEGIN AGE ENCRYPTED FILE-----\n'), bytes))),
        ).not.toBe('none');
      }),
      { numRuns: 300 },
    );
  });

  it.each([false, true])('are refused when any byte is changed (armor: %s)', async (armor) => {
    const content = utf8('rate=2.5');
    const file = await sealed(content, armor);
    const mutation = fc.record({
      at: fc.nat(file.length - 1),
      cut: fc.nat(3),
      insert: fc.uint8Array({ maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        let bytes = file;
        for (const { at, cut, insert } of mutations)
          bytes = concat(bytes.subarray(0, at), insert, bytes.subarray(at + cut));
        const code = await codeOf(async () => {
          expectBytes(await opened(bytes), content, 'content of a changed file');
        });
        // Armor passes white space around it and either line end; nothing else may change unnoticed.
        if (code === 'none' && !armor) expect(Buffer.compare(bytes, file)).toBe(0);
        if (code === 'none')
          expect(Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n').trim()).toBe(
            Buffer.from(file).toString('latin1').trim(),
          );
      }),
      { numRuns: 400 },
    );
  });

  it('read text keys without surprises', async () => {
    const identity = encodeAgeIdentity(classical.privateKey);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom('A', 'Q', '1', '-', 'q', 'é', '\u0000') }),
          fc.nat(identity.length).map((at) => identity.slice(at)),
        ),
        async (text) => {
          const code = await codeOf(() => decodeAgeIdentity(portable, text));
          if (text !== identity) expect(code).not.toBe('none');
          expect(await codeOf(() => decodeAgeRecipient(portable, text))).not.toBe('none');
        },
      ),
      { numRuns: 100 },
    );
  });
});
