/** Rules on chains and on private keys, each with a defect planted for it. */
import { describe, expect, it } from 'vitest';

import { concat } from '../../src/bytes/index.ts';
import {
  encodeExtension,
  LINT_RULES,
  lintChain,
  type ChainBudget,
  lintKey,
  parseCertificate,
} from '../../src/certificates/index.ts';
import { der, encodePem } from '../../src/encoding/index.ts';
import { exportPrivateKey, type ImportOptions, type KeyInput } from '../../src/keys/index.ts';
import { signature } from '../../src/registry/index.ts';
import { pkcs8Pem } from '../support/key-files.ts';
import { runCases } from '../support/tally.ts';
import { fileText, readMatchingFiles } from '../support/vectors-files.ts';
import { provider } from '../keys/support.ts';
import { ca, CA_EXTENSIONS, leaf, name, signatureKey, spkiOf, validity } from './lint-builder.ts';

const rulesOf = (findings: readonly { readonly rule: string }[]): readonly string[] =>
  findings.map(({ rule }) => rule).toSorted();

interface ChainCase {
  readonly rules: readonly string[];
  readonly id: string;
  readonly make: () => Promise<readonly Uint8Array[]>;
  readonly budget?: ChainBudget;
  readonly text?: RegExp;
  readonly where?: string;
}

const otherKey = encodeExtension('authorityKeyIdentifier', { keyIdentifier: new Uint8Array(20).fill(9) });
const byRoot = encodeExtension('authorityKeyIdentifier', { keyIdentifier: new Uint8Array(20).fill(0x33) });
const ofRoot = encodeExtension('subjectKeyIdentifier', new Uint8Array(20).fill(0x33));

/** A root above the CA of the base. */
const root = (change: Parameters<typeof ca>[0] = {}): Promise<Uint8Array> =>
  ca({
    issuer: name('CN=Root'),
    subject: name('CN=Root'),
    ...change,
    with: { subjectKeyIdentifier: ofRoot, ...change.with },
  });

/** The CA of the base, issued by the root. */
const intermediate = (change: Parameters<typeof ca>[0] = {}): Promise<Uint8Array> =>
  ca({ issuer: name('CN=Root'), ...change, with: { authorityKeyIdentifier: byRoot, ...change.with } });

const CHAINS: readonly ChainCase[] = [
  { id: 'a leaf and its CA', rules: [], make: async () => [await leaf(), await intermediate()] },
  { id: 'no certificate', rules: [], make: () => Promise.resolve([]) },
  {
    id: 'a chain within its budget',
    rules: [],
    budget: { maxChainBytes: 8300, maxCertificateBytes: 4200 },
    make: async () => [await leaf(), await intermediate()],
  },
  {
    id: 'an ML-DSA-87 chain for a device with 9,000 bytes',
    rules: ['chain-budget', 'signature-weaker'],
    budget: { maxChainBytes: 9000 },
    text: /; with (?:MLDSA44-\S+|ML-DSA-44) it would have about 8,\d{3}$/u,
    where: 'certificates',
    make: async () => {
      const key = await signatureKey('ML-DSA-87');
      return [await leaf({ signer: key }), await intermediate({ spki: spkiOf(key.publicKey) })];
    },
  },
  {
    id: 'a chain that no lattice signature makes small enough',
    rules: ['chain-budget'],
    budget: { maxChainBytes: 2000 },
    text: /even with ML-DSA-44 it would have about 8,\d{3}$/u,
    make: async () => [await leaf(), await intermediate()],
  },
  {
    id: 'a certificate that is too large',
    rules: ['certificate-budget'],
    budget: { maxCertificateBytes: 4200 },
    where: 'certificates[0]',
    make: async () => [
      await leaf({ subject: name(Array.from({ length: 8 }, (_, i) => `OU=${'x'.repeat(50)}${i}`).join()) }),
      await intermediate(),
    ],
  },
  {
    id: 'another issuer',
    rules: ['chain-order'],
    where: 'certificates[0].issuer',
    make: async () => [await leaf({ issuer: name('CN=Another') }), await intermediate()],
  },
  {
    id: 'another key of the issuer',
    rules: ['chain-key-identifier'],
    where: 'certificates[0].extensions.authorityKeyIdentifier',
    make: async () => [await leaf({ with: { authorityKeyIdentifier: otherKey } }), await intermediate()],
  },
  {
    id: 'an ML-DSA-44 signature under an ML-DSA-65 key',
    rules: ['chain-algorithm', 'signature-weaker'],
    where: 'certificates[0].signatureAlgorithm',
    make: async () => [
      await leaf(),
      await intermediate({ spki: spkiOf((await signatureKey('ML-DSA-65')).publicKey) }),
    ],
  },
  {
    id: 'issued by what is no CA',
    rules: ['chain-issuer-not-ca'],
    where: 'certificates[1].extensions.basicConstraints',
    make: async () => [
      await leaf(),
      await leaf({
        issuer: name('CN=Root'),
        subject: name('CN=Issuing CA,O=Hospital'),
        with: { subjectKeyIdentifier: CA_EXTENSIONS['subjectKeyIdentifier'] ?? null, extendedKeyUsage: null },
      }),
    ],
  },
  {
    id: 'a path that is too long',
    rules: ['chain-path-length', 'chain-root-included'],
    where: 'certificates[2].extensions.basicConstraints',
    make: async () => [
      await leaf(),
      await intermediate(),
      await root({
        with: { basicConstraints: encodeExtension('basicConstraints', { ca: true, pathLength: 0 }) },
      }),
    ],
  },
  {
    id: 'a path as long as it may be',
    rules: ['chain-root-included'],
    make: async () => [
      await leaf(),
      await intermediate({
        with: { basicConstraints: encodeExtension('basicConstraints', { ca: true, pathLength: 0 }) },
      }),
      await root({
        with: { basicConstraints: encodeExtension('basicConstraints', { ca: true, pathLength: 1 }) },
      }),
    ],
  },
  {
    id: 'a certificate twice',
    rules: ['chain-duplicate', 'chain-issuer-not-ca', 'chain-key-identifier', 'chain-order'],
    make: async () => {
      const one = await leaf();
      return [one, one];
    },
  },
  {
    id: 'the root too',
    rules: ['chain-root-included'],
    where: 'certificates[2]',
    make: async () => [await leaf(), await intermediate(), await root()],
  },
  {
    id: 'a leaf that outlives its issuer',
    rules: ['chain-validity'],
    where: 'certificates[0].validity.notAfter',
    make: async () => [
      await leaf(),
      await intermediate({ validity: validity('2025-01-01T00:00:00Z', '2027-01-01T00:00:00Z') }),
    ],
  },
  {
    id: 'an ECDSA CA over an ML-DSA leaf',
    rules: ['chain-breakable', 'signature-breakable'],
    where: 'certificates[0].signatureAlgorithm',
    make: async () => {
      const key = await signatureKey('ECDSA-P256-SHA256');
      return [await leaf({ signer: key }), await intermediate({ spki: spkiOf(key.publicKey), signer: key })];
    },
  },
  {
    id: 'an ML-DSA leaf and CA under an ECDSA root',
    rules: ['chain-breakable', 'chain-root-included', 'signature-breakable'],
    where: 'certificates[1].signatureAlgorithm',
    make: async () => {
      const key = await signatureKey('ECDSA-P256-SHA256');
      const byKey = { spki: spkiOf(key.publicKey), signer: key };
      return [await leaf(), await intermediate({ signer: key }), await root(byKey)];
    },
  },
  {
    id: 'a certificate of the chain that cannot be read',
    rules: ['unreadable'],
    where: 'certificates[1]',
    make: async () => [await leaf(), (await intermediate()).subarray(0, 99)],
  },
];

describe('rules on chains', () => {
  it('fire on what was planted, and nothing else does', async () => {
    await runCases('chains', CHAINS, async ({ rules, make, budget, text, where }) => {
      const findings = lintChain(await make(), { budget });
      expect(rulesOf(findings)).toEqual(rules);
      const first = findings.find(({ rule }) => rule === rules[0]);
      if (text !== undefined) expect(first?.text).toMatch(text);
      if (where !== undefined) expect(first?.where).toBe(where);
    });
  });

  it('have each a defect planted', () => {
    const planted = new Set(CHAINS.flatMap(({ rules }) => rules));
    const missing = LINT_RULES.filter(({ subject, id }) => subject === 'chain' && !planted.has(id));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  it('estimate another algorithm as it then is', async () => {
    const measured = async (algorithm: 'ML-DSA-44' | 'ML-DSA-65'): Promise<readonly Uint8Array[]> => {
      const key = await signatureKey(algorithm);
      const spki = spkiOf(key.publicKey);
      return [await leaf({ spki, signer: key }), await intermediate({ spki, signer: key })];
    };
    const small = await measured('ML-DSA-44');
    const total = concat(...small).length;
    const [finding] = lintChain(await measured('ML-DSA-65'), { budget: { maxChainBytes: total + 8 } });
    const [, estimate = ''] = /about ([\d,]+)$/u.exec(finding?.text ?? '') ?? [];
    // Lengths of ASN.1 lengths differ by nothing here: the estimate is exact.
    expect(Number(estimate.replaceAll(',', ''))).toBe(total);
    expect(finding?.text).toContain('with ML-DSA-44');
  });

  it('take what was parsed', async () => {
    const chain = [await leaf(), await intermediate()].map((one) => parseCertificate(one));
    expect(lintChain(chain)).toEqual([]);
  });

  it('take a PEM text with all of them, readable or not', async () => {
    const pem = (bytes: Uint8Array): string => encodePem('CERTIFICATE', bytes);
    const key = encodePem('PRIVATE KEY', new Uint8Array(8));
    const good = [pem(await leaf()), key, pem(await intermediate())].join('');
    expect(lintChain([good])).toEqual([]);
    expect(rulesOf(lintChain([good, await root()]))).toEqual(['chain-root-included']);
    const bad = good + pem((await root()).subarray(0, 99));
    expect(lintChain([bad]).map(({ rule, where }) => `${where} ${rule}`)).toEqual([
      'certificates[2] unreadable',
    ]);
    expect(() => lintChain([key])).toThrow(/no CERTIFICATE block/u);
  });
});

/** The private keys that the RFCs print, and those that they print as bad. */
function keysOf(
  folder: string,
): readonly { readonly id: string; readonly pem: string; readonly verdict: string }[] {
  return readMatchingFiles(folder, /^(?:bad-)?ML-.*\.priv\.pem$/u).map((file) => {
    const id = file.path.slice(file.path.lastIndexOf('/') + 1);
    return { id, pem: fileText(file), verdict: id.startsWith('bad-') ? 'bad' : 'good' };
  });
}

const planted = new Set<string>();

async function rulesOfKey(input: KeyInput, options?: ImportOptions): Promise<readonly string[]> {
  const rules = rulesOf(await lintKey(provider, input, options));
  for (const rule of rules) planted.add(rule);
  return rules;
}

describe('rules on private keys', () => {
  const printed = [...keysOf('x509/rfc9881'), ...keysOf('x509/rfc9935')];

  it.skipIf(printed.length === 0)('judge the keys of RFC 9881 and RFC 9935', async () => {
    await runCases('private keys of the RFCs', printed, async ({ id, pem }) => {
      const rules = await rulesOfKey(pem);
      if (id.startsWith('bad-')) {
        expect(rules).toContain('key-inconsistent');
        return;
      }
      if (id.includes('-seed')) expect(rules).toEqual([]);
      else expect(rules).toEqual([id.includes('-both') ? 'key-both-forms' : 'key-expanded-only']);
    });
  });

  it('name the bare forms, and those of oqs-provider', async () => {
    const privateKey = await signatureKey('ML-DSA-44');
    const seed = privateKey.secretBytes();
    const expandedFile = await exportPrivateKey(provider, privateKey, { format: 'der', form: 'expanded' });
    const { expandedPrivateKey } = signature('ML-DSA-44');
    const expanded = expandedFile.subarray(-expandedPrivateKey);
    expect(await rulesOfKey(pkcs8Pem('ML-DSA-44', seed))).toEqual(['key-bare-form']);
    expect(await rulesOfKey(pkcs8Pem('ML-DSA-44', expanded))).toEqual(['key-bare-form', 'key-expanded-only']);
    const pair = der.octetString(concat(expanded, privateKey.publicKey.bytes()));
    expect(await rulesOfKey(pkcs8Pem('ML-DSA-44', pair))).toEqual(['key-bare-form', 'key-expanded-only']);
    const both = await exportPrivateKey(provider, privateKey, { format: 'der', form: 'both' });
    expect(await rulesOfKey(both)).toEqual(['key-both-forms']);
    both[both.length - 1] = (both.at(-1) ?? 0) ^ 1;
    expect(await rulesOfKey(both)).toEqual(['key-both-forms', 'key-inconsistent']);
    expect(await rulesOfKey(expandedFile)).toEqual(['key-expanded-only']);
  });

  it('look into encrypted keys', async () => {
    const key = await signatureKey('ML-DSA-44');
    const file = await exportPrivateKey(provider, key, { format: 'pem', form: 'both', password: 'correct' });
    expect(await rulesOfKey(file, { password: 'correct' })).toEqual(['key-both-forms']);
    await expect(lintKey(provider, file)).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(lintKey(provider, file, { password: 'wrong' })).rejects.toMatchObject({
      code: 'decryption_failed',
    });
  });

  it('name what cannot be read, and what is obsolete', async () => {
    const seed = new Uint8Array(33);
    expect(await rulesOfKey(pkcs8Pem('ML-DSA-44', seed))).toEqual(['key-malformed']);
    const dilithium = der.sequence(
      der.integer(0),
      der.sequence(der.oid('1.3.6.1.4.1.2.267.7.4.4')),
      der.octetString(seed),
    );
    const [finding] = await lintKey(provider, dilithium);
    expect(finding?.text).toMatch(/Dilithium.*use ML-DSA/u);
    expect(await rulesOfKey(dilithium)).toEqual(['key-algorithm']);
  });

  it('refuse public keys', async () => {
    const { publicKey } = await signatureKey('ML-DSA-44');
    await expect(lintKey(provider, spkiOf(publicKey))).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('have each a defect planted', () => {
    const missing = LINT_RULES.filter(({ subject, id }) => subject === 'key' && !planted.has(id));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });
});
