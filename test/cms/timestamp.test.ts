/** Time-stamps [RFC 3161], with OpenSSL as the authority. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { equal, fromUtf8, HybridgeError, utf8 } from '../../src/bytes/index.ts';
import { algorithmIdentifier, PURPOSE } from '../../src/certificates/index.ts';
import {
  addUnsignedAttribute,
  ATTRIBUTE,
  CONTENT_TYPE,
  createTimestampRequest,
  decodeTimestampResponse,
  signMessage,
  verifyMessage,
  verifySignatureTimestamps,
  verifyTimestamp,
} from '../../src/cms/index.ts';
import { der } from '../../src/encoding/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { fileIn, scratchFolder } from '../support/key-files.ts';
import { askPeer, describeWithPeer, runPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';
import { askBouncyCastle } from './bouncy-castle.ts';
import { collect, type Identity, identityOf, makeIdentity, provider } from './support.ts';

const content = new Uint8Array(5000).fill(7);
/** The certificates of the tests are valid from 2026 on. */
const at = new Date('2026-12-01');

interface Authority {
  readonly folder: string;
  readonly path: (name: string) => string;
  /** Answers a request; gives the DER of the TimeStampResp. */
  readonly reply: (request: Uint8Array) => Promise<Uint8Array>;
}

async function authority(newkey: readonly string[], usage = 'critical,timeStamping'): Promise<Authority> {
  const folder = scratchFolder();
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): Promise<Uint8Array> =>
    askPeer('peer-openssl', args, { cwd: folder });
  await openssl(
    ...['req', '-x509', '-nodes', '-newkey', ...newkey, '-keyout', path('tsa.key'), '-out', path('tsa.pem')],
    ...['-subj', '/CN=tsa', '-addext', `extendedKeyUsage=${usage}`, '-addext', 'keyUsage=digitalSignature'],
    ...['-addext', 'basicConstraints=critical,CA:false', '-days', '3000'],
  );
  fileIn(folder, 'serial', '01\n');
  fileIn(
    folder,
    'conf',
    [
      '[tsa]\ndefault_tsa = t\n[t]',
      `serial = ${path('serial')}`,
      `signer_cert = ${path('tsa.pem')}\ncerts = ${path('tsa.pem')}\nsigner_key = ${path('tsa.key')}`,
      'signer_digest = sha512\ndefault_policy = 1.2.3.4\nother_policies = 1.2.3.5\ndigests = sha256, sha384, sha512',
      'accuracy = secs:1, millisecs:500, microsecs:100\nordering = yes\ntsa_name = yes\ness_cert_id_chain = no',
      'ess_cert_id_alg = sha256\nclock_precision_digits = 3\n',
    ].join('\n'),
  );
  return {
    folder,
    path,
    async reply(request) {
      const query = fileIn(folder, 'query', request);
      await openssl('ts', '-reply', '-config', path('conf'), '-queryfile', query, '-out', path('reply'));
      return new Uint8Array(readFileSync(path('reply')));
    },
  };
}

function tokenOf(reply: Uint8Array): Uint8Array {
  const response = decodeTimestampResponse(reply);
  if (!response.granted) throw new Error(response.text.join());
  return response.token;
}

describeWithPeer('peer-openssl', 'time-stamps of OpenSSL', () => {
  it('our requests are answered, their tokens verify', async () => {
    const cases = [
      { id: 'RSA', newkey: ['rsa:3072'] },
      { id: 'ECDSA', newkey: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'] },
    ];
    await runCases('time-stamps, OpenSSL to Hybridge', cases, async ({ newkey }) => {
      const tsa = await authority(newkey);
      const request = await createTimestampRequest(provider, content, { policy: '1.2.3.5' });
      const shown = await askPeer('peer-openssl', [
        'ts',
        '-query',
        '-in',
        fileIn(tsa.folder, 'q', request.bytes),
        '-text',
      ]);
      expect(fromUtf8(shown)).toMatch(
        /Hash Algorithm: sha512[\s\S]*Policy OID: 1\.2\.3\.5[\s\S]*Certificate required: yes/,
      );
      const reply = await tsa.reply(request.bytes);
      const token = tokenOf(reply);
      const verdict = await verifyTimestamp(provider, token, content, { nonce: request.nonce });
      if (!verdict.valid) throw new Error(verdict.text);
      expect(verdict.info).toMatchObject({ policy: '1.2.3.5', accuracy: 1_500_100, ordering: true });
      expect(Math.abs(verdict.info.time.getTime() - Date.now())).toBeLessThan(60_000);
      expect(verdict.info.authority).toMatchObject({ kind: 'directory' });
      expect(await verifyTimestamp(provider, token, new Uint8Array(1))).toMatchObject({
        reason: 'message-imprint',
      });
      const other = await createTimestampRequest(provider, content);
      expect(await verifyTimestamp(provider, token, content, { nonce: other.nonce })).toMatchObject({
        reason: 'nonce',
      });
      // And the reply is one that OpenSSL takes for an answer to our request.
      const files = [
        '-queryfile',
        tsa.path('query'),
        '-in',
        tsa.path('reply'),
        '-CAfile',
        tsa.path('tsa.pem'),
      ];
      expect((await runPeer('peer-openssl', ['ts', '-verify', ...files, '-partial_chain'])).code).toBe(0);
    });
  });

  it('their requests, their answers', async () => {
    const tsa = await authority(['rsa:3072']);
    const data = fileIn(tsa.folder, 'data', content);
    for (const digest of ['sha256', 'sha384', 'sha512']) {
      const query = await askPeer('peer-openssl', [
        'ts',
        '-query',
        '-data',
        data,
        `-${digest}`,
        '-no_nonce',
        '-cert',
      ]);
      expect(await verifyTimestamp(provider, tokenOf(await tsa.reply(query)), content)).toMatchObject({
        valid: true,
      });
    }
  });

  it('a refusal is no token', async () => {
    const tsa = await authority(['rsa:3072']);
    const request = await createTimestampRequest(provider, content, { policy: '9.9.9'.replace('9', '2') });
    const response = decodeTimestampResponse(await tsa.reply(request.bytes));
    expect(response).toMatchObject({ granted: false, status: 2 });
  });

  it('ride on a signature', async () => {
    const { key, certificate } = await identityOf('ML-DSA-65');
    const message = await collect(signMessage(provider, { signers: [{ key, certificate }] }, content));
    const [signer] = (await verifyMessage(provider, message)).signers;
    if (signer === undefined) throw new Error('no signer');
    const tsa = await authority(['rsa:3072']);
    const request = await createTimestampRequest(provider, signer.signature);
    const token = tokenOf(await tsa.reply(request.bytes));
    const stamped = await addUnsignedAttribute(message, { type: ATTRIBUTE.timeStampToken, values: [token] });
    const verdict = await verifyMessage(provider, stamped);
    expect(verdict).toMatchObject({ valid: true, content });
    for (const one of verdict.signers)
      expect(await verifySignatureTimestamps(provider, one)).toMatchObject([{ valid: true }]);
    const args = [
      'cms',
      '-verify',
      '-inform',
      'DER',
      '-in',
      fileIn(tsa.folder, 'm', stamped),
      '-purpose',
      'any',
    ];
    const pem = fileIn(tsa.folder, 'ca.pem', certificate.toPem());
    expect((await runPeer('peer-openssl', [...args, '-CAfile', pem])).code).toBe(0);
  });
});

/** A TSTInfo of our own making. */
function info(
  imprint: Uint8Array,
  changes: { readonly time?: string; readonly tail?: Uint8Array } = {},
): Uint8Array {
  return der.sequence(
    der.integer(1),
    der.oid('1.2.3'),
    der.sequence(algorithmIdentifier('2.16.840.1.101.3.4.2.3'), der.octetString(imprint)),
    der.integer(5),
    der.element(0x18, utf8(changes.time ?? '20261201120000Z')),
    ...(changes.tail === undefined ? [] : [changes.tail]),
  );
}

async function token(signers: readonly Identity[], contents: Uint8Array, none = false): Promise<Uint8Array> {
  const request = {
    signers: signers.map(({ key, certificate }) => ({ key, certificate })),
    contentType: none ? CONTENT_TYPE.data : CONTENT_TYPE.tstInfo,
  };
  return collect(signMessage(provider, request, contents));
}

const forTimestamps = { extendedKeyUsage: [PURPOSE.timeStamping] };

async function authorityOf(
  critical: boolean,
  purposes: readonly string[],
  name: SignatureName = 'ML-DSA-44',
): Promise<Identity> {
  const value = der.sequence(...purposes.map((purpose) => der.oid(purpose)));
  return makeIdentity(name, {
    keyUsage: ['digitalSignature'],
    basicConstraints: undefined,
    other: [{ oid: '2.5.29.37', critical, value }],
  });
}

describeWithPeer('peer-openssl', 'our tokens', () => {
  it('are verified by OpenSSL', async () => {
    const names: readonly SignatureName[] = [
      'RSA3072-PKCS15-SHA256',
      'ECDSA-P384-SHA384',
      'ML-DSA-44',
      'ML-DSA-87',
    ];
    const cases = names.map((name) => ({ id: name, name }));
    await runCases('time-stamp tokens, Hybridge to OpenSSL', cases, async ({ name }) => {
      const tsa = await authorityOf(true, forTimestamps.extendedKeyUsage, name);
      const folder = scratchFolder();
      const imprint = provider.hash['SHA-512']?.digest(content) ?? new Uint8Array();
      const made = fileIn(folder, 'token', await token([tsa], info(imprint)));
      const anchor = fileIn(folder, 'tsa.pem', tsa.certificate.toPem());
      // Its ts command still stands on PKCS #7, which has no post-quantum signatures; its cms command sees the message.
      if (name.startsWith('ML-DSA')) {
        const purpose = ['-purpose', 'timestampsign', '-CAfile', anchor];
        const seen = await askPeer('peer-openssl', [
          'cms',
          '-verify',
          '-binary',
          '-inform',
          'DER',
          '-in',
          made,
          ...purpose,
        ]);
        expect(equal(seen, info(imprint))).toBe(true);
        return;
      }
      const args = ['ts', '-verify', '-token_in', '-in', made, '-CAfile', anchor];
      await askPeer('peer-openssl', [...args, '-data', fileIn(folder, 'data', content)]);
      const other = fileIn(folder, 'other', new Uint8Array(1));
      expect((await runPeer('peer-openssl', [...args, '-data', other])).code).not.toBe(0);
    });
  });
});

describeWithPeer(['bc-peer', 'peer-java'], 'tokens with Bouncy Castle', () => {
  it('both directions, classical and post-quantum authorities', async () => {
    const names: readonly SignatureName[] = [
      'ECDSA-P256-SHA256',
      'ML-DSA-44',
      'ML-DSA-87',
      'SLH-DSA-SHA2-128f',
      'MLDSA65-ECDSA-P256-SHA512',
    ];
    const folder = scratchFolder();
    const data = fileIn(folder, 'data', content);
    const imprint = provider.hash['SHA-512']?.digest(content) ?? new Uint8Array();
    const cases = await Promise.all(
      names.map(async (name) => {
        const tsa = await authorityOf(true, forTimestamps.extendedKeyUsage, name);
        const ours = fileIn(folder, `${name}.ours`, await token([tsa], info(imprint)));
        const certificate = fileIn(folder, `${name}.pem`, tsa.certificate.toPem());
        const theirs = join(folder, `${name}.theirs`);
        const stamp = ['stamp', data, fileIn(folder, `${name}.key`, tsa.keyPem), certificate, theirs];
        return { id: name, tsa, theirs, commands: [['verify-token', ours, data], stamp] };
      }),
    );
    const answers = await askBouncyCastle(cases.flatMap(({ commands }) => commands));
    const { certificate: other } = await identityOf('Ed25519');
    await runCases('time-stamp tokens, Hybridge and Bouncy Castle', cases, async (item) => {
      const place = 2 * cases.indexOf(item);
      expect(answers.slice(place, place + 2)).toEqual([String(Date.UTC(2026, 11, 1, 12)), '']);
      const made = new Uint8Array(readFileSync(item.theirs));
      const trust = { anchors: [item.tsa.certificate] };
      expect(await verifyTimestamp(provider, made, content, { trust })).toMatchObject({ valid: true });
      const distrusted = await verifyTimestamp(provider, made, content, { trust: { anchors: [other] } });
      expect(distrusted).toMatchObject({ valid: false, reason: 'untrusted' });
    });
  }, 60_000);
});

describe('tokens', () => {
  it('of a post-quantum authority verify', async () => {
    const tsa = await authorityOf(true, forTimestamps.extendedKeyUsage);
    const imprint = provider.hash['SHA-512']?.digest(content) ?? new Uint8Array();
    const good = await token([tsa], info(imprint, { time: '20261201120000.123456Z' }));
    const verdict = await verifyTimestamp(provider, good, content, { at });
    expect(verdict).toMatchObject({ valid: true, info: { time: new Date('2026-12-01T12:00:00.123Z') } });
    if (verdict.valid) expect(equal(verdict.certificate.bytes, tsa.certificate.bytes)).toBe(true);
  });

  it('are refused for each thing that is wrong with them', async () => {
    const tsa = await authorityOf(true, forTimestamps.extendedKeyUsage);
    const lax = await authorityOf(false, forTimestamps.extendedKeyUsage);
    const both = await authorityOf(true, [PURPOSE.timeStamping, PURPOSE.serverAuth]);
    const imprint = provider.hash['SHA-512']?.digest(content) ?? new Uint8Array();
    for (const [made, reason] of [
      [await token([tsa, lax], info(imprint)), 'not-a-token'],
      [await token([tsa], info(imprint), true), 'not-a-token'],
      [await token([lax], info(imprint)), 'purpose'],
      [await token([both], info(imprint)), 'purpose'],
      [await token([tsa], info(imprint, { time: '20251201120000Z' })), 'validity'],
      [await token([tsa], info(imprint.subarray(1))), 'message-imprint'],
    ] as const)
      expect(await verifyTimestamp(provider, made, content)).toMatchObject({ valid: false, reason });
    for (const contents of [
      info(imprint, { time: '20261301120000Z' }),
      info(imprint, { time: '20260230120000Z' }),
      info(imprint, { time: '202612011200Z' }),
      info(imprint, { time: '20261201120000.10Z' }),
      info(imprint, { time: '20261201120000+0100' }),
      info(imprint, { tail: der.sequence(der.implicitOctetString(0, Uint8Array.of(4, 0))) }),
      info(imprint, { tail: der.octetString(imprint) }),
    ])
      await expect(verifyTimestamp(provider, await token([tsa], contents), content)).rejects.toMatchObject({
        code: 'invalid_encoding',
      });
    const critical = der.element(
      0xa1,
      der.sequence(der.oid('1.2.3'), der.boolean(true), der.octetString(imprint)),
    );
    await expect(
      verifyTimestamp(provider, await token([tsa], info(imprint, { tail: critical })), content),
    ).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('responses', () => {
  it('are read, or refused with a HybridgeError', () => {
    const granted = der.sequence(der.sequence(der.integer(0)), der.sequence());
    expect(decodeTimestampResponse(granted)).toMatchObject({ granted: true });
    const refused = der.sequence(
      der.sequence(der.integer(2), der.sequence(der.element(0x0c, utf8('no'))), der.namedBits([0, 14])),
    );
    expect(decodeTimestampResponse(refused)).toEqual({
      granted: false,
      status: 2,
      text: ['no'],
      failures: [0, 14],
    });
    expect(() => decodeTimestampResponse(der.sequence(der.sequence(der.integer(0))))).toThrow(
      'without a token',
    );
    expect(() => decodeTimestampResponse(der.sequence(der.sequence(der.integer(2)), der.nil()))).toThrow(
      'with a token',
    );
    fc.assert(
      fc.property(fc.nat(refused.length - 1), fc.nat(255), (index, value) => {
        const changed = refused.slice();
        changed[index] = value;
        try {
          decodeTimestampResponse(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(HybridgeError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
