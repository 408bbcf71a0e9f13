/** Every algorithm in every format, and what decoders make of damaged files. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { concat, isHybridgeError, utf8 } from '../../src/bytes/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import {
  type ExportedKey,
  exportPrivateKey,
  exportPublicKey,
  fingerprint,
  importKey,
  importPrivateKey,
  importPublicKey,
  inspectKey,
  type KeyFormat,
  type KeyInput,
} from '../../src/keys/index.ts';
import type { KeyPair } from '../../src/provider/index.ts';
import { KEMS, type KeyDescriptor, type SignatureName, SIGNATURES } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';
import { expectBytes, report, runCases } from '../support/tally.ts';
import { provider } from './support.ts';

const FORMATS: readonly KeyFormat[] = ['cose', 'der', 'jwk', 'pem', 'raw'];

/**
 * Which formats an algorithm's keys have, stated apart from the code: SPKI and PKCS #8 for all but TLS key shares and
 * two hybrids without an OID; JWK and COSE where a standard or its draft names the algorithm.
 */
function formatsOf({ name, kind }: KeyDescriptor): ReadonlySet<KeyFormat> {
  const formats = new Set<KeyFormat>(['raw']);
  const unnamed = ['MLKEM768-P256', 'MLKEM1024-P384'];
  if (kind !== 'tls-hybrid' && !unnamed.includes(name)) formats.add('der').add('pem');
  const classical = ['dhkem', 'ecdsa', 'eddsa', 'key-agreement', 'rsa', 'rsa-oaep'].includes(kind);
  if (kind === 'ml-dsa' || classical) formats.add('cose');
  const jose = [
    'SLH-DSA-SHA2-128s',
    'SLH-DSA-SHAKE-128s',
    'MLDSA44-ECDSA-P256-SHA256',
    'MLDSA65-ECDSA-P256-SHA512',
    'MLDSA87-ECDSA-P384-SHA512',
    'MLDSA44-Ed25519-SHA512',
    'MLDSA65-Ed25519-SHA512',
    'MLDSA87-Ed448-SHAKE256',
  ];
  if (kind === 'ml-dsa' || jose.includes(name) || (classical && !/brainpool/.test(name))) formats.add('jwk');
  return formats;
}

const pairs = new Map<string, KeyPair>();

beforeAll(async () => {
  for (const { name } of KEMS) pairs.set(name, await generateKemKeyPair(provider, name));
  for (const { name, key, stateful } of SIGNATURES) {
    // RSA keys take a while to make; those of the KEMs serve as well.
    const made = key.kind === 'rsa' ? pairs.get(`RSA${String(key.modulusBits)}-OAEP-SHA256`) : undefined;
    if (stateful) continue;
    pairs.set(name, made === undefined ? await generateKeyPair(provider, name) : await pairFor(name, made));
  }
}, 120_000);

/** The same key for another algorithm. */
async function pairFor(algorithm: SignatureName, { privateKey }: KeyPair): Promise<KeyPair> {
  const same = await importPrivateKey(provider, privateKey.secretBytes(), { format: 'raw', algorithm });
  return { privateKey: same, publicKey: same.publicKey };
}

const pairOf = (name: string): KeyPair => {
  const pair = pairs.get(name);
  if (pair === undefined) throw new Error(`no key pair of ${name}`);
  return pair;
};

describe('round trips', () => {
  const cases = [...KEMS, ...SIGNATURES]
    .filter(({ stateful }) => !stateful)
    .flatMap((descriptor) =>
      FORMATS.map((format) => ({
        id: `${descriptor.name} as ${format}`,
        descriptor,
        format,
        verdict: formatsOf(descriptor).has(format) ? 'round trip' : 'refused',
      })),
    );

  it('public and private keys of every algorithm in every format', async () => {
    await runCases('keys by algorithm and format', cases, async ({ descriptor, format, verdict }) => {
      const { publicKey, privateKey } = pairOf(descriptor.name);
      const options = { algorithm: descriptor.name, ...(format === 'raw' ? { format } : {}) };
      if (verdict === 'refused') {
        expect(() => exportPublicKey(publicKey, { format })).toThrow(
          expect.objectContaining({ code: 'unsupported' }) as Error,
        );
        await expect(exportPrivateKey(provider, privateKey, { format })).rejects.toMatchObject({
          code: 'unsupported',
        });
        return;
      }
      const open: KeyInput = exportPublicKey(publicKey, { format });
      const readPublic = await importPublicKey(provider, open, options);
      expectBytes(readPublic.bytes(), publicKey.bytes(), 'public key');
      expect(readPublic.algorithm).toBe(descriptor);
      const secret: KeyInput = await exportPrivateKey(provider, privateKey, { format });
      const readPrivate = await importPrivateKey(provider, secret, options);
      expectBytes(readPrivate.secretBytes(), privateKey.secretBytes(), 'private key');
      expectBytes(readPrivate.publicKey.bytes(), publicKey.bytes(), 'public key of the private key');
      if (formatsOf(descriptor).has('der'))
        expect(fingerprint(provider, readPublic)).toBe(fingerprint(provider, readPrivate.publicKey));
      if (format !== 'raw') {
        const told = inspectKey(secret);
        expect(told.kind === 'private' && told.algorithms.includes(descriptor.name)).toBe(true);
        expect(told.encoding.format).toBe(format);
        expect(JSON.stringify(told)).not.toMatch(/[A-Za-z0-9+/_-]{60}/);
      }
    });
  });

  it('a text and its bytes are read alike', async () => {
    const { privateKey } = pairOf('ML-DSA-44');
    for (const format of ['pem', 'jwk'] as const) {
      const exported: ExportedKey['jwk' | 'pem'] = await exportPrivateKey(provider, privateKey, { format });
      const text = typeof exported === 'string' ? exported : JSON.stringify(exported, null, 2);
      for (const input of [text, utf8(text), ` \n${text}`, utf8(`\n${text}\n`)])
        expect((await importKey(provider, input)).encoding.format).toBe(format);
    }
  });

  it('forms: seed unless asked; expanded and both where there are two', async () => {
    const two = [
      'ML-DSA-44',
      'ML-DSA-65',
      'ML-DSA-87',
      'HashML-DSA-65',
      'ML-KEM-512',
      'ML-KEM-768',
      'ML-KEM-1024',
    ];
    for (const [name, { privateKey, publicKey }] of pairs) {
      const der = (form: 'both' | 'expanded' | 'seed') =>
        exportPrivateKey(provider, privateKey, { format: 'der', form });
      if (!two.includes(name)) {
        if (!/HashML-DSA/.test(name))
          await expect(der('both')).rejects.toMatchObject({ code: 'invalid_argument' });
        continue;
      }
      for (const form of ['both', 'expanded', 'seed'] as const) {
        const read = await importKey(provider, await der(form));
        expect(read.encoding.form).toBe(form);
        expect(read.kind === 'private' && read.key.form).toBe(form === 'expanded' ? 'expanded' : 'seed');
        expectBytes(
          read.kind === 'private' ? read.key.publicKey.bytes() : new Uint8Array(0),
          publicKey.bytes(),
          `${name} ${form}`,
        );
      }
      const expanded = await importPrivateKey(provider, await der('expanded'));
      for (const form of ['both', 'seed', undefined] as const)
        await expect(
          exportPrivateKey(provider, expanded, { format: 'der', ...(form === undefined ? {} : { form }) }),
        ).rejects.toMatchObject({
          code: 'unsupported',
          message: 'The seed cannot be recovered from an expanded key',
        });
      const again = await exportPrivateKey(provider, expanded, { format: 'der', form: 'expanded' });
      expectBytes(again, await der('expanded'), 'expanded form');
      const raw = await exportPrivateKey(provider, privateKey, { format: 'raw', form: 'expanded' });
      expectBytes(
        await exportPrivateKey(provider, expanded, { format: 'raw', form: 'expanded' }),
        raw,
        'raw',
      );
    }
  });

  it('an expanded ML-DSA key has no JWK and no COSE_Key', async () => {
    const { privateKey } = pairOf('ML-DSA-65');
    const der = await exportPrivateKey(provider, privateKey, { format: 'der', form: 'expanded' });
    const expanded = await importPrivateKey(provider, der);
    for (const format of ['cose', 'jwk'] as const) {
      await expect(exportPrivateKey(provider, expanded, { format })).rejects.toThrow(
        /^The seed cannot be recovered from an expanded key$/,
      );
      await expect(exportPrivateKey(provider, privateKey, { format, form: 'both' })).rejects.toMatchObject({
        code: 'invalid_argument',
      });
    }
  });

  it('a disposed key is not written', async () => {
    const { privateKey } = await generateKeyPair(provider, 'Ed25519');
    privateKey[Symbol.dispose]();
    for (const format of FORMATS)
      await expect(exportPrivateKey(provider, privateKey, { format })).rejects.toMatchObject({
        code: 'key_disposed',
      });
  });
});

describe('damaged files', () => {
  // One key of each form, small enough to cut at every byte.
  const names = [
    'ECDSA-P256-SHA256',
    'Ed25519',
    'X25519',
    'SLH-DSA-SHA2-128f',
    'MLDSA44-Ed25519-SHA512',
  ] as const;

  /** Reads whatever it is, in bounded time; an error must be ours. */
  async function read(input: KeyInput, format?: KeyFormat): Promise<boolean> {
    const start = performance.now();
    const options = format === undefined ? {} : { format };
    const outcome: unknown = await importKey(provider, input, options).catch((error: unknown) => error);
    if (outcome instanceof Error && !isHybridgeError(outcome)) throw outcome;
    try {
      inspectKey(input, options);
    } catch (error) {
      if (!isHybridgeError(error)) throw error;
    }
    expect(performance.now() - start).toBeLessThan(2_000);
    return !isHybridgeError(outcome);
  }

  it('no truncation and no trailing byte is accepted', async () => {
    let files = 0;
    for (const name of names)
      for (const format of ['cose', 'der'] as const) {
        const { publicKey, privateKey } = pairOf(name);
        if (!formatsOf(publicKey.algorithm).has(format)) continue;
        for (const bytes of [
          exportPublicKey(publicKey, { format }),
          await exportPrivateKey(provider, privateKey, { format }),
        ]) {
          if (bytes.length > 400) continue;
          files++;
          for (let length = 0; length < bytes.length; length++)
            if (await read(bytes.subarray(0, length)))
              throw new Error(`${name} ${format} cut at ${String(length)}`);
          expect(await read(concat(bytes, Uint8Array.of(0)))).toBe(false);
          expect(await read(concat(bytes, bytes))).toBe(false);
        }
      }
    expect(files).toBeGreaterThan(10);
    report(`truncated at every byte: ${String(files)} files`);
  });

  it('no truncation of a text is accepted', async () => {
    const { privateKey } = pairOf('Ed25519');
    const pem = (await exportPrivateKey(provider, privateKey, { format: 'pem' })).trimEnd();
    const jwk = JSON.stringify(await exportPrivateKey(provider, privateKey, { format: 'jwk' }));
    for (const text of [pem, jwk])
      for (let length = 0; length < text.length; length++)
        expect(await read(text.slice(0, length))).toBe(false);
  });

  it('changed bytes give an error of ours or a key, and never anything else', async () => {
    const inputs: (readonly [Uint8Array, KeyFormat])[] = [];
    for (const name of [...names, 'ML-KEM-768', 'ML-DSA-44', 'RSA2048-PSS-SHA256'])
      for (const format of ['cose', 'der'] as const) {
        const { publicKey, privateKey } = pairOf(name);
        if (!formatsOf(publicKey.algorithm).has(format)) continue;
        inputs.push([exportPublicKey(publicKey, { format }), format]);
        inputs.push([await exportPrivateKey(provider, privateKey, { format }), format]);
      }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...inputs),
        // Most damage near the front, where the structure is.
        fc.array(fc.tuple(fc.oneof(fc.nat(63), fc.nat(9_999)), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async ([bytes, format], changes) => {
          const damaged = bytes.slice();
          for (const [at, value] of changes) damaged[at % damaged.length] = value;
          await read(damaged, format);
          await read(damaged);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('spliced, repeated and shortened parts likewise', async () => {
    const files: Uint8Array[] = [];
    for (const name of names) {
      const { publicKey, privateKey } = pairOf(name);
      files.push(exportPublicKey(publicKey, { format: 'der' }));
      files.push(await exportPrivateKey(provider, privateKey, { format: 'der' }));
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.constantFrom(...files),
        fc.nat(9_999),
        fc.nat(9_999),
        async (first, second, cut, join) => {
          await read(
            concat(first.subarray(0, cut % first.length), second.subarray(join % second.length)),
            'der',
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('noise of every format likewise', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(undefined, 'cose', 'der', 'jwk', 'pem'),
        async (bytes, format) => {
          expect(await read(bytes, format)).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await read(JSON.stringify(value), 'jwk')).toBe(false);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.constantFrom('kty', 'crv', 'x', 'y', 'd', 'n', 'e', 'pub', 'priv', 'alg', 'use', 'key_ops'),
          fc.oneof(
            fc.constantFrom('OKP', 'EC', 'RSA', 'AKP', 'P-256', 'Ed25519', 'ML-DSA-44', 'AQAB', 'sig'),
            fc.jsonValue(),
          ),
        ),
        async (jwk) => {
          await read(jwk);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('what is not a key', () => {
  it.each<[string, KeyInput, string, RegExp]>([
    ['nothing', new Uint8Array(0), 'invalid_encoding', /neither PEM, DER, JWK nor COSE_Key/],
    ['an empty text', '', 'invalid_encoding', /neither/],
    ['a text', 'hello', 'invalid_encoding', /neither/],
    ['base64 without armour', 'MCowBQYDK2VwAyEA', 'invalid_encoding', /neither/],
    ['32 raw bytes', new Uint8Array(32).fill(7), 'invalid_encoding', /neither/],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n',
      'unsupported',
      /no key, only CERTIFICATE/,
    ],
    [
      'an OpenSSH key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----\n',
      'unsupported',
      /OPENSSH PRIVATE KEY/,
    ],
    ['too much', new Uint8Array(200_000).fill(0x30), 'message_too_large', /at most 131072/],
    ['too long a text', 'x'.repeat(200_000), 'message_too_large', /at most 131072/],
  ])('%s', async (_, input, code, message) => {
    await expect(importKey(provider, input)).rejects.toMatchObject({ code });
    await expect(importKey(provider, input)).rejects.toThrow(message);
    expect(() => inspectKey(input)).toThrow(message);
  });

  it('two keys in one file, unless only one of them is asked for', async () => {
    const { publicKey, privateKey } = pairOf('Ed25519');
    const both =
      exportPublicKey(publicKey, { format: 'pem' }) +
      (await exportPrivateKey(provider, privateKey, { format: 'pem' }));
    await expect(importKey(provider, both)).rejects.toThrow(/2 keys where one is expected/);
    expectBytes((await importPublicKey(provider, both)).bytes(), publicKey.bytes(), 'public key');
    expectBytes(
      (await importPrivateKey(provider, both)).secretBytes(),
      privateKey.secretBytes(),
      'private key',
    );
  });

  it('the other half', async () => {
    const { publicKey, privateKey } = pairOf('Ed25519');
    const secret = await exportPrivateKey(provider, privateKey, { format: 'der' });
    await expect(importPublicKey(provider, secret)).rejects.toThrow(
      /a private key where a public key is expected/,
    );
    const open = exportPublicKey(publicKey, { format: 'jwk' });
    await expect(importPrivateKey(provider, open)).rejects.toThrow(
      /a public key where a private key is expected/,
    );
  });

  it('a format that does not fit its input', async () => {
    await expect(importKey(provider, 'x', { format: 'der' })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(importKey(provider, {}, { format: 'pem' })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await expect(importKey(provider, new Uint8Array(32), { format: 'raw' })).rejects.toThrow(
      /public from private/,
    );
    await expect(importPublicKey(provider, new Uint8Array(32), { format: 'raw' })).rejects.toThrow(
      /must be stated/,
    );
    expect(() => inspectKey(new Uint8Array(32), { format: 'raw' })).toThrow(/tells nothing/);
    await expect(
      importPublicKey(provider, new Uint8Array(31), { format: 'raw', algorithm: 'Ed25519' }),
    ).rejects.toMatchObject({ code: 'invalid_length' });
  });

  it('the input of the caller stays as it is', async () => {
    const { privateKey } = pairOf('ML-DSA-44');
    for (const format of ['der', 'cose'] as const) {
      const bytes = await exportPrivateKey(provider, privateKey, { format });
      const before = bytes.slice();
      await importPrivateKey(provider, bytes);
      expect(bytes).toEqual(before);
    }
  });
});
