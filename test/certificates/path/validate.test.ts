/** What a path is validated for: trust, dates, purposes, names, crypto policy, revocation, and what is told of it. */
import { describe, expect, test } from 'vitest';
import {
  certificateId,
  createCrl,
  createOcspResponse,
  nameFrom,
  type PathFailure,
  type PathOptions,
  type PathResult,
  PURPOSE,
  validatePath,
} from '../../../src/certificates/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../../src/kem/index.ts';
import { namedPolicy } from '../../../src/policy/index.ts';
import { AT, type Entity, make, makeRoot, makeServer, provider } from './pki.ts';

function outcome(result: PathResult): PathFailure | 'valid' {
  return result.valid ? 'valid' : result.reason;
}

const root = await makeRoot();
const ca = await make({ subject: 'CN=Issuing', issuer: root, ca: true });
const server = await makeServer(ca, ['pump.example']);
const anchors = [root.certificate];
const pool = [ca.certificate];

function ask(
  leaf: Entity,
  options: Partial<PathOptions> = {},
  others: readonly Entity[] = [ca],
): Promise<PathResult> {
  return validatePath(
    provider,
    { certificate: leaf.certificate, pool: others.map(({ certificate }) => certificate) },
    { anchors, at: AT, ...options },
  );
}

describe('what is told', () => {
  test('a valid path has its certificates, its anchor and every step', async () => {
    const result = await ask(server, { use: 'tls-server', name: 'pump.example' });
    if (!result.valid) throw new Error(result.text);
    expect(result.path).toEqual([server.certificate, ca.certificate]);
    expect(result.anchor).toBe(root.certificate);
    expect(result.work).toEqual({ signatures: 2, candidates: 2, paths: 1, limitReached: false });
    expect(result.steps.map(({ certificate, check }) => `${String(certificate)} ${check}`)).toEqual([
      '2 anchor',
      '2 validity',
      '2 critical-extensions',
      '2 basic-constraints',
      '2 key-usage',
      '1 issuer',
      '1 signature',
      '1 validity',
      '1 critical-extensions',
      '1 path-length',
      '1 basic-constraints',
      '1 key-usage',
      '0 issuer',
      '0 signature',
      '0 validity',
      '0 critical-extensions',
      '0 key-usage',
      '0 extended-key-usage',
      '0 name',
    ]);
    expect(new Set(result.steps.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
  });

  test('a result is JSON with certificates in words', async () => {
    const text = JSON.stringify(await ask(server, { name: 'other.example' }));
    expect(JSON.parse(text)).toMatchObject({
      valid: false,
      reason: 'name-mismatch',
      at: 0,
      path: [{ subject: 'CN=server', issuer: 'CN=Issuing' }, { subject: 'CN=Issuing' }],
      anchor: { subject: 'CN=Root', notBefore: '2027-01-01T00:00:00.000Z' },
    });
    expect(text.length).toBeLessThan(4000);
  });

  test('all that is wrong is listed, the first from the anchor down is the reason', async () => {
    const oldCa = await make({ subject: 'CN=Old', issuer: root, ca: true, notAfter: new Date('2027-02-01') });
    const leaf = await makeServer(oldCa, ['a.example'], { notBefore: new Date('2027-06-01') });
    const result = await ask(leaf, { name: 'b.example' }, [oldCa]);
    expect(result).toMatchObject({ valid: false, reason: 'expired', at: 1 });
    expect(result.steps.flatMap((step) => (step.verdict === 'fail' ? [step.reason] : []))).toEqual([
      'expired',
      'not-yet-valid',
      'name-mismatch',
    ]);
  });
});

describe('trust', () => {
  test('a root that merely came along is not trusted', async () => {
    const other = await makeRoot({ subject: 'CN=Other root' });
    expect(await ask(server, { anchors: [other.certificate] }, [ca, root])).toMatchObject({
      valid: false,
      reason: 'untrusted-root',
      at: 2,
    });
    expect(outcome(await ask(server, { anchors: [] }))).toBe('no-issuer');
    expect(outcome(await ask(server, {}, []))).toBe('no-issuer');
  });

  test('an anchor of the same name and another key is another anchor', async () => {
    const namesake = await makeRoot();
    expect(await ask(server, { anchors: [namesake.certificate] })).toMatchObject({
      reason: 'signature-invalid',
      at: 1,
    });
    expect(outcome(await ask(server, { anchors: [namesake.certificate, root.certificate] }))).toBe('valid');
  });

  test('an intermediate certificate may be an anchor, and so may the leaf', async () => {
    const above = await ask(server, { anchors: [ca.certificate] }, []);
    expect(above).toMatchObject({ valid: true, path: [server.certificate] });
    const pinned = await ask(server, { anchors: [server.certificate], use: 'tls-server' }, []);
    expect(pinned).toMatchObject({ valid: true, path: [server.certificate] });
    expect(outcome(await ask(server, { anchors: [server.certificate], name: 'other' }, []))).toBe(
      'name-mismatch',
    );
    const self = await make({ subject: 'CN=self' });
    expect(outcome(await ask(self, { anchors: [self.certificate] }, []))).toBe('valid');
    expect(outcome(await ask(self, {}, []))).toBe('untrusted-root');
  });

  test('a pinned leaf does not make its key an authority', async () => {
    const self = await make({ subject: 'CN=self' });
    const forged = await makeServer(self, ['pump.example']);
    expect(outcome(await ask(forged, { anchors: [self.certificate] }, []))).toBe('not-a-ca');
  });

  test('an anchor is held to the dates of its certificate, a name and key to none', async () => {
    const old = await makeRoot({ subject: 'CN=Old root', notAfter: new Date('2027-02-01') });
    const leaf = await makeServer(old, ['a.example']);
    expect(await ask(leaf, { anchors: [old.certificate] })).toMatchObject({ reason: 'expired', at: 1 });
    const { subject: name, subjectPublicKeyInfo } = old.certificate;
    expect(outcome(await ask(leaf, { anchors: [{ name, subjectPublicKeyInfo }] }))).toBe('valid');
    const nameConstraints = { permitted: [{ kind: 'dns', name: 'b.example' } as const], excluded: [] };
    expect(outcome(await ask(leaf, { anchors: [{ name, subjectPublicKeyInfo, nameConstraints }] }))).toBe(
      'name-constraints',
    );
  });

  test('the constraints of an anchor certificate hold', async () => {
    const narrow = await makeRoot({ subject: 'CN=Narrow', pathLength: 0 });
    const below = await make({ subject: 'CN=Below', issuer: narrow, ca: true });
    const leaf = await makeServer(below, ['a.example']);
    const direct = await makeServer(narrow, ['a.example']);
    expect(await ask(leaf, { anchors: [narrow.certificate] }, [below])).toMatchObject({
      reason: 'path-length',
      at: 1,
    });
    expect(outcome(await ask(direct, { anchors: [narrow.certificate] }))).toBe('valid');
  });

  test('a root of version 1 will do as an anchor and never as an intermediate', async () => {
    const old = await make({ subject: 'CN=V1', version: 1 });
    const leaf = await makeServer(old, ['a.example']);
    expect(outcome(await ask(leaf, { anchors: [old.certificate] }))).toBe('valid');
    const crossed = await make({ subject: 'CN=V1', version: 1, issuer: root, keys: old.keys });
    expect(outcome(await ask(leaf, {}, [crossed]))).toBe('not-a-ca');
  });
});

describe('input', () => {
  test('a chain, a PEM bundle, bytes: the first certificate is meant', async () => {
    const options: PathOptions = { anchors: [root.certificate.toPem()], at: AT };
    const bundle = `${server.certificate.toPem()}${ca.certificate.toPem()}`;
    for (const input of [
      [server.certificate, ...pool],
      [server.certificate.bytes, root.certificate.bytes, ca.certificate.bytes],
      bundle,
      {
        certificate: server.certificate.toPem(),
        pool: [`${root.certificate.toPem()}${ca.certificate.toPem()}`],
      },
    ])
      expect(outcome(await validatePath(provider, input, options))).toBe('valid');
  });

  test('what a peer sends is judged, what the caller says is checked', async () => {
    const options: PathOptions = { anchors, at: AT };
    const broken = server.certificate.bytes.subarray(0, 100);
    expect(await validatePath(provider, broken, options)).toMatchObject({
      valid: false,
      reason: 'malformed',
      path: [],
    });
    expect(outcome(await validatePath(provider, 'no certificate', options))).toBe('malformed');
    const passedOver = await validatePath(provider, [server.certificate, broken, ca.certificate], options);
    expect(passedOver).toMatchObject({ valid: true });
    expect(passedOver.warnings[0]).toMatch(/^certificate 1 of the input cannot be read/u);
    const invalid = { code: 'invalid_argument' };
    await expect(validatePath(provider, [], options)).rejects.toMatchObject(invalid);
    await expect(ask(server, { at: new Date(Number.NaN) })).rejects.toMatchObject(invalid);
    await expect(ask(server, { limits: { signatures: 0 } })).rejects.toMatchObject(invalid);
    await expect(ask(server, { name: '' })).rejects.toMatchObject(invalid);
    await expect(ask(server, { name: { ip: '1.2.3' } })).rejects.toMatchObject(invalid);
    await expect(ask(server, { anchors: [broken] })).rejects.toMatchObject({ code: 'invalid_encoding' });
    // @ts-expect-error no anchors at all
    await expect(validatePath(provider, server.certificate, { at: AT })).rejects.toMatchObject(invalid);
    // @ts-expect-error a use that is none
    await expect(ask(server, { use: 'world-domination' })).rejects.toMatchObject(invalid);
  });

  test('what was read leniently is refused strictly', async () => {
    const serialNumber = { oid: '2.5.29.19', critical: true, value: Uint8Array.of(0x30, 3, 1, 1, 0) };
    const leaf = await make({
      subject: 'CN=lax',
      issuer: root,
      extensions: { other: [serialNumber] },
      strict: false,
    });
    expect(leaf.certificate.deviations.map(({ rule }) => rule)).toEqual(['default-encoded']);
    expect(outcome(await ask(leaf))).toBe('profile');
    const lenient = await ask(leaf, { strict: false });
    expect(lenient).toMatchObject({ valid: true });
    expect(lenient.warnings).toHaveLength(1);
  });

  test('a malformed constraint is no missing one, however leniently it is read', async () => {
    const broken = { oid: '2.5.29.30', critical: false, value: Uint8Array.of(0x30, 1, 0) };
    const lax = await make({
      subject: 'CN=lax',
      issuer: root,
      ca: true,
      extensions: { other: [broken] },
      strict: false,
    });
    const leaf = await makeServer(lax, ['a.example']);
    expect(await ask(leaf, { strict: false }, [lax])).toMatchObject({ reason: 'critical-extension', at: 1 });
  });
});

describe('dates', () => {
  test.each([
    ['2026-12-31T23:59:59.999Z', 'not-yet-valid'],
    ['2027-01-01T00:00:00.000Z', 'valid'],
    ['2028-01-01T00:00:00.000Z', 'valid'],
    ['2028-01-01T00:00:00.999Z', 'valid'],
    ['2028-01-01T00:00:01.000Z', 'expired'],
  ])('at %s: %s', async (at, expected) => {
    expect(outcome(await ask(server, { at: new Date(at) }))).toBe(expected);
  });
});

describe('purposes', () => {
  const eku = (...purposes: readonly string[]): { readonly extendedKeyUsage: readonly string[] } => ({
    extendedKeyUsage: purposes,
  });
  const critical = {
    other: [
      // extKeyUsage, critical: time stamping alone.
      {
        oid: '2.5.29.37',
        critical: true,
        value: Uint8Array.from(Buffer.from('300a06082b06010505070308', 'hex')),
      },
    ],
  };

  test.each([
    ['tls-server', {}, 'valid'],
    ['tls-server', eku(PURPOSE.serverAuth), 'valid'],
    ['tls-server', eku(PURPOSE.any), 'valid'],
    ['tls-server', eku(PURPOSE.clientAuth), 'extended-key-usage'],
    ['tls-client', eku(PURPOSE.serverAuth), 'extended-key-usage'],
    ['any', eku(PURPOSE.serverAuth), 'valid'],
    ['tls-server', { keyUsage: ['keyCertSign'] }, 'key-usage'],
    ['code-signing', { keyUsage: ['contentCommitment'] }, 'key-usage'],
    ['email', { keyUsage: ['contentCommitment'] }, 'valid'],
    ['time-stamping', eku(PURPOSE.timeStamping), 'extended-key-usage'],
    ['time-stamping', {}, 'extended-key-usage'],
    ['time-stamping', critical, 'valid'],
    ['ocsp-signing', {}, 'extended-key-usage'],
    ['ocsp-signing', eku(PURPOSE.any), 'extended-key-usage'],
    ['ocsp-signing', eku(PURPOSE.ocspSigning), 'valid'],
    ['crl-signing', { keyUsage: ['cRLSign'] }, 'valid'],
    ['crl-signing', { keyUsage: ['digitalSignature'] }, 'key-usage'],
    ['signature', { keyUsage: ['digitalSignature'] }, 'valid'],
    ['key-encipherment', { keyUsage: ['digitalSignature'] }, 'key-usage'],
  ] as const)('%s with %j: %s', async (use, extensions, expected) => {
    const leaf = await make({ subject: 'CN=leaf', issuer: ca, extensions });
    expect(outcome(await ask(leaf, { use }))).toBe(expected);
  });

  test('CAs that list purposes limit what is below them', async () => {
    const mail = await make({
      subject: 'CN=Mail CA',
      issuer: root,
      ca: true,
      extensions: eku(PURPOSE.emailProtection),
    });
    const leaf = await makeServer(mail, ['a.example']);
    expect(await ask(leaf, { use: 'tls-server' }, [mail])).toMatchObject({
      reason: 'extended-key-usage',
      at: 1,
    });
    expect(outcome(await ask(leaf, { use: 'email' }, [mail]))).toBe('valid');
  });

  test('a key that establishes secrets', async () => {
    const { publicKey } = await generateKemKeyPair(provider, 'ML-KEM-768');
    const leaf = await make({
      subject: 'CN=kem',
      issuer: ca,
      publicKey,
      extensions: { keyUsage: ['keyEncipherment'] },
    });
    const policy = namedPolicy('pq-only');
    expect(outcome(await ask(leaf, { use: 'key-encipherment' }))).toBe('valid');
    expect(outcome(await ask(leaf, { use: 'signature' }))).toBe('key-usage');
    const judged = await ask(leaf, { use: 'key-encipherment', policy });
    expect(judged.steps.filter(({ check }) => check === 'crypto-policy').at(-1)).toMatchObject({
      verdict: 'pass',
      text: 'key of ML-KEM-768 for key-establishment',
    });
  });
});

describe('pre-hash ML-DSA', () => {
  test('signs no certificates [RFC 9881 §8.3], unless departures are let pass', async () => {
    const authority = await makeRoot({ algorithm: 'HashML-DSA-44' });
    const leaf = await makeServer(authority, ['pump.example']);
    const asked = { anchors: [authority.certificate] };
    expect(await ask(leaf, asked, [])).toMatchObject({ valid: false, reason: 'profile' });
    const lenient = await ask(leaf, { ...asked, strict: false }, []);
    expect(lenient.valid).toBe(true);
    expect(lenient.warnings).toEqual(['0: HashML-DSA-44 is not for certificates']);
  });
});

describe('crypto policy', () => {
  test('judges every signature and the use of the key', async () => {
    const policy = namedPolicy('pq-only');
    expect(await ask(server, { policy, use: 'tls-server' })).toMatchObject({
      valid: false,
      reason: 'policy-refused',
      at: 1,
    });
    const keys = { algorithm: 'ML-DSA-44' } as const;
    const pqRoot = await makeRoot(keys);
    const pqCa = await make({ subject: 'CN=PQ', issuer: pqRoot, ca: true, ...keys });
    const classical = await makeServer(pqCa, ['a.example']);
    const pqLeaf = await makeServer(pqCa, ['a.example'], keys);
    const options = { anchors: [pqRoot.certificate], policy, use: 'tls-server' } as const;
    const refused = await ask(classical, options, [pqCa]);
    expect(refused).toMatchObject({ valid: false, reason: 'policy-refused', at: 0 });
    expect(refused.steps.find(({ verdict }) => verdict === 'fail')?.text).toMatch(
      /^key of Ed25519 for session-authentication: /u,
    );
    const judged = await ask(pqLeaf, options, [pqCa]);
    expect(outcome(judged)).toBe('valid');
    expect(judged.steps.filter(({ check }) => check === 'crypto-policy')).toHaveLength(3);
  });

  test('warnings are listed', async () => {
    const result = await ask(server, { policy: namedPolicy('hybrid-preferred') });
    expect(outcome(result)).toBe('valid');
    expect(result.warnings.length).toBeGreaterThan(0);
    expect(result.warnings[0]).toMatch(/^1: signature by Ed25519: /u);
  });
});

describe('revocation', () => {
  const dates = { thisUpdate: new Date('2027-02-28'), nextUpdate: new Date('2027-03-07') };
  const listOf = async (issuer: Entity, revoked: readonly Entity[]): Promise<Uint8Array> =>
    (
      await createCrl(provider, {
        ...dates,
        issuer: { certificate: issuer.certificate, key: issuer.keys.privateKey },
        number: 1n,
        revoked: revoked.map(({ certificate: { serialNumber } }) => ({
          serialNumber,
          revocationDate: new Date('2027-02-01'),
          reason: 'keyCompromise',
        })),
      })
    ).bytes;

  test('required, checked, and not asked for', async () => {
    const [good, bad, ofRoot, badCa] = await Promise.all([
      listOf(ca, []),
      listOf(ca, [server]),
      listOf(root, []),
      listOf(root, [ca]),
    ]);
    const status = async (mode: 'check' | 'require', ...crls: readonly Uint8Array[]): Promise<string> =>
      outcome(await ask(server, { revocation: { crls, mode } }));
    expect(await status('require', good, ofRoot)).toBe('valid');
    expect(await status('require', good)).toBe('revocation-unknown');
    expect(await status('check', good)).toBe('valid');
    expect(await status('check', bad)).toBe('revoked');
    expect(await status('check', good, badCa)).toBe('revoked');
    expect(await status('require')).toBe('revocation-unknown');
    const unreadable = await ask(server, { revocation: { crls: [good.subarray(0, 40)], mode: 'check' } });
    expect(unreadable.warnings[0]).toMatch(/^CRL 0 cannot be read/u);
    // @ts-expect-error a mode that is none
    await expect(ask(server, { revocation: { mode: 'hope' } })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });

  test('a CRL that the crypto policy refuses is not used', async () => {
    const keys = { algorithm: 'ML-DSA-44' } as const;
    const pqRoot = await makeRoot(keys);
    const leaf = await makeServer(pqRoot, ['a.example'], keys);
    const crls = [await listOf(pqRoot, []), await listOf(ca, [])];
    const result = await ask(
      leaf,
      {
        anchors: [pqRoot.certificate],
        policy: namedPolicy('pq-only'),
        revocation: { crls, mode: 'require' },
      },
      [],
    );
    expect(outcome(result)).toBe('valid');
    expect(result.warnings).toHaveLength(1);
    expect(result.warnings[0]).toMatch(/^the CRL of CN=Issuing is not used: policy pq-only: Ed25519/u);
  });

  test('OCSP by a delegated responder', async () => {
    const responder = await make({
      subject: 'CN=Responder',
      issuer: ca,
      extensions: {
        keyUsage: ['digitalSignature'],
        extendedKeyUsage: [PURPOSE.ocspSigning],
        ocspNoCheck: true,
      },
    });
    const respond = async (signer: Entity, status: 'good' | 'revoked'): Promise<Uint8Array> => {
      const { bytes } = await createOcspResponse(provider, {
        responder: { certificate: signer.certificate, key: signer.keys.privateKey },
        producedAt: dates.thisUpdate,
        answers: [
          {
            id: certificateId(provider, {
              certificate: server.certificate,
              issuer: ca.certificate,
            }),
            ...dates,
            status:
              status === 'good'
                ? { kind: 'good' }
                : { kind: 'revoked', since: new Date('2027-02-01'), reason: 'keyCompromise' },
          },
        ],
      });
      return bytes;
    };
    const crls = [await listOf(root, [])];
    const answer = async (...ocsp: readonly Uint8Array[]): Promise<string> =>
      outcome(
        await ask(server, {
          revocation: { crls, ocsp, certificates: [responder.certificate], mode: 'require' },
        }),
      );
    expect(await answer(await respond(responder, 'good'))).toBe('valid');
    expect(await answer(await respond(responder, 'revoked'))).toBe('revoked');
    expect(await answer(await respond(ca, 'good'))).toBe('valid');
    const impostor = await make({
      subject: 'CN=Impostor',
      extensions: { extendedKeyUsage: [PURPOSE.ocspSigning] },
    });
    expect(await answer(await respond(impostor, 'good'))).toBe('revocation-unknown');
  });

  test('an anchor that is a name and a key needs a certificate of both to be asked about', async () => {
    const { subject: name, subjectPublicKeyInfo } = root.certificate;
    const crls = [await listOf(ca, []), await listOf(root, [])];
    const options = {
      anchors: [{ name, subjectPublicKeyInfo }],
      revocation: { crls, mode: 'require' },
    } as const;
    expect(await ask(server, options)).toMatchObject({ reason: 'revocation-unknown', at: 1 });
    expect(outcome(await ask(server, options, [ca, root]))).toBe('valid');
  });

  test('a cross-signed issuer that is revoked leaves the other path', async () => {
    const second = await makeRoot({ subject: 'CN=Second root' });
    const crossed = await make({ subject: 'CN=Issuing', issuer: second, ca: true, keys: ca.keys });
    const crls = await Promise.all([listOf(root, [ca]), listOf(second, []), listOf(ca, [])]);
    const result = await ask(
      server,
      { anchors: [root.certificate, second.certificate], revocation: { crls, mode: 'require' } },
      [ca, crossed],
    );
    expect(result).toMatchObject({ valid: true, anchor: second.certificate });
  });
});

describe('empty names', () => {
  test('a leaf without a subject is known by its alternative names', async () => {
    const leaf = await makeServer(ca, ['pump.example'], { subject: '' });
    expect(nameFrom('').relativeNames).toHaveLength(0);
    expect(outcome(await ask(leaf, { name: 'pump.example' }))).toBe('valid');
  });
});
