/** Every rule fires on a defect planted for it, and on nothing else. */
import { describe, expect, it } from 'vitest';

import {
  LINT_RULES,
  lintCertificate,
  lintChain,
  parseCertificate,
  verifySigned,
} from '../../src/certificates/index.ts';
import { encodePem } from '../../src/encoding/index.ts';
import { provider } from '../keys/support.ts';
import { runCases } from '../support/tally.ts';
import { ca, leaf, name } from './lint-builder.ts';
import { CLEAN, DEFECTS } from './lint-defects.ts';

const rulesOf = (findings: readonly { readonly rule: string }[]): readonly string[] =>
  findings.map(({ rule }) => rule).toSorted();

describe('rules on certificates', () => {
  it('fire on what was planted, and nothing else does', async () => {
    const cases = DEFECTS.map((defect) => ({ ...defect, id: defect.title, verdict: 'defects found' }));
    await runCases('planted defects', cases, async ({ rules, make, options, where, section }) => {
      const findings = lintCertificate(await make(), options);
      expect(rulesOf(findings)).toEqual([...rules].sort());
      const first = findings.find(({ rule }) => rule === rules[0]);
      if (where !== undefined) expect(first?.where).toBe(where);
      if (section !== undefined) expect(first?.section).toBe(section);
      for (const { text } of findings) expect(text).not.toBe('');
    });
  });

  it('are silent on certificates without fault', async () => {
    const cases = CLEAN.map(([id, make]) => ({ id, make, verdict: 'clean' }));
    await runCases('certificates without fault', cases, async ({ make }) => {
      expect(lintCertificate(await make())).toEqual([]);
    });
  });

  it('have each a defect planted', () => {
    const planted = new Set(DEFECTS.flatMap(({ rules }) => rules));
    const missing = LINT_RULES.filter(({ subject, id }) => subject === 'certificate' && !planted.has(id));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });

  it('have ids of their own', () => {
    const ids = LINT_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u);
  });

  it('look at certificates whose signatures hold', async () => {
    expect(await verifySigned(provider, parseCertificate(await leaf()), parseCertificate(await ca()))).toBe(
      true,
    );
  });

  it('take DER, PEM and what was parsed alike', async () => {
    const bytes = await leaf({ signature: new Uint8Array(7) });
    const findings = lintCertificate(bytes);
    expect(rulesOf(findings)).toEqual(['signature-size']);
    expect(lintCertificate(encodePem('CERTIFICATE', bytes))).toEqual(findings);
    expect(lintCertificate(parseCertificate(bytes))).toEqual(findings);
    expect(lintCertificate(Buffer.from(encodePem('CERTIFICATE', bytes)))).toEqual(findings);
  });

  it('say nothing that a terminal would obey', async () => {
    const chain = [await leaf(), await ca({ subject: name('CN=\u202eCA'), issuer: name('CN=\u001b[2J') })];
    const texts = lintChain(chain).map(({ text }) => text);
    expect(texts.join(' ')).toMatch(/next comes CN=\\u\{202e\}CA/u);
    expect(texts.join(' ')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('refuse what is no certificate at all', () => {
    expect(() => lintCertificate('hello')).toThrow(/neither DER nor PEM/);
  });
});
