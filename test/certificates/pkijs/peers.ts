/** What foreign implementations make, and how they judge what PKI.js made with our engine. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as pkijs from 'pkijs';
import { expect } from 'vitest';

import { createPkijsEngine, type PkijsEngine } from '../../../src/certificates/pkijs/index.ts';
import { defaultProvider } from '../../../src/default/index.ts';
import { decodePem, encodePem } from '../../../src/encoding/index.ts';
import { askPeer } from '../../support/peers.ts';
import { runCases } from '../../support/tally.ts';
import { derOf, issue, readMessage, request, revoke, signMessage } from './support.ts';

/** The engine of these tests. */
export const engine: PkijsEngine = createPkijsEngine(defaultProvider());
const content = new TextEncoder().encode('infusion rate 2 ml/h\n');

/** The files that either side gives the other. */
const FILES = {
  ca: 'ca.pem',
  leaf: 'leaf.pem',
  leafKey: 'leaf.key',
  request: 'request.csr',
  list: 'list.crl',
  message: 'message.der',
  content: 'content',
} as const;

/** An implementation that makes and judges certificates, requests, lists and messages. */
export interface Peer {
  readonly program: string;
  /** Makes every file of {@link FILES} in its folder; the list revokes serial number 7. */
  make(folder: string, algorithm: string): Promise<void>;
  /** The commands that judge the files in a folder, each with what it must print. */
  judge(folder: string): Promise<void>;
}

/** Asks a peer in a folder and gives what it said. */
async function ask(program: string, folder: string, args: readonly string[]): Promise<string> {
  return new TextDecoder().decode(await askPeer(program, args, { cwd: folder }));
}

export const openssl: Peer = {
  program: 'peer-openssl',

  async make(folder, algorithm) {
    const run = (line: string): Promise<string> => ask('peer-openssl', folder, line.split(' '));
    const ca = 'basicConstraints=critical,CA:true';
    await run(`req -x509 -nodes -newkey ${algorithm} -keyout ca.key -out ca.pem -subj /CN=ca -addext ${ca}`);
    await run(`req -new -nodes -newkey ${algorithm} -keyout leaf.key -out request.csr -subj /CN=leaf`);
    await run('x509 -req -in request.csr -CA ca.pem -CAkey ca.key -out leaf.pem');
    writeFileSync(join(folder, 'index'), 'R\t401231235959Z\t251121000000Z\t07\tunknown\t/CN=revoked\n');
    writeFileSync(join(folder, 'number'), '01\n');
    const settings = 'database=index\ncrlnumber=number\ndefault_crl_days=30\ndefault_md=default\n';
    writeFileSync(join(folder, 'ca.conf'), `[ca]\ndefault_ca=ours\n[ours]\n${settings}`);
    await run('ca -config ca.conf -gencrl -cert ca.pem -keyfile ca.key -out list.crl');
    await run(
      'cms -sign -binary -md sha512 -in content -signer leaf.pem -inkey leaf.key -outform DER -nodetach -out message.der',
    );
  },

  async judge(folder) {
    const run = (line: string): Promise<string> => ask('peer-openssl', folder, line.split(' '));
    expect(await run('verify -CAfile ca.pem leaf.pem')).toContain('OK');
    await run('req -in request.csr -verify -noout');
    await run('verify -CAfile ca.pem -CRLfile list.crl -crl_check leaf.pem');
    const opened = await run('cms -verify -binary -in message.der -inform DER -CAfile ca.pem -purpose any');
    expect(opened).toBe(new TextDecoder().decode(content));
    await run('pkey -in leaf.key -noout -check');
  },
};

export const bouncyCastle: Peer = {
  program: 'bc-peer',

  async make(folder, algorithm) {
    const run = (line: string): Promise<string> => ask('bc-peer', folder, line.split(' '));
    await run(`selfsigned alg=${algorithm} out=ca`);
    await run(`issue alg=${algorithm} ca=ca.pem cakey=ca.key out=leaf`);
    await run(`csr alg=${algorithm} out=request`);
    await run('crl ca=ca.pem cakey=ca.key out=list.crl serial=7');
    await run('cms-sign key=leaf.key cert=leaf.pem in=content out=message.der');
  },

  async judge(folder) {
    const run = (line: string): Promise<string> => ask('bc-peer', folder, line.split(' '));
    expect(await run('verify ca=ca.pem cert=leaf.pem')).toMatch(/^ok/);
    expect(await run('csr-verify in=request.csr')).toMatch(/^ok/);
    expect(await run('crl-verify in=list.crl ca=ca.pem')).toMatch(/^ok .*revoked=1/);
    expect(await run('cms-verify in=message.der ca=ca.pem')).toMatch(/^ok .*signedAttrs=true/);
    expect(await run('key-info in=leaf.key')).toMatch(/\S/);
  },
};

/** A folder for one exchange, removed after it. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hybridge-pkijs-'));
  try {
    writeFileSync(join(folder, FILES.content), content);
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What PKI.js makes with an algorithm, written for a peer. */
async function makeOurs(folder: string, algorithm: string): Promise<void> {
  const pem = (file: string, label: string, bytes: Uint8Array): void => {
    writeFileSync(join(folder, file), encodePem(label, bytes));
  };
  const pair = async (): Promise<CryptoKeyPair> => {
    const keys = await engine.generateKey(algorithm, true, ['sign', 'verify']);
    if (!('privateKey' in keys)) throw new Error(`no key pair for ${algorithm}`);
    return keys;
  };
  const ca = await issue(engine, { name: 'ca', ...(await pair()), ca: true });
  const leafKeys = await pair();
  const leaf = await issue(engine, { name: 'leaf', ...leafKeys, issuer: ca });
  const revoked = await issue(engine, { name: 'revoked', ...leafKeys, issuer: ca });
  pem(FILES.ca, 'CERTIFICATE', derOf(ca.certificate));
  pem(FILES.leaf, 'CERTIFICATE', derOf(leaf.certificate));
  pem(FILES.leafKey, 'PRIVATE KEY', new Uint8Array(await engine.exportKey('pkcs8', leaf.privateKey)));
  pem(FILES.request, 'CERTIFICATE REQUEST', derOf(await request(engine, 'leaf', leafKeys)));
  pem(FILES.list, 'X509 CRL', derOf(await revoke(engine, ca, [revoked.certificate])));
  writeFileSync(join(folder, FILES.message), await signMessage(engine, content, [leaf]));
}

/** PKI.js judges what a peer made. */
async function judgeTheirs(folder: string, algorithm: string): Promise<void> {
  const der = (file: string): Uint8Array<ArrayBuffer> => {
    const bytes = readFileSync(join(folder, file));
    if (bytes[0] === 0x30) return new Uint8Array(bytes);
    const [block] = decodePem(bytes.toString('latin1'));
    if (block === undefined) throw new Error(`${file}: no PEM block`);
    return new Uint8Array(block.bytes);
  };
  const ca = pkijs.Certificate.fromBER(der(FILES.ca));
  const leaf = pkijs.Certificate.fromBER(der(FILES.leaf));
  const chain = new pkijs.CertificateChainValidationEngine({ trustedCerts: [ca], certs: [leaf] });
  const verdict = await chain.verify({}, engine);
  expect(verdict.resultMessage).toBe('');
  expect(verdict.result).toBe(true);
  expect(await pkijs.CertificationRequest.fromBER(der(FILES.request)).verify(engine)).toBe(true);
  const list = pkijs.CertificateRevocationList.fromBER(der(FILES.list));
  expect(await list.verify({ issuerCertificate: ca }, engine)).toBe(true);
  expect(list.revokedCertificates?.map(({ userCertificate }) => userCertificate.valueBlock.valueDec)).toEqual(
    [7],
  );
  const message = readMessage(der(FILES.message));
  const trustedCerts = [ca];
  expect(await message.verify({ signer: 0, checkChain: true, trustedCerts }, engine)).toBe(true);

  const name = engine.getAlgorithmByOID(leaf.subjectPublicKeyInfo.algorithm.algorithmId, true);
  expect(name).toEqual({ name: algorithm });
  const privateKey = await engine.importKey('pkcs8', der(FILES.leafKey), name, true, ['sign']);
  const publicKey = await leaf.getPublicKey(undefined, engine);
  const again = await request(engine, 'leaf', { privateKey, publicKey });
  expect(await again.verify(engine)).toBe(true);
}

/** Both directions with one peer, for every algorithm given. */
export async function exchange(peer: Peer, algorithms: readonly string[]): Promise<void> {
  const cases = algorithms.map((id) => ({ id }));
  await runCases(`PKI.js to ${peer.program}`, cases, ({ id }) =>
    inFolder(async (folder) => {
      await makeOurs(folder, id);
      await peer.judge(folder);
    }),
  );
  await runCases(`${peer.program} to PKI.js`, cases, ({ id }) =>
    inFolder(async (folder) => {
      await peer.make(folder, id);
      await judgeTheirs(folder, id);
    }),
  );
}
