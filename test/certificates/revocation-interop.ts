/** Revocation lists and OCSP with other implementations, in both directions, for the everyday and the full run. */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

import { fromHex, toHex } from '../../src/bytes/index.ts';
import {
  certificateId,
  createCrl,
  createOcspRequest,
  createOcspResponse,
  type Crl,
  type OcspResponse,
  parseCrl,
  parseOcspRequest,
  parseOcspResponse,
  revocationStatus,
  verifyCrl,
  verifyOcspResponse,
} from '../../src/certificates/index.ts';
import { exportPrivateKey } from '../../src/keys/index.ts';
import { PrivateKey } from '../../src/provider/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer, findPeer, runPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { type Holder, issueUnder, newAuthority, provider } from './authority.ts';

/** Algorithms that sign certificates. */
export type Algorithm = Exclude<SignatureName, 'HSS/LMS' | 'XMSS' | 'XMSS^MT'>;

const script = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url));
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const minutes = (count: number): Date => new Date(Math.floor(Date.now() / 1000 + 60 * count) * 1000);

/** An authority, a responder, two certificates, of which one is revoked, and the files of them all. */
interface Stage {
  readonly folder: string;
  readonly authority: Holder;
  readonly responder: Holder;
  readonly pump: Holder;
  readonly revoked: Holder;
  readonly crl: Crl;
}

async function stage(algorithm: Algorithm): Promise<Stage> {
  const folder = scratchFolder();
  const authority = await newAuthority(algorithm);
  const under = { algorithm, days: 3000 };
  const pump = await issueUnder(authority, under);
  const revoked = await issueUnder(authority, { ...under, subject: 'CN=stolen' });
  const responder = await issueUnder(authority, {
    ...under,
    profile: 'ocsp-signing',
    subject: 'CN=Responder',
  });
  const crl = await createCrl(provider, {
    issuer: authority,
    thisUpdate: minutes(-10),
    nextUpdate: minutes(1000),
    number: 255n,
    revoked: [
      {
        serialNumber: revoked.certificate.serialNumber,
        revocationDate: minutes(-20),
        reason: 'keyCompromise',
        invalidityDate: minutes(-90),
      },
    ],
  });
  const files = { ca: authority, pump, revoked, responder };
  for (const [name, { certificate, key }] of Object.entries(files)) {
    writeFileSync(join(folder, `${name}.pem`), certificate.toPem());
    if (!(key instanceof PrivateKey)) throw new Error('a key of its own is wanted');
    writeFileSync(join(folder, `${name}.key`), await exportPrivateKey(provider, key, { format: 'pem' }));
  }
  writeFileSync(join(folder, 'list.crl'), crl.toPem());
  return { folder, authority, responder, pump, revoked, crl };
}

/** The statuses of both certificates by a list or a response that a peer made. */
async function statuses(
  { authority, pump, revoked }: Stage,
  sources: { readonly crls?: readonly Crl[]; readonly ocsp?: readonly OcspResponse[] },
): Promise<readonly string[]> {
  const found = [];
  for (const { certificate } of [pump, revoked]) {
    const status = await revocationStatus(provider, {
      certificate,
      issuer: authority.certificate,
      sources,
      at: new Date(),
      trusts: async () => true,
    });
    found.push(
      status.status === 'revoked'
        ? status.reason
        : status.status === 'good'
          ? 'good'
          : status.reasons.join('; '),
    );
  }
  return found;
}

function answersOf(
  { authority, pump, revoked }: Stage,
  hash: 'SHA-1' | 'SHA-256',
): Parameters<typeof createOcspResponse>[1]['answers'] {
  const issuer = authority.certificate;
  const common = { thisUpdate: minutes(-5), nextUpdate: minutes(500) };
  return [
    {
      ...common,
      id: certificateId(provider, { certificate: pump.certificate, issuer }, hash),
      status: { kind: 'good' },
    },
    {
      ...common,
      id: certificateId(provider, { certificate: revoked.certificate, issuer }, hash),
      status: { kind: 'revoked', since: minutes(-20), reason: 'keyCompromise' },
    },
  ];
}

async function openssl({ folder }: Stage, line: string): Promise<string> {
  const { code, stdout, stderr } = await runPeer('peer-openssl', line.split(' '), { cwd: folder });
  const said = `${text(stdout)}${stderr}`;
  if (code !== 0) throw new Error(`${line}: exit ${String(code)}: ${said.slice(0, 400)}`);
  return said;
}

const opensslDate = (date: Date): string => `${date.toISOString().slice(2, 19).replaceAll(/\D/gu, '')}Z`;

/** The list and the responder of OpenSSL, and what it says of ours. */
async function withOpenssl(algorithm: Algorithm): Promise<void> {
  const made = await stage(algorithm);
  const { folder, authority, responder, pump, revoked } = made;

  expect(await openssl(made, 'crl -in list.crl -CAfile ca.pem -noout')).toContain('verify OK');
  expect(
    await openssl(made, 'verify -x509_strict -crl_check -CAfile ca.pem -CRLfile list.crl pump.pem'),
  ).toContain('OK');
  await expect(
    openssl(made, 'verify -crl_check -CAfile ca.pem -CRLfile list.crl revoked.pem'),
  ).rejects.toThrow('certificate revoked');

  const serial = (one: Holder): string => toHex(one.certificate.serialNumber).toUpperCase();
  const index = [
    `V\t401231235959Z\t\t${serial(pump)}\tunknown\t/CN=pump\n`,
    `R\t401231235959Z\t${opensslDate(minutes(-20))},keyCompromise\t${serial(revoked)}\tunknown\t/CN=stolen\n`,
  ];
  writeFileSync(join(folder, 'index'), index.join(''));
  // ECDSA is here one hash for each curve; what OpenSSL takes unless told is SHA-256 for all of them.
  const digest = /^ECDSA.*-(SHA\d+)$/u.exec(algorithm)?.[1]?.toLowerCase() ?? 'default';
  writeFileSync(join(folder, 'number'), '0100\n');
  const extensions = '[x]\nauthorityKeyIdentifier=keyid:always\n';
  writeFileSync(
    join(folder, 'ca.conf'),
    `[ca]\ndefault_ca=ours\n[ours]\ndatabase=index\ncrlnumber=number\ndefault_crl_days=30\ndefault_md=${digest}\ncrl_extensions=x\n${extensions}`,
  );
  await openssl(made, 'ca -config ca.conf -gencrl -cert ca.pem -keyfile ca.key -out theirs.crl');
  const theirs = parseCrl(await readFile(join(folder, 'theirs.crl'), 'utf8'));
  expect(theirs.extensions.crlNumber).toEqual(Uint8Array.of(1, 0));
  expect(await verifyCrl(provider, theirs, authority.certificate)).toBe(true);
  expect(await statuses(made, { crls: [theirs] })).toEqual(['good', 'keyCompromise']);

  const about = [pump, revoked].map(({ certificate }) => ({ certificate, issuer: authority.certificate }));
  for (const [hash, delegate] of [
    ['SHA-256', 'responder'],
    ['SHA-1', 'ca'],
  ] as const) {
    const request = await createOcspRequest(provider, { about, hash });
    writeFileSync(join(folder, 'request.der'), request.bytes);
    await openssl(
      made,
      `ocsp -index index -CA ca.pem -rsigner ${delegate}.pem -rkey ${delegate}.key -reqin request.der -respout theirs.der -nmin 60${digest === 'default' ? '' : ` -rmd ${digest}`}`,
    );
    const response = parseOcspResponse(await readFile(join(folder, 'theirs.der')));
    expect(await statuses(made, { ocsp: [response] })).toEqual(['good', 'keyCompromise']);
    for (const [at, expected] of [...about.entries()].map(
      ([position, one]) => [one, ['good', 'revoked'][position]] as const,
    ))
      expect(
        (await verifyOcspResponse(provider, response, { ...at, nonce: request.nonce, at: new Date() }))
          .status,
      ).toBe(expected);

    const ours = await createOcspResponse(provider, {
      responder: delegate === 'ca' ? authority : responder,
      producedAt: minutes(0),
      nonce: request.nonce,
      answers: answersOf(made, hash),
      responderId: delegate === 'ca' ? 'key' : 'name',
    });
    writeFileSync(join(folder, 'ours.der'), ours.bytes);
    // With its own nonce beside that of the request, it would compare another one.
    expect(
      await openssl(made, 'ocsp -respin ours.der -reqin request.der -CAfile ca.pem -verify_other ca.pem'),
    ).toContain('Response verify OK');
    const asked = `-${hash.replace('-', '').toLowerCase()} -no_nonce -cert pump.pem -cert revoked.pem`;
    const said = await openssl(made, `ocsp -respin ours.der -CAfile ca.pem -issuer ca.pem ${asked}`);
    expect(said).toContain('Response verify OK');
    expect(said).toContain('pump.pem: good');
    expect(said).toContain('revoked.pem: revoked');
  }

  await openssl(
    made,
    'ocsp -issuer ca.pem -cert pump.pem -signer pump.pem -signkey pump.key -reqout theirs.req',
  );
  const theirRequest = parseOcspRequest(await readFile(join(folder, 'theirs.req')));
  expect(theirRequest.questions[0]?.id.serialNumber).toEqual(pump.certificate.serialNumber);
  expect(theirRequest.signature).toBeDefined();
}

async function withPython(algorithm: Algorithm): Promise<void> {
  const made = await stage(algorithm);
  const { folder, authority, pump, revoked } = made;
  const file = (name: string): string => join(folder, name);
  const ours = await createOcspResponse(provider, {
    responder: authority,
    producedAt: minutes(0),
    answers: answersOf(made, 'SHA-256'),
  });
  writeFileSync(file('ours.der'), ours.bytes);
  const judged = await askPeer('peer-python3', [
    script('verify_revocation.py'),
    file('ca.pem'),
    file('list.crl'),
    file('ours.der'),
  ]);
  expect(JSON.parse(text(judged))).toEqual({
    crl: true,
    entries: [toHex(revoked.certificate.serialNumber)],
    status: ['GOOD', 'REVOKED'],
  });

  const answer = await askPeer('peer-python3', [
    script('make_revocation.py'),
    file('ca.pem'),
    file('ca.key'),
    file('pump.pem'),
  ]);
  const theirs = JSON.parse(text(answer)) as Readonly<Record<'crl' | 'good' | 'revoked' | 'unknown', string>>;
  expect((await statuses(made, { crls: [parseCrl(fromHex(theirs.crl))] }))[0]).toBe('superseded');
  const check = { certificate: pump.certificate, issuer: authority.certificate, at: new Date() };
  const status = async (name: 'good' | 'revoked' | 'unknown'): Promise<unknown> =>
    verifyOcspResponse(provider, parseOcspResponse(fromHex(theirs[name])), check);
  expect(await status('good')).toMatchObject({ status: 'good' });
  expect(await status('revoked')).toMatchObject({ status: 'revoked', reason: 'keyCompromise' });
  expect(await status('unknown')).toMatchObject({
    reasons: ['OCSP: the responder does not know the certificate'],
  });
}

async function withGo(algorithm: Algorithm): Promise<void> {
  const { folder } = await stage(algorithm);
  const said = await askPeer('peer-go', [
    'run',
    script('verify_crl.go'),
    join(folder, 'ca.pem'),
    join(folder, 'list.crl'),
  ]);
  expect(text(said)).toBe('1');
}

async function withBouncyCastle(algorithm: Algorithm): Promise<void> {
  const made = await stage(algorithm);
  const { folder } = made;
  const run = async (line: string): Promise<string> =>
    text(await askPeer('bc-peer', line.split(' '), { cwd: folder }));
  expect(await run('crl-verify in=list.crl ca=ca.pem')).toMatch(/^ok .* revoked=1$/mu);
  const serial = BigInt(`0x${toHex(made.revoked.certificate.serialNumber)}`);
  await run(`crl ca=ca.pem cakey=ca.key out=theirs.crl serial=${String(serial)}`);
  const theirs = parseCrl(await readFile(join(folder, 'theirs.crl'), 'utf8'));
  expect(theirs.size).toBe(1);
  expect(await verifyCrl(provider, theirs, made.authority.certificate)).toBe(true);
}

/** OCSP with Bouncy Castle, which knows composites: one program for all algorithms. */
async function askBouncyCastleOcsp(algorithms: readonly Algorithm[]): Promise<readonly OcspExchange[]> {
  const exchanges: OcspExchange[] = [];
  for (const id of algorithms) {
    const made = await stage(id);
    const { authority, pump, revoked } = made;
    const about = [pump, revoked].map(({ certificate }) => ({ certificate, issuer: authority.certificate }));
    const request = await createOcspRequest(provider, { about });
    const response = await createOcspResponse(provider, {
      responder: authority,
      producedAt: minutes(0),
      nonce: request.nonce,
      answers: answersOf(made, 'SHA-256'),
    });
    if (!(authority.key instanceof PrivateKey)) throw new Error('a key of its own is wanted');
    const key = await exportPrivateKey(provider, authority.key, { format: 'der' });
    const line = [authority.certificate.bytes, key, request.bytes, response.bytes].map(toHex).join(' ');
    exchanges.push({ id, made, line, answer: '' });
  }
  const jars = join(dirname(findPeer('bc-peer') ?? ''), '..', 'sid', 'usr', 'share', 'java');
  const path = ['bcprov', 'bcpkix', 'bcutil'].map((name) => join(jars, `${name}.jar`)).join(':');
  const said = await askPeer('peer-java', ['-XX:TieredStopAtLevel=1', '-cp', path, script('OcspPeer.java')], {
    input: new TextEncoder().encode(exchanges.map(({ line }) => `${line}\n`).join('')),
    timeout: 300_000,
  });
  const answers = text(said).trim().split('\n');
  return exchanges.map((one, index) => ({ ...one, answer: answers[index] ?? 'no answer' }));
}

interface OcspExchange {
  readonly id: Algorithm;
  readonly made: Stage;
  readonly line: string;
  readonly answer: string;
}

/** OCSP with Bouncy Castle, in both directions, with each of the algorithms. */
export function describeBouncyCastleOcsp(algorithms: readonly Algorithm[]): void {
  describeWithPeer(['bc-peer', 'peer-java'], 'OCSP with Bouncy Castle', () => {
    it('goes both ways', async () => {
      const exchanges = await askBouncyCastleOcsp(algorithms);
      await runCases('OCSP with Bouncy Castle', exchanges, async ({ made, answer }) => {
        const [verdict, hex = ''] = answer.split(' ');
        if (verdict !== 'ok') throw new Error(answer);
        const response = parseOcspResponse(fromHex(hex));
        expect(await statuses(made, { ocsp: [response] })).toEqual(['good', 'superseded']);
      });
    }, 300_000);
  });
}

/** Those who make and judge, beside us. */
export type Peer = 'Bouncy Castle' | 'Go' | 'OpenSSL' | 'Python cryptography';

interface PeerRun {
  readonly program: string;
  readonly run: (algorithm: Algorithm) => Promise<void>;
}

const PEERS: Readonly<Record<Peer, PeerRun>> = {
  OpenSSL: { program: 'peer-openssl', run: withOpenssl },
  'Python cryptography': { program: 'peer-python3', run: withPython },
  Go: { program: 'peer-go', run: withGo },
  'Bouncy Castle': { program: 'bc-peer', run: withBouncyCastle },
};

/** Revocation with a peer, in both directions, with each of the algorithms. */
export function describeRevocation(peer: Peer, algorithms: readonly Algorithm[]): void {
  const { program, run } = PEERS[peer];
  describeWithPeer(program, `revocation with ${peer}`, () => {
    it('goes both ways', async () => {
      await runCases(
        `revocation with ${peer}`,
        algorithms.map((id) => ({ id })),
        ({ id }) => run(id),
      );
    }, 300_000);
  });
}
