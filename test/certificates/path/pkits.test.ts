/** NIST PKITS: every test case of the document through `validatePath`, with revocation required. */
import { expect, test } from 'vitest';
import { type PathFailure, validatePath } from '../../../src/certificates/index.ts';
import { report, Tally } from '../../support/tally.ts';
import { Fields, jsonObject, readVectorFiles } from '../../support/vectors-files.ts';
import { provider } from './pki.ts';

/** Sections of the document. */
const SECTIONS: Readonly<Record<string, string>> = {
  '4.1': 'Signature Verification',
  '4.2': 'Validity Periods',
  '4.3': 'Verifying Name Chaining',
  '4.4': 'Basic Certificate Revocation Tests',
  '4.5': 'Verifying Paths with Self-Issued Certificates',
  '4.6': 'Verifying Basic Constraints',
  '4.7': 'Key Usage',
  '4.8': 'Certificate Policies',
  '4.9': 'Require Explicit Policy',
  '4.10': 'Policy Mappings',
  '4.11': 'Inhibit Policy Mapping',
  '4.12': 'Inhibit Any Policy',
  '4.13': 'Name Constraints',
  '4.14': 'Distribution Points',
  '4.15': 'Delta-CRLs',
  '4.16': 'Private Certificate Extensions',
};

/** DSA is no algorithm of ours: what should be valid is refused for that reason and no other. */
const DSA = new Set(['4.1.4', '4.1.5']);

/** Within the dates of all certificates and CRLs that the document calls current. */
const AT = new Date('2020-06-01T00:00:00Z');

/** NIST-test-policy-1 to 6. */
function policy(name: string): string {
  if (name === 'anyPolicy') return '2.5.29.32.0';
  return `2.16.840.1.101.3.2.1.48.${/^NIST-test-policy-(\d)$/u.exec(name)?.[1] ?? name}`;
}

interface Case {
  readonly id: string;
  readonly section: string;
  readonly number: string;
  readonly valid: boolean;
  readonly fields: Fields;
}

const files = readVectorFiles('pkits/pkits.json', 'committed').map(jsonObject);
const cases: readonly Case[] = files.flatMap((file) =>
  file.objects('cases').map((fields) => {
    const id = fields.text('Name');
    const [, section = '', number = ''] = /^(4\.\d+)\.(\d+)/u.exec(id) ?? [];
    return { id, section, number: `${section}.${number}`, valid: fields.boolean('ShouldValidate'), fields };
  }),
);

function blobs(of: 'certificates' | 'crls', names: readonly string[]): readonly Uint8Array[] {
  const [file] = files;
  if (file === undefined) throw new Error('the PKITS file is missing');
  return names.map((name) => file.object(of).base64(name));
}

async function run({ fields }: Case): Promise<PathFailure | 'valid'> {
  const [anchor, ...path] = blobs('certificates', fields.texts('CertPath'));
  const leaf = path.pop();
  if (anchor === undefined || leaf === undefined) throw new Error('a path without an end');
  const result = await validatePath(
    provider,
    { certificate: leaf, pool: path },
    {
      anchors: [anchor],
      at: AT,
      policies: {
        initial: fields.texts('InitialPolicySet').map(policy),
        requireExplicit: fields.boolean('InitialExplicitPolicy'),
        inhibitMapping: fields.boolean('InitialPolicyMappingInhibit'),
        inhibitAny: fields.boolean('InitialAnyPolicyInhibit'),
      },
      revocation: { crls: blobs('crls', fields.texts('CRLPath')), mode: 'require' },
    },
  );
  return result.valid ? 'valid' : result.reason;
}

for (const [section, title] of Object.entries(SECTIONS))
  test(`PKITS ${section} ${title}`, async () => {
    const tally = new Tally(`PKITS ${section} ${title}`);
    const reasons = new Map<string, number>();
    for (const one of cases.filter((item) => item.section === section)) {
      const outcome = await run(one);
      const counted = { id: one.id, verdict: one.valid ? 'valid' : 'invalid' };
      if (DSA.has(one.number) && outcome === 'unsupported-algorithm') {
        tally.skip('DSA, refused as unsupported-algorithm');
        continue;
      }
      if (outcome !== 'valid') reasons.set(outcome, (reasons.get(outcome) ?? 0) + 1);
      if ((outcome === 'valid') === one.valid) tally.pass(counted);
      else tally.fail(counted, new Error(`${outcome}, expected ${counted.verdict}`));
    }
    if (reasons.size > 0)
      report(`  refused for ${[...reasons].map(([name, n]) => `${name} (${n})`).join(', ')}`);
    tally.finish();
  });

test('PKITS: nothing of the document is left out', () => {
  expect(cases.length).toBe(249);
  expect(new Set(cases.map(({ section }) => section))).toEqual(new Set(Object.keys(SECTIONS)));
});
