/** The matrix of issuers, algorithms and verifiers, for the everyday and for the exhaustive run. */
import { it } from 'vitest';

import { fromHex, toHex } from '../../src/bytes/index.ts';
import {
  type CertificateRequest,
  createRequest,
  issueCertificate,
  issueSelfSigned,
  parseCertificate,
  parseRequest,
  verifyRequest,
  verifySigned,
} from '../../src/certificates/index.ts';
import { exportPublicKey } from '../../src/keys/index.ts';
import { type KemName, signature, type SignatureName } from '../../src/registry/index.ts';
import { askPeer, describeWithPeer, findPeer } from '../support/peers.ts';
import { report, runCases } from '../support/tally.ts';
import { kemKeys, NOT_BEFORE, provider, signatureKeys } from './fixtures.ts';
import { askBouncyCastle, askPythonAboutRequests, type Chain, VERIFIERS, writeFile } from './peers.ts';

export const validity: { readonly notBefore: Date; readonly notAfter: Date } = {
  notBefore: NOT_BEFORE,
  notAfter: new Date('2045-12-31T23:59:59Z'),
};

/** Who signs, and whose key is certified: one that signs or one that establishes secrets. */
export type Row =
  | { readonly issuer: SignatureName; readonly subject: SignatureName; readonly kem?: undefined }
  | { readonly issuer: SignatureName; readonly kem: KemName; readonly subject?: undefined };

/** A chain of ours, and the request that led to it. */
export interface Issued extends Chain {
  readonly id: string;
  readonly issuer: SignatureName;
  readonly request: CertificateRequest | undefined;
}

/** Issues a root and a certificate under it. */
async function issueChain({ issuer, subject, kem }: Row): Promise<Issued> {
  const ca = await signatureKeys(issuer, 'ca');
  const root = await issueSelfSigned(provider, {
    key: ca.privateKey,
    subject: `CN=${issuer} root,O=Hybridge`,
    profile: 'ca',
    pathLength: 0,
    validity,
  });
  const common = { issuer: { certificate: root, key: ca.privateKey }, validity };
  const id = `${issuer} → ${subject ?? kem}`;
  if (subject === undefined) {
    const { publicKey } = await kemKeys(kem);
    const leaf = await issueCertificate(provider, {
      ...common,
      publicKey,
      subject: 'CN=leaf.example,O=Hybridge',
      profile: 'encryption',
      extensions: { subjectAltName: [{ kind: 'email', address: 'leaf@example.org' }] },
    });
    return { id, issuer, root, leaf, request: undefined };
  }
  const request = await createRequest(provider, {
    key: (await signatureKeys(subject)).privateKey,
    subject: 'CN=leaf.example,O=Hybridge',
    extensions: { subjectAltName: [{ kind: 'dns', name: 'leaf.example' }] },
    challengePassword: 'open sesame',
  });
  const leaf = await issueCertificate(provider, { ...common, request, profile: 'tls-server' });
  return { id, issuer, root, leaf, request };
}

/** Every chain of ours through every verifier that is installed and knows its algorithm, with the table printed. */
export function oursVerified(folder: string, rows: readonly Row[]): void {
  it('ours, by every verifier that knows the algorithm', async () => {
    const chains: Issued[] = [];
    for (const row of rows) chains.push(await issueChain(row));
    const cells = new Map<string, string>();
    const cases: { readonly id: string; readonly verdict: string; readonly outcome: Error | undefined }[] =
      [];
    for (const { name, peer, knows, refusesKey, verify } of VERIFIERS) {
      if (peer !== undefined && findPeer(peer) === undefined) {
        report(`certificates for ${name}: skipped, ${peer} is not installed`);
        continue;
      }
      const known = chains.filter(
        ({ issuer, leaf }) => knows(signature(issuer)) && refusesKey?.(leaf) !== true,
      );
      const outcomes = await verify(folder, known);
      for (const [index, { id }] of known.entries()) {
        const outcome = outcomes[index];
        cells.set(`${id} ${name}`, outcome === undefined ? 'ok' : 'NO');
        cases.push({ id: `${id} by ${name}`, verdict: name, outcome });
      }
    }
    const names = VERIFIERS.map(({ name }) => name);
    report(`  issued by Hybridge | ${names.join(' | ')}`);
    for (const { id } of chains)
      report(`  ${id} | ${names.map((name) => cells.get(`${id} ${name}`) ?? '-').join(' | ')}`);
    await runCases('certificates of ours verified by others', cases, ({ outcome }) => {
      if (outcome !== undefined) throw outcome;
    });
    await requestsVerified(folder, chains);
  });
}

async function requestsVerified(folder: string, chains: readonly Issued[]): Promise<void> {
  const cases: { readonly id: string; readonly verdict: string; readonly outcome: unknown }[] = [];
  const requests = chains.flatMap(({ id, request }) =>
    request === undefined
      ? []
      : [{ id, request, composite: request.signatureAlgorithm.oid.startsWith('1.3.6.1.5.5.7') }],
  );
  if (findPeer('bc-peer') !== undefined) {
    const answers = await askBouncyCastle(requests.map(({ request }) => `request ${toHex(request.bytes)}`));
    for (const [index, { id }] of requests.entries())
      cases.push({ id: `${id} by Bouncy Castle`, verdict: 'Bouncy Castle', outcome: answers[index] });
  }
  if (findPeer('peer-openssl') !== undefined)
    for (const { id, request, composite } of requests) {
      if (composite) continue;
      const args = ['req', '-in', writeFile(folder, request.toPem()), '-verify', '-noout'];
      const outcome = await askPeer('peer-openssl', args).catch((error: unknown) => error);
      cases.push({ id: `${id} by OpenSSL`, verdict: 'OpenSSL', outcome });
    }
  if (findPeer('peer-python3') !== undefined) {
    const known = requests.filter(({ composite, request }) => !composite && !isSlhDsa(request));
    const answers = await askPythonAboutRequests(known.map(({ request }) => request.bytes));
    for (const [index, { id }] of known.entries())
      cases.push({ id: `${id} by Python`, verdict: 'Python', outcome: answers[index] });
  }
  await runCases('requests of ours verified by others', cases, ({ outcome }) => {
    if (outcome instanceof Error) throw outcome;
  });
}

const isSlhDsa = ({ signatureAlgorithm: { oid } }: CertificateRequest): boolean =>
  /^2\.16\.840\.1\.101\.3\.4\.3\.(?:2\d|3[01])$/.test(oid);

/** How Java names the key and the signature of an algorithm. */
function javaName(name: SignatureName): string {
  const descriptor = signature(name);
  if (descriptor.kind === 'ecdsa') {
    const curve = { 'P-256': 'secp256r1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
    const of = (key: string): key is keyof typeof curve => key in curve;
    return `EC:${of(descriptor.curve) ? curve[descriptor.curve] : descriptor.curve}/${descriptor.hash.replace('-', '')}withECDSA`;
  }
  if (descriptor.kind === 'rsa')
    return `RSA:${String(descriptor.modulusBits)}/${descriptor.hash.replace('-', '')}with${descriptor.padding === 'pss' ? 'RSAandMGF1' : 'RSA'}`;
  const upper = descriptor.kind === 'slh-dsa' ? name.toUpperCase() : name;
  return `${upper}/${upper}`;
}

/** Roots, certificates and requests that Bouncy Castle makes. */
export function bouncyCastleVerified(rows: readonly Row[]): void {
  describeWithPeer('bc-peer', 'made by Bouncy Castle', () => {
    it('verify here', async () => {
      const commands: string[] = [];
      for (const { issuer, kem } of rows) {
        const key = kem === undefined ? undefined : (await kemKeys(kem)).publicKey;
        const spki = key === undefined ? '' : ` ${toHex(exportPublicKey(key, { format: 'der' }))}`;
        commands.push(`issue ${javaName(issuer)}${spki}`);
      }
      const answers = await askBouncyCastle(commands);
      const cases = rows.map((row, index) => ({
        id: `${row.issuer} → ${row.kem ?? row.issuer}`,
        answer: answers[index],
      }));
      await runCases('certificates of Bouncy Castle', cases, async ({ answer }) => {
        if (answer instanceof Error || answer === undefined) throw answer ?? new Error('no answer');
        const [rootHex = '', leafHex = '', requestHex = ''] = answer;
        const root = parseCertificate(fromHex(rootHex));
        const leaf = parseCertificate(fromHex(leafHex));
        const request = parseRequest(fromHex(requestHex));
        if (!(await verifySigned(provider, root, root))) throw new Error('the root does not verify');
        if (!(await verifySigned(provider, leaf, root))) throw new Error('the leaf does not verify');
        if (!(await verifyRequest(provider, request))) throw new Error('the request does not verify');
        const [name] = request.extensions.subjectAltName ?? [];
        if (name?.kind !== 'dns' || name.name !== 'asked.example')
          throw new Error('another name is asked for');
      });
    });
  });
}
