import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultProvider, portableProvider } from '../../src/default/index.ts';
import {
  composeProviders,
  describeProvider,
  type Provider,
  requireAead,
  requireBlockCipher,
  requireHash,
  requireInternalSignature,
  requireKem,
  requireKeyDerivation,
  requireSeedExpansion,
  requireSignature,
} from '../../src/provider/index.ts';
import { createNativeProvider } from '../../src/providers/native/index.ts';
import { createNobleProvider } from '../../src/providers/noble/index.ts';

const noble = createNobleProvider();
const native = createNativeProvider() ?? noble;
const EMPTY_PROVIDER: Provider = {
  name: 'empty',
  kem: {},
  signature: {},
  internalSignature: {},
  seedExpansion: {},
  hash: {},
  aead: {},
  keyDerivation: undefined,
  blockCipher: undefined,
  random: { bytes: (length) => new Uint8Array(length) },
  clock: { now: () => new Date(0) },
};

describe('composition', () => {
  test('the first provider that offers a primitive serves it', () => {
    const composed = composeProviders('both', native, noble);
    expect(composed.name).toBe('both');
    expect(composed.kem['ML-KEM-768']).toBe(native.kem['ML-KEM-768']);
    expect(composed.signature['ML-DSA-65']).toBe(native.signature['ML-DSA-65']);
    expect(composed.internalSignature['ML-DSA-65']).toBe(noble.internalSignature['ML-DSA-65']);
    expect(composed.seedExpansion['ML-KEM-768']).toBe(noble.seedExpansion['ML-KEM-768']);
    expect(composed.hash['SHA-256']).toBe(native.hash['SHA-256']);
    expect(composed.hash.TurboSHAKE128).toBe(noble.hash.TurboSHAKE128);
    expect(composed.aead['AES-128-GCM']).toBe(native.aead['AES-128-GCM']);
    expect(composed.keyDerivation).toBe(native.keyDerivation);
    expect(composed.blockCipher).toBe(native.blockCipher);
    expect(composed.random).toBe(native.random);
    expect(composed.clock).toBe(native.clock);
  });

  test('order decides, and what nobody offers stays absent', () => {
    expect(composeProviders('other way', noble, native).kem['X25519']).toBe(noble.kem['X25519']);
    const composed = composeProviders('empty first', EMPTY_PROVIDER, noble);
    expect(composed.keyDerivation).toBe(noble.keyDerivation);
    expect(composed.blockCipher).toBe(noble.blockCipher);
    expect(composed.random).toBe(EMPTY_PROVIDER.random);
    expect(composeProviders('alone', EMPTY_PROVIDER).keyDerivation).toBeUndefined();
  });

  test('what a provider does not offer is refused by name', () => {
    const code = { code: 'unsupported' };
    expect(() => requireKem(EMPTY_PROVIDER, 'ML-KEM-768')).toThrow(expect.objectContaining(code));
    expect(() => requireSignature(EMPTY_PROVIDER, 'ML-DSA-65')).toThrow(/empty does not offer ML-DSA-65/);
    expect(() => requireInternalSignature(EMPTY_PROVIDER, 'ML-DSA-65')).toThrow(/internal function/);
    expect(() => requireSeedExpansion(EMPTY_PROVIDER, 'ML-DSA-65')).toThrow(/seed expansion/);
    expect(() => requireHash(EMPTY_PROVIDER, 'SHA-256')).toThrow(/SHA-256/);
    expect(() => requireAead(EMPTY_PROVIDER, 'AES-256-GCM')).toThrow(/AES-256-GCM/);
    expect(() => requireKeyDerivation(EMPTY_PROVIDER)).toThrow(/key derivation/);
    expect(() => requireBlockCipher(EMPTY_PROVIDER)).toThrow(/AES \(CBC/);
    expect(requireKem(noble, 'ML-KEM-768')).toBe(noble.kem['ML-KEM-768']);
  });
});

describe('description', () => {
  test('one row for each primitive, with backend and reason', () => {
    const rows = describeProvider(composeProviders('both', native, noble));
    // 13 KEMs, 46 signatures, 15 internal functions, 6 expansions, 15 hashes, 3 AEADs, 4 derivations, 4 uses of block ciphers.
    expect(rows).toHaveLength(106);
    expect(new Set(rows.map(({ kind, primitive }) => `${kind} ${primitive}`)).size).toBe(106);
    for (const row of rows) {
      expect(row.backend).toMatch(
        /^(?:native \(OpenSSL \d.*\)|@noble\/[a-z-]+ \d+\.\d+\.\d+|mlkem \d+\.\d+\.\d+|WebCrypto)$/,
      );
      expect(row.because.length).toBeGreaterThan(20);
      expect(['backend', 'caller']).toContain(row.entropy);
    }
    expect(describeProvider(EMPTY_PROVIDER)).toEqual([]);
  });

  test('library versions are those that are installed', () => {
    const manifest: unknown = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    expect(manifest).toHaveProperty('dependencies');
    const { dependencies } = manifest as { readonly dependencies: Readonly<Record<string, string>> };
    const named = describeProvider(noble).flatMap(({ backend }) => {
      const [library = '', version = ''] = backend.split(' ');
      return library.startsWith('@') || library === 'mlkem' ? [[library, version] as const] : [];
    });
    expect(named.length).toBeGreaterThan(50);
    for (const [library, version] of named) expect(dependencies[library]).toBe(version);
  });
});

describe('default providers', () => {
  test('are made once, and offer everything', () => {
    expect(defaultProvider()).toBe(defaultProvider());
    expect(portableProvider()).toBe(portableProvider());
    expect(describeProvider(defaultProvider())).toHaveLength(106);
    expect(
      describeProvider(portableProvider()).filter(({ backend }) => backend.startsWith('native')),
    ).toEqual([]);
  });
});
