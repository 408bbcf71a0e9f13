/** Encrypting and opening messages: every kind of recipient, every cipher, DER and BER, and what is refused. */
import { describe, expect, test } from 'vitest';
import { HybridgeError, utf8 } from '../../src/bytes/index.ts';
import {
  CONTENT_TYPE,
  decryptMessage,
  decryptToBytes,
  encryptMessage,
  inspectEncrypted,
  type EncryptionRequest,
  type Recipient,
} from '../../src/cms/index.ts';
import { der, readDer } from '../../src/encoding/index.ts';
import { generateKeyPair } from '../../src/kem/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';
import {
  COMPOSITE_KEM_NAMES,
  KEY_AGREEMENT_NAMES,
  ML_KEM_NAMES,
  RSA_OAEP_NAMES,
  type KemName,
} from '../../src/registry/index.ts';
import { generateKeyPair as generateSigningKey } from '../../src/sign/index.ts';
import { cut, holderOf, makeHolder } from './enveloped-support.ts';
import { collect, identityOf, provider } from './support.ts';

const noble = createNobleProvider();
const content = utf8('dose table 7: 12 ml/h until noon, then 8\n'.repeat(5));
const LEAVES: readonly KemName[] = [...ML_KEM_NAMES, ...KEY_AGREEMENT_NAMES, 'RSA2048-OAEP-SHA256'];
const COMPOSITES = COMPOSITE_KEM_NAMES.filter((name) => !name.includes('RSA') || name.includes('RSA2048'));
const CIPHERS = [
  'AES-128-GCM',
  'AES-192-GCM',
  'AES-256-GCM',
  'AES-128-CBC',
  'AES-192-CBC',
  'AES-256-CBC',
] as const;

const encrypt = (request: EncryptionRequest, bytes: Uint8Array = content): Promise<Uint8Array> =>
  collect(encryptMessage(provider, request, bytes));

/** Every element of the message is DER. */
function requireDer(bytes: Uint8Array): void {
  const reader = readDer(bytes, 'message');
  reader.any('ContentInfo');
  reader.end();
}

describe('recipients by certificate and by key', () => {
  test.each([...LEAVES, ...COMPOSITES])('%s', async (name) => {
    const { publicKey, privateKey, certificate } = await holderOf(name);
    const recipients: readonly Recipient[] = [
      { certificate },
      { certificate, identifier: 'subject-key-identifier' },
      { publicKey },
      { publicKey, keyIdentifier: utf8('pump 17') },
    ];
    for (const recipient of recipients) {
      const message = await encrypt({ recipients: [recipient] });
      requireDer(message);
      expect(await decryptToBytes(provider, [{ privateKey }], message)).toEqual(content);
      expect(await decryptToBytes(noble, [{ privateKey }], message)).toEqual(content);
      if ('certificate' in recipient)
        expect(await decryptToBytes(provider, [{ privateKey, certificate }], message)).toEqual(content);
      else
        await expect(decryptToBytes(provider, [{ privateKey, certificate }], message)).rejects.toMatchObject({
          code: 'decryption_failed',
        });
    }
  });

  test('hash, key wrap and keying material as told', async () => {
    for (const name of ['ML-KEM-512', 'MLKEM768-X25519-SHA3-256', 'P-384', 'X448'] as const) {
      const { publicKey, privateKey } = await holderOf(name);
      for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'] as const)
        for (const wrap of ['aes128-wrap', 'aes192-wrap', 'aes256-wrap'] as const) {
          const message = await encrypt({ recipients: [{ publicKey, hash, wrap, ukm: utf8('context') }] });
          expect(await decryptToBytes(noble, [{ privateKey }], message)).toEqual(content);
        }
    }
    for (const name of RSA_OAEP_NAMES) {
      const { publicKey, privateKey } = await holderOf(name);
      for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
        const message = await encrypt({ recipients: [{ publicKey, hash }] });
        expect(await decryptToBytes(provider, [{ privateKey }], message)).toEqual(content);
      }
      await expect(encrypt({ recipients: [{ publicKey, ukm: utf8('x') }] })).rejects.toMatchObject({
        code: 'invalid_argument',
      });
    }
  }, 60_000);
});

describe('content', () => {
  test.each(CIPHERS)('%s, bytes and pieces, of any size', async (cipher) => {
    const { publicKey, privateKey } = await holderOf('ML-KEM-768');
    for (const size of [0, 1, 15, 16, 17, 1000, 70_000]) {
      const bytes = provider.random.bytes(size);
      const request = { recipients: [{ publicKey }], cipher };
      const whole = await encrypt(request, bytes);
      requireDer(whole);
      const streamed = await collect(encryptMessage(provider, request, cut(bytes, 1, 100, 20_000)));
      const sized = await collect(encryptMessage(provider, request, cut(bytes, 1, 7, 9000), { size }));
      requireDer(sized);
      expect(sized).toHaveLength(whole.length);
      // BER of indefinite length; its content is an OCTET STRING in segments.
      expect([...streamed.subarray(0, 2)]).toEqual([0x30, 0x80]);
      for (const message of [whole, streamed, sized])
        for (const one of [provider, noble])
          expect(await collect(decryptMessage(one, [{ privateKey }], cut(message, 1, 333, 2)))).toEqual(
            bytes,
          );
    }
  });

  test('pieces in one array, for those who ask for it; else each its own', async () => {
    const { publicKey, privateKey } = await holderOf('X25519');
    const bytes = provider.random.bytes(600_000);
    const request = { recipients: [{ publicKey }] };
    for (const one of [provider, noble])
      for (const options of [{ size: bytes.length }, {}]) {
        const pieces: Uint8Array[] = [];
        for await (const piece of encryptMessage(one, request, cut(bytes, 90_000), options))
          pieces.push(piece);
        const opened: Uint8Array[] = [];
        for await (const piece of decryptMessage(one, [{ privateKey }], pieces)) opened.push(piece);
        expect(Buffer.compare(Buffer.concat(opened), bytes)).toBe(0);
        const reuse = { ...options, reusePieces: true };
        const message = encryptMessage(one, request, cut(bytes, 90_000), reuse);
        const buffers = new Set<ArrayBufferLike>();
        let at = 0;
        for await (const piece of decryptMessage(one, [{ privateKey }], message, { reusePieces: true })) {
          expect(Buffer.compare(piece, bytes.subarray(at, at + piece.length))).toBe(0);
          at += piece.length;
          buffers.add(piece.buffer);
        }
        expect(at).toBe(bytes.length);
        expect(buffers.size).toBeLessThan(4);
      }
  });

  test('a size that is not kept to', async () => {
    const request = { recipients: [{ password: 'p', iterations: 1 }] };
    for (const size of [content.length - 1, content.length + 1])
      await expect(
        collect(encryptMessage(provider, request, cut(content, 50), { size })),
      ).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('of another type than data has its type authenticated', async () => {
    const { publicKey, privateKey } = await holderOf('X25519');
    const request = { recipients: [{ publicKey }], contentType: CONTENT_TYPE.signedData };
    for (const source of [content, cut(content, 60)]) {
      const message = await collect(encryptMessage(provider, request, source));
      expect((await inspectEncrypted(message)).contentType).toBe(CONTENT_TYPE.signedData);
      for (const one of [provider, noble])
        expect(await decryptToBytes(one, [{ privateKey }], message)).toEqual(content);
      // An attacker who calls it data is found out: the attribute says otherwise, and it is authenticated.
      const at = Buffer.from(message).lastIndexOf(der.oid(CONTENT_TYPE.signedData), -content.length);
      const first = Buffer.from(message).indexOf(der.oid(CONTENT_TYPE.signedData));
      expect(at).toBeGreaterThanOrEqual(first);
      const forged = Uint8Array.from(message);
      forged[first + 10] = 1;
      await expect(decryptToBytes(provider, [{ privateKey }], forged)).rejects.toMatchObject({
        code: 'invalid_encoding',
        message: /without an attribute/,
      });
    }
  });

  test('progress and abort', async () => {
    const request = { recipients: [{ password: 'p', iterations: 1 }] };
    const seen: number[] = [];
    await collect(
      encryptMessage(provider, request, cut(content, 50), { onProgress: (bytes) => seen.push(bytes) }),
    );
    expect(seen.at(-1)).toBe(content.length);
    const message = await encrypt(request);
    for (const call of [
      encryptMessage(provider, request, content, { signal: AbortSignal.abort() }),
      decryptMessage(provider, [{ password: 'p' }], message, { signal: AbortSignal.abort() }),
    ])
      await expect(collect(call)).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('several recipients', () => {
  const mixed = async (): Promise<readonly Awaited<ReturnType<typeof holderOf>>[]> =>
    Promise.all(
      (['MLKEM768-X25519-SHA3-256', 'P-256', 'RSA2048-OAEP-SHA256', 'ML-KEM-1024', 'X25519'] as const).map(
        holderOf,
      ),
    );

  test.each(['AES-256-GCM', 'AES-256-CBC'] as const)('each opens the message alone: %s', async (cipher) => {
    const holders = await mixed();
    const recipients: readonly Recipient[] = [
      ...holders.map(({ certificate }) => ({ certificate })),
      { password: 'archive', iterations: 1000 },
    ];
    const message = await encrypt({ recipients, cipher });
    requireDer(message);
    for (const { privateKey, certificate } of holders) {
      expect(await decryptToBytes(provider, [{ privateKey }], message)).toEqual(content);
      expect(await decryptToBytes(noble, [{ privateKey, certificate }], message)).toEqual(content);
    }
    expect(await decryptToBytes(provider, [{ password: 'archive' }], message)).toEqual(content);
    expect(await decryptToBytes(noble, [{ password: utf8('archive') }], message)).toEqual(content);
    const stranger = await makeHolder('ML-KEM-1024');
    await expect(
      decryptToBytes(provider, [{ password: 'archives' }, stranger], message),
    ).rejects.toMatchObject({
      code: 'decryption_failed',
      message: 'none of the identities opens this message',
      hint: /its recipients are of the kind/,
    });
    // Several identities: one that fits is enough.
    const [first] = holders;
    if (first === undefined) throw new Error('no holder');
    const identities = [{ password: 'wrong' }, stranger, { privateKey: first.privateKey }];
    expect(await decryptToBytes(provider, identities, message)).toEqual(content);
  });

  test('what the message tells without a key', async () => {
    const holders = await mixed();
    const recipients: readonly Recipient[] = [
      ...holders.map(({ certificate }) => ({ certificate })),
      { password: 'archive', iterations: 1000 },
    ];
    const told = await inspectEncrypted(await encrypt({ recipients }));
    expect(told.kind).toBe('auth-enveloped-data');
    expect(told.cipher.name).toBe('AES-256-GCM');
    expect(told.contentType).toBe(CONTENT_TYPE.data);
    expect(told.postQuantum).toBe(false);
    expect(
      told.recipients
        .map(({ kind, algorithm, nature }) => `${kind} ${algorithm?.name ?? '-'} ${nature}`)
        .sort(),
    ).toEqual([
      'kem ML-KEM-1024 post-quantum',
      'kem MLKEM768-X25519-SHA3-256 hybrid',
      'key-agreement - classical',
      'key-agreement - classical',
      'key-transport - classical',
      'password - post-quantum',
    ]);
    const pure = [holders[0], holders[3]].filter((one) => one !== undefined);
    expect((await inspectEncrypted(await encrypt({ recipients: pure }))).postQuantum).toBe(true);
  });
});

describe('policy', () => {
  const at = new Date('2026-11-01');

  test('refuses a classical recipient beside a hybrid one, and says which', async () => {
    const [hybrid, classical] = await Promise.all([holderOf('MLKEM768-X25519-SHA3-256'), holderOf('P-256')]);
    const policy = namedPolicy('hybrid-required');
    const both = encryptMessage(provider, { recipients: [hybrid, classical] }, content, { policy, at });
    await expect(collect(both)).rejects.toMatchObject({
      code: 'policy_refused',
      details: { algorithm: 'P-256', use: 'key-establishment' },
    });
    const one = await collect(encryptMessage(provider, { recipients: [hybrid] }, content, { policy, at }));
    expect(await decryptToBytes(provider, [hybrid], one, { policy, at })).toEqual(content);
    // Whoever opens with a key that the policy refuses is refused; the other key opens the same message.
    const mixed = await encrypt({ recipients: [classical, hybrid] });
    await expect(decryptToBytes(provider, [classical], mixed, { policy, at })).rejects.toMatchObject({
      code: 'policy_refused',
    });
    expect(await decryptToBytes(provider, [classical, hybrid], mixed, { policy, at })).toEqual(content);
  });

  test('refuses content that nothing authenticates', async () => {
    const holder = await holderOf('ML-KEM-768');
    const policy = namedPolicy('hybrid-preferred');
    const request = { recipients: [holder], cipher: 'AES-256-CBC' } as const;
    await expect(collect(encryptMessage(provider, request, content, { policy, at }))).rejects.toMatchObject({
      code: 'policy_refused',
      details: { algorithm: 'AES-256-CBC' },
    });
    const message = await encrypt(request);
    await expect(decryptToBytes(provider, [holder], message, { policy, at })).rejects.toMatchObject({
      code: 'policy_refused',
    });
  });
});

describe('refusals', () => {
  const refusedWith = async (call: Promise<unknown>, code: string, message?: RegExp): Promise<void> => {
    const error = await call.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(HybridgeError);
    expect(error).toMatchObject({ code, ...(message === undefined ? {} : { message }) });
  };

  test('of callers', async () => {
    const holder = await holderOf('ML-KEM-768');
    const signer = await identityOf('ECDSA-P256-SHA256');
    const other = await holderOf('ML-KEM-1024');
    const message = await encrypt({ recipients: [holder] });
    await refusedWith(encrypt({ recipients: [] }), 'invalid_argument');
    await refusedWith(decryptToBytes(provider, [], message), 'invalid_argument');
    await refusedWith(encrypt({ recipients: [{ password: '' }] }), 'invalid_argument');
    await refusedWith(encrypt({ recipients: [{ password: 'p', iterations: 0 }] }), 'invalid_argument');
    // A certificate for signing: an EC key, whose key usage says no.
    await refusedWith(
      encrypt({ recipients: [{ certificate: signer.certificate }] }),
      'invalid_argument',
      /keyAgreement/,
    );
    const dsa = await identityOf('ML-DSA-44');
    await refusedWith(encrypt({ recipients: [{ certificate: dsa.certificate }] }), 'wrong_algorithm');
    await refusedWith(
      decryptToBytes(provider, [{ privateKey: holder.privateKey, certificate: other.certificate }], message),
      'invalid_argument',
      /does not belong/,
    );
    const xWing = await generateKeyPair(provider, 'X25519MLKEM768');
    await refusedWith(encrypt({ recipients: [xWing] }), 'unsupported', /CMS has no recipients/);
    const { publicKey } = await generateSigningKey(provider, 'Ed25519');
    // @ts-expect-error JavaScript callers have no types
    await refusedWith(encrypt({ recipients: [{ publicKey }] }), 'wrong_algorithm');
    // @ts-expect-error as above
    await refusedWith(encrypt({ recipients: [holder], cipher: 'DES-EDE3-CBC' }), 'unknown_algorithm');
    // @ts-expect-error as above
    await refusedWith(encrypt({ recipients: [{ ...holder, wrap: 'camellia' }] }), 'unknown_algorithm');
    await refusedWith(decryptToBytes(provider, [holder], message, {}, 10), 'message_too_large');
  });

  test('of PKCS #1 v1.5, with the way out', async () => {
    const { privateKey, publicKey } = await holderOf('RSA2048-OAEP-SHA256');
    const message = await encrypt({ recipients: [{ publicKey }] });
    const { index, length } = oaepIdentifier(message);
    const forged = spliced(message, index, length, der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nil()));
    await expect(decryptToBytes(provider, [{ privateKey }], forged)).rejects.toMatchObject({
      code: 'unsupported',
      message: /PKCS #1 v1\.5/,
      hint: /RSA-OAEP/,
    });
  });

  test('of AES-GCM in EnvelopedData, which has no place for the tag', async () => {
    const { privateKey, publicKey } = await holderOf('X25519');
    const message = Buffer.from(await encrypt({ recipients: [{ publicKey }] }));
    const oid = der.oid(CONTENT_TYPE.authEnvelopedData);
    const forged = spliced(message, message.indexOf(oid), oid.length, der.oid(CONTENT_TYPE.envelopedData));
    await refusedWith(
      decryptToBytes(provider, [{ privateKey }], forged),
      'invalid_encoding',
      /AES-256-GCM in enveloped/,
    );
  });

  test('of signed messages and of text that is none', async () => {
    const signed = der.sequence(der.oid(CONTENT_TYPE.signedData), der.explicit(0, der.sequence()));
    for (const call of [decryptToBytes(provider, [{ password: 'p' }], signed), inspectEncrypted(signed)])
      await refusedWith(call, 'unsupported', /signedData is not encrypted to recipients/);
    await refusedWith(inspectEncrypted('no message'), 'invalid_encoding');
    await refusedWith(inspectEncrypted(new Uint8Array(0)), 'invalid_encoding');
  });

  test('of a password recipient that asks for too much', async () => {
    const holder = await holderOf('ML-KEM-512');
    const message = await encrypt({ recipients: [{ password: 'p', iterations: 3_999_999 }, holder] });
    const many = Buffer.from(message);
    const at = many.indexOf(der.integer(3_999_999));
    many[at + 2] = 0x7f;
    await refusedWith(decryptToBytes(provider, [{ password: 'p' }], many), 'unsupported', /iterations/);
    // Another recipient opens it all the same.
    expect(await decryptToBytes(provider, [{ password: 'p' }, holder], many)).toEqual(content);
  });
});

/** Where the AlgorithmIdentifier of RSAES-OAEP stands. */
function oaepIdentifier(message: Uint8Array): { readonly index: number; readonly length: number } {
  const index = Buffer.from(message).indexOf(der.oid('1.2.840.113549.1.1.7')) - 2;
  return { index, length: 2 + (message[index + 1] ?? 0) };
}

/** A message with some of its bytes replaced and every length around them put right. */
function spliced(message: Uint8Array, index: number, length: number, by: Uint8Array): Uint8Array {
  const rebuild = (start: number, end: number): Uint8Array => {
    const parts: Uint8Array[] = [];
    for (let at = start; at < end;) {
      const [header, size] = headerAt(message, at);
      const next = at + header + size;
      const constructed = ((message[at] ?? 0) & 0x20) !== 0;
      if (at === index && header + size === length) parts.push(by);
      else if (constructed && index > at && index < next)
        parts.push(der.element(message[at] ?? 0, rebuild(at + header, next)));
      else parts.push(message.slice(at, next));
      at = next;
    }
    return Uint8Array.from(Buffer.concat(parts));
  };
  return rebuild(0, message.length);
}

function headerAt(bytes: Uint8Array, at: number): readonly [number, number] {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return [2, first];
  let size = 0;
  for (let octet = 0; octet < (first & 0x7f); octet++) size = size * 256 + (bytes[at + 2 + octet] ?? 0);
  return [2 + (first & 0x7f), size];
}
