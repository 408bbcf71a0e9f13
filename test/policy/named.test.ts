import { describe, expect, test } from 'vitest';

import {
  findPolicy,
  judge,
  legacyUntil,
  namedPolicy,
  parsePolicy,
  POLICY_NAMES,
  timeline,
  type Use,
  type Verdict,
} from '../../src/policy/index.ts';
import { algorithm, type AlgorithmName, KEMS } from '../../src/registry/index.ts';
import { LEGACY, POLICIES } from './subjects.ts';
import { goldenTable } from './tables.ts';

describe('named policies', () => {
  test.each(POLICIES.map((policy) => [policy.name, policy] as const))(
    '%s over the whole registry is as committed',
    async (name, policy) => {
      await expect(goldenTable(policy)).toMatchFileSnapshot(`golden/${name.replace(/[(].*/, '')}.txt`);
    },
  );

  test('are plain data: written as JSON and parsed they are the same', () => {
    for (const policy of POLICIES) expect(parsePolicy(JSON.stringify(policy))).toEqual(policy);
  });

  test('are frozen all the way down', () => {
    const check = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      for (const child of Object.values(value)) check(child);
    };
    for (const policy of POLICIES) check(policy);
  });

  test('give every rule and preference a reason and a source, and call drafts drafts', () => {
    let drafts = 0;
    for (const policy of POLICIES)
      for (const { reason, source } of [...policy.rules, ...policy.preference]) {
        expect(reason.length).toBeGreaterThan(15);
        expect(source).not.toBe('');
        // IR 8547 and SP 800-131A Rev. 3 have no final version.
        for (const document of source.matchAll(/IR 8547|SP 800-131A Rev\. 3/g)) {
          drafts++;
          expect(source.slice(document.index)).toMatch(/^[^;]*initial public draft/);
        }
        for (const document of source.matchAll(/draft-[a-z0-9-]+/g)) {
          drafts++;
          expect(source.slice(document.index)).toMatch(/\(a draft/);
        }
      }
    expect(drafts).toBeGreaterThan(10);
    expect(namedPolicy('nist-ir-8547').description).toContain('initial public draft');
  });

  // Expectations from the documents, not from the policies: CNSA 2.0 FAQ, IR 8547 (draft), RFC 9881.
  test.each<[string, Use, AlgorithmName, string, Verdict]>([
    ['cnsa-2.0', 'key-establishment', 'ML-KEM-1024', '2040-01-01', 'allow'],
    ['cnsa-2.0', 'key-establishment', 'ML-KEM-768', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'key-establishment', 'X25519MLKEM768', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'key-establishment', 'SecP384r1MLKEM1024', '2040-01-01', 'allow'],
    ['cnsa-2.0', 'key-establishment', 'P-384', '2026-12-31', 'allow'],
    ['cnsa-2.0', 'key-establishment', 'P-384', '2027-01-01', 'warn'],
    ['cnsa-2.0', 'key-establishment', 'P-384', '2031-01-01', 'refuse'],
    ['cnsa-2.0', 'key-establishment', 'P-256', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'signature-create', 'ML-DSA-87', '2040-01-01', 'allow'],
    ['cnsa-2.0', 'signature-create', 'ML-DSA-65', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'signature-create', 'HashML-DSA-87', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'signature-create', 'SLH-DSA-SHA2-256s', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'firmware-signature', 'HSS/LMS', '2040-01-01', 'allow'],
    ['cnsa-2.0', 'signature-verify', 'HSS/LMS', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'aead', 'AES-128-GCM', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'hash', 'SHA-256', '2026-11-21', 'refuse'],
    ['cnsa-2.0', 'hash', 'SHA-384', '2040-01-01', 'allow'],
    ['nist-ir-8547', 'signature-create', 'RSA2048-PSS-SHA256', '2030-12-31', 'allow'],
    ['nist-ir-8547', 'signature-create', 'RSA2048-PSS-SHA256', '2031-01-01', 'warn'],
    ['nist-ir-8547', 'signature-create', 'RSA2048-PSS-SHA256', '2036-01-01', 'refuse'],
    ['nist-ir-8547', 'signature-create', 'ECDSA-P256-SHA256', '2035-12-31', 'allow'],
    ['nist-ir-8547', 'signature-create', 'ECDSA-P256-SHA256', '2036-01-01', 'refuse'],
    ['nist-ir-8547', 'key-establishment', 'X25519MLKEM768', '2040-01-01', 'allow'],
    ['nist-ir-8547', 'certificate-signature', 'HashML-DSA-65', '2026-11-21', 'refuse'],
    ['nist-ir-8547', 'hash', 'SHA-224', '2031-01-01', 'refuse'],
    ['hybrid-preferred', 'certificate-signature', 'HashML-DSA-65', '2026-11-21', 'refuse'],
    ['hybrid-preferred', 'key-establishment', 'X25519', '2026-11-21', 'warn'],
    ['hybrid-preferred', 'key-establishment', 'X25519MLKEM768', '2040-01-01', 'allow'],
    ['hybrid-preferred', 'signature-create', 'HSS/LMS', '2026-11-21', 'refuse'],
    ['hybrid-required', 'key-establishment', 'ML-KEM-1024', '2026-11-21', 'refuse'],
    ['hybrid-required', 'key-establishment', 'X25519', '2026-11-21', 'refuse'],
    ['hybrid-required', 'session-authentication', 'ECDSA-P256-SHA256', '2026-11-21', 'warn'],
    ['hybrid-required', 'firmware-signature', 'ECDSA-P256-SHA256', '2026-11-21', 'refuse'],
    ['pq-only', 'key-establishment', 'X25519MLKEM768', '2026-11-21', 'refuse'],
    ['pq-only', 'key-establishment', 'ML-KEM-512', '2040-01-01', 'allow'],
    ['legacy-until(2029-12-31)', 'firmware-signature', 'RSA2048-PKCS15-SHA256', '2029-12-31', 'warn'],
    ['legacy-until(2029-12-31)', 'firmware-signature', 'RSA2048-PKCS15-SHA256', '2030-01-01', 'refuse'],
  ])('%s: %s with %s on %s: %s', (name, use, subject, date, verdict) => {
    const policy = findPolicy(name);
    if (policy === undefined) throw new Error(name);
    expect(judge(policy, use, algorithm(subject), new Date(date)).verdict).toBe(verdict);
  });

  test('permit each settled hybrid for key establishment for good, except where hybrids are excluded', () => {
    for (const name of ['hybrid-preferred', 'hybrid-required', 'nist-ir-8547'] as const)
      for (const descriptor of KEMS.filter(
        ({ nature, kind }) => nature === 'hybrid' && kind !== 'composite-kem',
      ))
        expect(timeline(namedPolicy(name), 'key-establishment', descriptor)).toMatchObject([
          { verdict: 'allow' },
        ]);
  });

  test('are found by name, one object per name', () => {
    for (const name of POLICY_NAMES) {
      expect(namedPolicy(name).name).toBe(name);
      expect(findPolicy(name)).toBe(namedPolicy(name));
    }
    expect(findPolicy('legacy-until(2029-12-31)')).toEqual(LEGACY);
    for (const name of ['', 'cnsa', 'legacy-until', 'legacy-until()', 'legacy-until(2029-02-30)', 'toString'])
      expect(findPolicy(name)).toBeUndefined();
    // @ts-expect-error A name that no policy has does not compile either.
    expect(() => namedPolicy('strict')).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }) as Error,
    );
  });

  test('legacyUntil wants a day of the calendar', () => {
    for (const date of ['2029-02-29', '2029-13-01', '29-1-1', '2029-12-31T00:00:00Z', 'soon'])
      expect(() => legacyUntil(date as '2029-12-31')).toThrow(
        expect.objectContaining({ code: 'invalid_argument', fault: 'caller' }) as Error,
      );
  });
});
