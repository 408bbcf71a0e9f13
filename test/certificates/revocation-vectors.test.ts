/** The CRLs and OCSP messages of the Python cryptography project, read as that project reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

import { isHybridgeError, toHex } from '../../src/bytes/index.ts';
import {
  parseCertificate,
  parseCrl,
  parseOcspRequest,
  parseOcspResponse,
  type RevocationReason,
  verifySigned,
} from '../../src/certificates/index.ts';
import { askPeer, describeWithPeer, findPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { provider } from './authority.ts';

/** Installed with the peer. */
const VECTORS = join(
  dirname(findPeer('peer-python3') ?? ''),
  '../sid/usr/lib/python3/dist-packages/cryptography_vectors/x509',
);
const SCRIPT = fileURLToPath(new URL('peers/inspect_revocation.py', import.meta.url));

/** What that project alone does not read: a certID hash that it does not know, several questions in one request. */
const READ_HERE_ONLY: ReadonlySet<string> = new Set(['req-invalid-hash-alg.der', 'req-multi-sha1.der']);

const reasonOf = (reason: RevocationReason | undefined): string | null => reason ?? null;
const number = (octets: Uint8Array): string => BigInt(`0x${toHex(octets)}`).toString(16);
const optional = (octets: Uint8Array | undefined): string | null =>
  octets === undefined ? null : toHex(octets);
const time = (date: Date | undefined): string | null => date?.toISOString() ?? null;

function crl(bytes: Uint8Array): object {
  const read = parseCrl(bytes);
  const { crlNumber, deltaCrlIndicator, issuingDistributionPoint: scope } = read.extensions;
  return {
    issuer: toHex(read.issuer.bytes),
    tbs: toHex(read.tbs),
    signature: toHex(read.signature),
    algorithm: read.signatureAlgorithm.oid,
    this: time(read.thisUpdate),
    next: time(read.nextUpdate),
    number: crlNumber === undefined ? null : number(crlNumber),
    base: deltaCrlIndicator === undefined ? null : number(deltaCrlIndicator),
    scope:
      scope === undefined
        ? null
        : {
            user: scope.onlyUserCertificates,
            ca: scope.onlyCaCertificates,
            attribute: scope.onlyAttributeCertificates,
            indirect: scope.indirect,
            reasons: scope.onlySomeReasons?.map(reasonOf).toSorted() ?? null,
          },
    entries: [...read.revoked()].map((one) => ({
      serial: number(one.serialNumber),
      since: time(one.revocationDate),
      reason: reasonOf(one.reason),
      invalidity: time(one.invalidityDate),
    })),
  };
}

const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
};

function request(bytes: Uint8Array): object {
  const { questions, nonce } = parseOcspRequest(bytes);
  const [question] = questions;
  if (question === undefined) throw new Error('no question');
  const { id } = question;
  return {
    serial: number(id.serialNumber),
    name: toHex(id.issuerNameHash),
    key: toHex(id.issuerKeyHash),
    hash: HASHES[id.hashAlgorithm.oid],
    nonce: optional(nonce),
  };
}

function response(bytes: Uint8Array): object {
  const read = parseOcspResponse(bytes);
  const status = read.status.replaceAll(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase();
  if (read.status !== 'successful') return { status };
  return {
    status,
    algorithm: read.signatureAlgorithm.oid,
    tbs: toHex(read.tbs),
    signature: toHex(read.signature),
    keyHash: read.responder.kind === 'key' ? toHex(read.responder.keyHash) : null,
    responder: read.responder.kind === 'name' ? toHex(read.responder.name.bytes) : null,
    certificates: read.certificates.length,
    produced: time(read.producedAt),
    nonce: optional(read.nonce),
    answers: read.answers.map(({ id, status: one, thisUpdate, nextUpdate }) => ({
      serial: number(id.serialNumber),
      status: one.kind.toUpperCase(),
      this: time(thisUpdate),
      next: time(nextUpdate),
      since: one.kind === 'revoked' ? time(one.since) : null,
      reason: one.kind === 'revoked' ? reasonOf(one.reason) : null,
    })),
  };
}

const READERS = { crl, request, response };

interface Vector {
  readonly id: string;
  readonly kind: keyof typeof READERS;
  readonly bytes: Uint8Array;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly verdict: string;
}

async function load(): Promise<readonly Vector[]> {
  const names = (folder: string, pattern: RegExp): readonly string[] =>
    readdirSync(join(VECTORS, folder))
      .filter((name) => pattern.test(name))
      .map((name) => join(folder, name));
  const files = [
    ...names('custom', /^crl_|_crl\.pem$/u).map((path) => ({ kind: 'crl' as const, path })),
    ...names('ocsp', /(?:^|-)req[-.]/u).map((path) => ({ kind: 'request' as const, path })),
    ...names('ocsp', /(?:^|-)resp[-.]/u).map((path) => ({ kind: 'response' as const, path })),
  ];
  const answers = await askPeer('peer-python3', [
    SCRIPT,
    ...files.map(({ kind, path }) => `${kind}:${join(VECTORS, path)}`),
  ]);
  const lines = new TextDecoder().decode(answers).trim().split('\n');
  if (lines.length !== files.length) throw new Error(`${String(lines.length)} answers`);
  return files.map(({ kind, path }, index) => {
    const expected = JSON.parse(lines[index] ?? '') as Record<string, unknown>;
    return {
      id: path,
      kind,
      bytes: readFileSync(join(VECTORS, path)),
      expected,
      verdict: 'refused' in expected ? 'refused' : `read as a ${kind}`,
    };
  });
}

describeWithPeer('peer-python3', 'CRLs and OCSP messages of cryptography', () => {
  it('are read field by field, or refused, as that project does', async () => {
    await runCases(
      'cryptography CRL and OCSP vectors',
      await load(),
      ({ id, kind, bytes, expected, verdict }) => {
        const name = id.split('/').at(-1) ?? '';
        if (verdict !== 'refused') {
          expect(expected).toMatchObject(READERS[kind](bytes));
          return;
        }
        try {
          READERS[kind](bytes);
        } catch (error) {
          if (isHybridgeError(error) && !READ_HERE_ONLY.has(name)) return;
          throw error;
        }
        if (!READ_HERE_ONLY.has(name)) throw new Error('read');
      },
    );
  });

  it('are verified under the certificates that come with them', async () => {
    const file = (path: string): Uint8Array => readFileSync(join(VECTORS, path));
    const responses = (await load()).flatMap(({ id, bytes, expected }) => {
      const { verifies: valid } = expected;
      if (typeof valid !== 'boolean') return [];
      const read = parseOcspResponse(bytes);
      const [signer] = read.status === 'successful' ? read.certificates : [];
      if (signer === undefined || read.status !== 'successful') throw new Error(id);
      return [{ id, read, signer, valid }];
    });
    const lists = (['valid', 'invalid'] as const).map((verdict) => ({
      id: `${verdict}_signature_crl.pem`,
      read: parseCrl(file(`custom/${verdict}_signature_crl.pem`)),
      signer: parseCertificate(file(`custom/${verdict}_signature_cert.pem`), { strict: false }),
      valid: verdict === 'valid',
    }));
    const signed = [...responses, ...lists].map((item) => ({
      ...item,
      verdict: item.valid ? 'valid' : 'invalid',
    }));
    await runCases(
      'signatures of cryptography CRL and OCSP vectors',
      signed,
      async ({ read, signer, valid }) => {
        expect(await verifySigned(provider, read, signer)).toBe(valid);
      },
    );
  });
});
