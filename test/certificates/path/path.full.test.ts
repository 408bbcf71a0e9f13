/** The long runs: every PKITS case with all of PKITS as the pool, and thousands of damaged chains. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Certificate,
  type Crl,
  parseCertificate,
  parseCrl,
  validatePath,
} from '../../../src/certificates/index.ts';
import { isHybridgeError } from '../../../src/bytes/index.ts';
import { runCases, Skip } from '../../support/tally.ts';
import { base64Bytes, type Fields, jsonObject, readVectorFiles } from '../../support/vectors-files.ts';
import { AT, make, makeRoot, makeServer, provider } from './pki.ts';

/** What can be read: two certificates and a CRL of PKITS are damaged. */
function readable<T>(file: Fields, of: string, read: (bytes: Uint8Array) => T): ReadonlyMap<string, T> {
  const table: unknown = JSON.parse(file.json(of));
  const found = new Map<string, T>();
  for (const [name, text] of Object.entries(table ?? {}))
    try {
      found.set(name, read(base64Bytes(String(text), name)));
    } catch (error) {
      if (!isHybridgeError(error)) throw error;
    }
  return found;
}

const policy = (name: string): string =>
  name === 'anyPolicy' ? '2.5.29.32.0' : `2.16.840.1.101.3.2.1.48.${name.slice(-1)}`;

test('PKITS with everything in the pool', { timeout: 120_000 }, async () => {
  const [file] = readVectorFiles('pkits/pkits.json', 'committed').map(jsonObject);
  if (file === undefined) throw new Error('the PKITS file is missing');
  const certificates: ReadonlyMap<string, Certificate> = readable(file, 'certificates', parseCertificate);
  const crls: ReadonlyMap<string, Crl> = readable(file, 'crls', parseCrl);
  const anchor = certificates.get('TrustAnchorRootCertificate.crt');
  if (anchor === undefined) throw new Error('the anchor is missing');
  const cases = file.objects('cases').map((fields) => ({
    id: fields.text('Name'),
    verdict: fields.boolean('ShouldValidate') ? 'valid' : 'invalid',
    fields,
  }));
  const counted = await runCases('PKITS, one pool', cases, async ({ fields, verdict }) => {
    const leaf = certificates.get(fields.texts('CertPath').at(-1) ?? '');
    if (leaf === undefined) return new Skip('the leaf cannot be read');
    const result = await validatePath(
      provider,
      { certificate: leaf, pool: [...certificates.values()] },
      {
        anchors: [anchor],
        at: new Date('2020-06-01'),
        policies: {
          initial: fields.texts('InitialPolicySet').map(policy),
          requireExplicit: fields.boolean('InitialExplicitPolicy'),
          inhibitMapping: fields.boolean('InitialPolicyMappingInhibit'),
          inhibitAny: fields.boolean('InitialAnyPolicyInhibit'),
        },
        revocation: { crls: [...crls.values()], mode: 'require' },
      },
    );
    if (!result.valid && result.reason === 'unsupported-algorithm') return new Skip('DSA');
    expect(result.valid ? 'valid' : 'invalid').toBe(verdict);
    return undefined;
  });
  expect(counted.passed).toBeGreaterThanOrEqual(246);
});

test('damaged chains are never valid, and never more than a verdict', { timeout: 120_000 }, async () => {
  const keys = { algorithm: 'ML-DSA-44' } as const;
  const root = await makeRoot(keys);
  const ca = await make({ subject: 'CN=CA', issuer: root, ca: true, ...keys });
  const leaf = await makeServer(ca, ['a.example'], keys);
  const chain = [leaf.certificate.bytes, ca.certificate.bytes];
  const reasons = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1),
      fc.nat(),
      fc.constantFrom('change', 'insert', 'delete', 'repeat', 'cut'),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (which, place, how, octets, strict) => {
        const changed = chain.map((bytes, index) =>
          index === which ? damage(bytes, place, how, octets) : bytes,
        );
        if (changed.every((bytes, index) => Buffer.compare(bytes, chain[index] ?? new Uint8Array()) === 0))
          return;
        const result = await validatePath(provider, changed, { anchors: [root.certificate], at: AT, strict });
        if (result.valid) {
          // Behind the end of a certificate, and only leniently: that is no part of it.
          expect(strict).toBe(false);
          expect(result.warnings.join()).toMatch(/bytes after its end/u);
        } else reasons.add(result.reason);
      },
    ),
    { numRuns: 20_000 },
  );
  expect([...reasons].sort()).toEqual(
    expect.arrayContaining(['malformed', 'no-issuer', 'signature-invalid']),
  );
});

function damage(bytes: Uint8Array, place: number, how: string, octets: Uint8Array): Uint8Array {
  // Half of the places in front, where the structure is; most bytes are key and signature.
  const at = place % (place % 2 === 0 ? 200 : bytes.length + 1);
  const [head, tail] = [bytes.slice(0, at), bytes.slice(at)];
  const rest = tail.slice(octets.length);
  switch (how) {
    case 'change':
      return Buffer.concat([head, octets.subarray(0, tail.length), rest]);
    case 'insert':
      return Buffer.concat([head, octets, tail]);
    case 'delete':
      return Buffer.concat([head, rest]);
    case 'repeat':
      return Buffer.concat([head, tail.slice(0, octets.length), tail]);
    default:
      return head;
  }
}
