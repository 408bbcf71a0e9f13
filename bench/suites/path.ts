import * as node from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
// @peculiar/x509 wants it before itself.
import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';
import { issueCertificate, issueSelfSigned, parseCertificate, validatePath } from 'hybridge/certificates';
import { createNativeProvider } from 'hybridge/providers/native';
import { generateKeyPair, verify } from 'hybridge/sign';
import type { Pair } from '../compare.ts';

/**
 * Path validation beside its signatures alone, and reading of certificates beside other readers.
 *
 * The path: leaf, intermediate and root of ML-DSA-65 as bytes, which are parsed, put in order, checked for a use and a
 * name, and verified; against the two verifications with keys that are ready. It may cost 1.5 times as much, which is
 * two thirds of the rate.
 *
 * The certificates: the 403 well-formed ones of NIST PKITS, a hundred at a time until thousands have been read; of each
 * the names, the end and the alternative names.
 */
export async function pathPairs(): Promise<readonly Pair[]> {
  const provider = createNativeProvider();
  if (provider === undefined) return [];
  const [rootKeys, caKeys, leafKeys] = [
    await generateKeyPair(provider, 'ML-DSA-65'),
    await generateKeyPair(provider, 'ML-DSA-65'),
    await generateKeyPair(provider, 'ML-DSA-65'),
  ];
  const notBefore = new Date('2027-01-01');
  const root = await issueSelfSigned(provider, {
    key: rootKeys.privateKey,
    subject: 'CN=Root,O=Hospital,C=CH',
    profile: 'ca',
    validity: { notBefore },
  });
  const ca = await issueCertificate(provider, {
    issuer: { certificate: root, key: rootKeys.privateKey },
    subject: 'CN=Issuing,O=Hospital,C=CH',
    publicKey: caKeys.publicKey,
    profile: 'ca',
    pathLength: 0,
    validity: { notBefore, days: 1000 },
  });
  const leaf = await issueCertificate(provider, {
    issuer: { certificate: ca, key: caKeys.privateKey },
    subject: 'CN=pump,O=Hospital,C=CH',
    publicKey: leafKeys.publicKey,
    profile: 'tls-server',
    validity: { notBefore, days: 90 },
    extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
  });
  const chain = [leaf.bytes, ca.bytes];
  const options = { at: new Date('2027-02-01'), use: 'tls-server', name: 'pump.example' } as const;
  const validate = async (anchor: Uint8Array | typeof root): Promise<void> => {
    const result = await validatePath(provider, chain, { ...options, anchors: [anchor] });
    if (!result.valid) throw new Error(result.text);
  };
  const bare = async (): Promise<void> => {
    const ofLeaf = await verify(provider, caKeys.publicKey, leaf.tbs, leaf.signature);
    const ofCa = await verify(provider, rootKeys.publicKey, ca.tbs, ca.signature);
    if (!ofLeaf || !ofCa) throw new Error('a signature does not hold');
  };
  const baseline = { label: 'signatures alone', work: bare };
  const target = 1 / 1.5;

  const all = pkits();
  const hundred = (turn: { from: number }): readonly Uint8Array<ArrayBuffer>[] => {
    turn.from = (turn.from + 100) % (all.length - 100);
    return all.slice(turn.from, turn.from + 100);
  };
  const [mine, nodes, theirs] = [{ from: 0 }, { from: 0 }, { from: 0 }];
  const ours = {
    label: 'parseCertificate',
    work: () => {
      for (const bytes of hundred(mine)) {
        const { subject, issuer, validity, extensions } = parseCertificate(bytes);
        use(subject, issuer, validity.notAfter, extensions.subjectAltName);
      }
    },
  };
  return [
    {
      name: 'path/ml-dsa-65/all-from-bytes',
      subject: { label: 'validatePath', work: () => validate(root.bytes) },
      baseline,
      target,
    },
    {
      name: 'path/ml-dsa-65/anchor-kept',
      subject: { label: 'validatePath', work: () => validate(root) },
      baseline,
      target,
    },
    {
      name: 'path/parse-100/node',
      subject: ours,
      baseline: {
        label: 'node:crypto X509Certificate',
        work: () => {
          for (const bytes of hundred(nodes)) {
            const { subject, issuer, validTo, subjectAltName } = new node.X509Certificate(bytes);
            use(subject, issuer, validTo, subjectAltName);
          }
        },
      },
    },
    {
      name: 'path/parse-100/peculiar',
      subject: ours,
      baseline: {
        label: '@peculiar/x509',
        work: () => {
          for (const bytes of hundred(theirs)) {
            const { subject, issuer, notAfter, extensions } = new X509Certificate(bytes);
            use(subject, issuer, notAfter, extensions);
          }
        },
      },
    },
  ];
}

let used = 0;

/** Keeps what was read from being optimised away. */
function use(...values: readonly unknown[]): void {
  used += values.length;
  if (used < 0) throw new Error('more than there are');
}

function pkits(): readonly Uint8Array<ArrayBuffer>[] {
  const path = join(import.meta.dirname, '..', '..', 'vectors', 'pkits', 'pkits.json.gz');
  const data: unknown = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'));
  if (typeof data !== 'object' || data === null || !('certificates' in data))
    throw new Error(`${path}: no certificates`);
  const all = Object.values(data.certificates ?? {}).map(
    (text) => new Uint8Array(Buffer.from(String(text), 'base64')),
  );
  return all.filter((bytes) => {
    try {
      parseCertificate(bytes);
      return true;
    } catch {
      return false;
    }
  });
}
