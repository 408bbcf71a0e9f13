import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { concat, isHybridgeError, toHex } from '../../src/bytes/index.ts';
import {
  createCrl,
  type Crl,
  type CrlOptions,
  encodeExtensions,
  encodeTime,
  extensionsOf,
  nameFrom,
  parseCrl,
  parseCrls,
  type Revocation,
  type RevocationReason,
  signSigned,
  verifyCrl,
} from '../../src/certificates/index.ts';
import { der, encodePem, INTEGER } from '../../src/encoding/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { day, type Holder, issueUnder, newAuthority, provider } from './authority.ts';
import { make as makeByHand } from './path/pki.ts';

let authority: Holder;
beforeAll(async () => {
  authority = await newAuthority();
});

const serial = (number: number): Uint8Array => Uint8Array.of(1, number >> 16, number >> 8, number);

function make(revoked: Iterable<Revocation>, options: Partial<CrlOptions> = {}): Promise<Crl> {
  return createCrl(provider, {
    issuer: authority,
    thisUpdate: day(10),
    nextUpdate: day(17),
    number: 5n,
    revoked,
    ...options,
  });
}

/** A list that is built field by field, so that every field can be wrong. */
interface Parts {
  readonly version?: Uint8Array;
  readonly inner?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly entries?: Uint8Array;
  readonly extensions?: Uint8Array;
}

function build(parts: Parts): Promise<Uint8Array> {
  return signSigned(provider, authority.key, (algorithm) =>
    der.sequence(
      parts.version ?? der.integer(1),
      parts.inner ?? algorithm,
      parts.issuer ?? authority.certificate.subject.bytes,
      encodeTime(day(0)),
      encodeTime(day(1)),
      parts.entries ?? new Uint8Array(0),
      parts.extensions ?? new Uint8Array(0),
    ),
  );
}

const entry = (...more: readonly Uint8Array[]): Uint8Array =>
  der.sequence(der.integer(7), encodeTime(day(0)), ...more);

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (isHybridgeError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('revocation lists', () => {
  it('come back as they were made', async () => {
    const revoked = [
      { serialNumber: serial(1), revocationDate: day(1), reason: 'keyCompromise', invalidityDate: day(-3) },
      { serialNumber: serial(2), revocationDate: day(2) },
      { serialNumber: serial(3), revocationDate: day(3), reason: 'certificateHold' },
    ] as const;
    const crl = await make(revoked);
    expect(crl.version).toBe(2);
    expect(crl.size).toBe(3);
    expect(crl.thisUpdate).toEqual(day(10));
    expect(crl.nextUpdate).toEqual(day(17));
    expect(crl.extensions.crlNumber).toEqual(Uint8Array.of(5));
    expect(crl.extensions.authorityKeyIdentifier?.keyIdentifier).toEqual(
      authority.certificate.extensions.subjectKeyIdentifier,
    );
    expect(crl.unrecognized).toEqual([]);
    expect([...crl.revoked()].map(({ reason }) => reason)).toEqual([
      'keyCompromise',
      undefined,
      'certificateHold',
    ]);
    for (const { serialNumber, revocationDate } of revoked)
      expect(crl.find(serialNumber)?.revocationDate).toEqual(revocationDate);
    expect(crl.find(serial(1))?.invalidityDate).toEqual(day(-3));
    expect(crl.find(serial(4))).toBeUndefined();
    expect(crl.find(serial(1), nameFrom('CN=another'))).toBeUndefined();
    expect(await verifyCrl(provider, crl, authority.certificate)).toBe(true);
    const again = parseCrl(crl.toPem());
    expect(again.bytes).toEqual(crl.bytes);
    expect(parseCrls(crl.toPem() + (await make([])).toPem()).map(({ size }) => size)).toEqual([3, 0]);
  });

  it('are verified under the right name, key and key usage only', async () => {
    const crl = await make([]);
    const leaf = await issueUnder(authority, { subject: 'CN=Authority,O=Hospital' });
    expect(await verifyCrl(provider, crl, leaf.certificate)).toBe(false);
    expect(await verifyCrl(provider, crl, (await newAuthority()).certificate)).toBe(false);
    expect(await verifyCrl(provider, crl, (await newAuthority('Ed25519', 'CN=x')).certificate)).toBe(false);
  });

  it.each(['ML-DSA-44', 'MLDSA44-Ed25519-SHA512', 'SLH-DSA-SHA2-128f', 'ECDSA-P256-SHA256'] as const)(
    'are signed and verified with %s',
    async (algorithm) => {
      const issuer = await newAuthority(algorithm);
      const crl = await make([{ serialNumber: serial(1), revocationDate: day(1) }], { issuer });
      expect(await verifyCrl(provider, crl, issuer.certificate)).toBe(true);
    },
  );

  it('are not signed with pre-hash ML-DSA', async () => {
    // Nor are certificates, so this one was made by hand.
    const { certificate, keys } = await makeByHand({
      subject: 'CN=Root',
      ca: true,
      algorithm: 'HashML-DSA-44',
    });
    await expect(make([], { issuer: { certificate, key: keys.privateKey } })).rejects.toSatisfy((error) =>
      isHybridgeError(error, 'unsupported'),
    );
  });

  it('name the issuers of the certificates where they are indirect', async () => {
    const [a, b] = [nameFrom('CN=A'), nameFrom('CN=B')];
    const crl = await make(
      [
        { serialNumber: serial(1), revocationDate: day(1) },
        { serialNumber: serial(1), revocationDate: day(2), issuer: a },
        { serialNumber: serial(2), revocationDate: day(3), issuer: a },
        { serialNumber: serial(2), revocationDate: day(4), issuer: b, reason: 'superseded' },
        { serialNumber: serial(3), revocationDate: day(5) },
      ],
      { distributionPoint: { indirect: true } },
    );
    const found = (number: number, issuer = crl.issuer): Date | undefined =>
      crl.find(serial(number), issuer)?.revocationDate;
    expect([found(1), found(1, a), found(2), found(2, a), found(2, b), found(3), found(3, b)]).toEqual([
      day(1),
      day(2),
      undefined,
      day(3),
      day(4),
      day(5),
      undefined,
    ]);
    expect([...crl.revoked()].map(({ issuer }) => issuer.key)).toEqual(
      [crl.issuer, a, a, b, crl.issuer].map(({ key }) => key),
    );
  });

  it('are made of what RFC 5280 lets be in them alone', async () => {
    const revoked = [{ serialNumber: serial(1), revocationDate: day(1) }];
    const leaf = await issueUnder(authority);
    const tries: readonly (() => Promise<unknown>)[] = [
      () => make([], { nextUpdate: day(10) }),
      () => make([], { number: -1n }),
      () => make([], { number: 1n << 159n }),
      () => make([], { delta: { base: 5n } }),
      () => make([], { issuer: leaf }),
      () => make([], { issuer: { ...leaf, key: authority.key } }),
      () => make([{ serialNumber: serial(1), revocationDate: day(1), reason: 'removeFromCRL' }]),
      () => make(revoked.map((one) => ({ ...one, issuer: nameFrom('CN=A') }))),
    ];
    for (const attempt of tries)
      await expect(attempt()).rejects.toSatisfy((error) => isHybridgeError(error, 'invalid_argument'));
    await expect(
      createCrl(provider, {
        issuer: await newAuthority('ML-DSA-44').then(async ({ certificate }) => ({
          certificate,
          key: authority.key,
        })),
        thisUpdate: day(0),
        nextUpdate: day(1),
        number: 1n,
        revoked,
      }),
    ).rejects.toSatisfy((error) => isHybridgeError(error, 'wrong_algorithm'));
  });

  it('have numbers of any size that RFC 5280 allows', async () => {
    for (const number of [0n, 127n, 128n, 255n, 256n, (1n << 159n) - 1n]) {
      const { crlNumber } = (await make([], { number })).extensions;
      expect(BigInt(`0x${toHex(crlNumber ?? new Uint8Array(0))}`)).toBe(number);
    }
  });

  it('are refused with the place where they are wrong', async () => {
    const extension = (bytes: Uint8Array): Uint8Array => der.explicit(0, bytes);
    const codes: readonly (readonly [string, Parts])[] = [
      ['version', { version: der.integer(0) }],
      ['version', { version: der.integer(2) }],
      ['signatureAlgorithm is', { inner: der.sequence(der.oid('1.2.3')) }],
      ['no name', { issuer: der.sequence() }],
      ['present and empty', { entries: der.sequence() }],
      ['[0].entry.revocationDate', { entries: der.sequence(der.sequence(der.integer(7))) }],
      ['[1].entry', { entries: der.sequence(entry(), der.sequence()) }],
      [
        'shortest form',
        {
          entries: der.sequence(der.sequence(der.element(INTEGER, Uint8Array.of(0, 1)), encodeTime(day(0)))),
        },
      ],
      [
        'left over',
        {
          entries: der.sequence(
            entry(encodeExtensions(extensionsOf({ reasonCode: 'superseded' })), der.nil()),
          ),
        },
      ],
      [
        'reasonCode: 7',
        {
          entries: der.sequence(
            entry(encodeExtensions([{ oid: '2.5.29.21', critical: false, value: der.enumerated(7) }])),
          ),
        },
      ],
      [
        'reasonCode: 11',
        {
          entries: der.sequence(
            entry(encodeExtensions([{ oid: '2.5.29.21', critical: false, value: der.enumerated(11) }])),
          ),
        },
      ],
      [
        'certificateIssuer',
        {
          entries: der.sequence(
            entry(encodeExtensions(extensionsOf({ certificateIssuer: [{ kind: 'dns', name: 'a' }] }))),
          ),
        },
      ],
      [
        'cRLNumber is negative',
        { extensions: extension(encodeExtensions(extensionsOf({ crlNumber: Uint8Array.of(0x80) }))) },
      ],
      [
        'left over',
        {
          extensions: concat(
            extension(encodeExtensions(extensionsOf({ crlNumber: Uint8Array.of(1) }))),
            der.nil(),
          ),
        },
      ],
    ];
    for (const [said, parts] of codes) {
      const bytes = await build(parts);
      expect(refusal(() => parseCrl(bytes))).toMatch(/^invalid_encoding: /u);
      expect(refusal(() => parseCrl(bytes))).toContain(said);
    }
    const good = (await make([])).bytes;
    expect(refusal(() => parseCrl(concat(good, der.nil())))).toContain('after its end');
    expect(parseCrl(concat(good, der.nil()), { strict: false }).deviations.map(({ rule }) => rule)).toEqual([
      'trailing-bytes',
    ]);
    expect(refusal(() => parseCrl(good, { maxBytes: good.length - 1 }))).toContain('message_too_large');
    expect(refusal(() => parseCrl(encodePem('CERTIFICATE', good)))).toContain('no X509 CRL');
    expect(refusal(() => parseCrl(encodePem('X509 CRL', good), { maxBytes: 10 }))).toContain(
      'message_too_large',
    );
    expect(refusal(() => parseCrl('nothing'))).toContain('neither DER nor PEM');
    expect(refusal(() => parseCrl(encodePem('X509 CRL', good) + encodePem('X509 CRL', good)))).toContain(
      'more than one',
    );
  });

  it('say which critical extensions are not understood, their own and those of entries', async () => {
    const other = (oid: string): Uint8Array => encodeExtensions([{ oid, critical: true, value: der.nil() }]);
    const bytes = await build({
      entries: der.sequence(entry(), entry(other('1.2.3.4'))),
      extensions: der.explicit(0, other('1.2.3.5')),
    });
    expect(parseCrl(bytes).unrecognized).toEqual(['1.2.3.5', '1.2.3.4']);
  });

  it('that are read leniently settle nothing with an extension that decides and is malformed', async () => {
    const broken = (oid: string): Uint8Array =>
      encodeExtensions([{ oid, critical: false, value: der.octetString(new Uint8Array(1)) }]);
    for (const oid of ['2.5.29.27', '2.5.29.28'])
      expect(
        parseCrl(await build({ extensions: der.explicit(0, broken(oid)) }), { strict: false }).unrecognized,
      ).toEqual([oid]);
    const entries = async (oid: string): Promise<readonly string[]> =>
      parseCrl(await build({ entries: der.sequence(entry(broken(oid))) }), { strict: false }).unrecognized;
    expect(await entries('2.5.29.29')).toEqual(['2.5.29.29']);
    // A reason that cannot be read leaves the certificate revoked.
    expect(await entries('2.5.29.21')).toEqual([]);
  });

  it('of version 1 have no extensions', async () => {
    const empty = new Uint8Array(0);
    expect(parseCrl(await build({ version: empty, entries: der.sequence(entry()) })).version).toBe(1);
    const reason = encodeExtensions(extensionsOf({ reasonCode: 'superseded' }));
    const entries = await build({ version: empty, entries: der.sequence(entry(reason)) });
    expect(refusal(() => parseCrl(entries))).toContain('version 1');
    const own = await build({
      version: empty,
      extensions: der.explicit(0, encodeExtensions(extensionsOf({ crlNumber: Uint8Array.of(1) }))),
    });
    expect(refusal(() => parseCrl(own))).toContain('version 1');
  });

  it('read entries of the usual form and of any other form alike', async () => {
    const reasons: readonly (RevocationReason | undefined)[] = [
      undefined,
      'keyCompromise',
      'aACompromise',
      'privilegeWithdrawn',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.record({
            serialNumber: fc
              .uint8Array({ minLength: 1, maxLength: 40 })
              .map((bytes) => Uint8Array.of(1, ...bytes)),
            // Days beyond the 28th, leap days and years with a GeneralizedTime among them.
            revocationDate: fc
              .date({ min: new Date('1950-01-01'), max: new Date('2080-01-01'), noInvalidDate: true })
              .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
            reason: fc.constantFrom(...reasons),
            invalidityDate: fc.constantFrom(undefined, undefined, day(3)),
          }),
          { selector: ({ serialNumber }) => toHex(serialNumber), maxLength: 40 },
        ),
        async (revoked) => {
          const crl = await make(revoked);
          expect(crl.size).toBe(revoked.length);
          expect(
            [...crl.revoked()].map(({ serialNumber, revocationDate, reason, invalidityDate }) => ({
              serialNumber,
              revocationDate,
              reason,
              invalidityDate,
            })),
          ).toEqual(revoked);
          for (const { serialNumber, revocationDate } of revoked)
            expect(crl.find(serialNumber)?.revocationDate).toEqual(revocationDate);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('meet broken bytes with an error or another list, and never verify', async () => {
    const crl = await make(
      [
        { serialNumber: serial(1), revocationDate: day(1), reason: 'keyCompromise', invalidityDate: day(0) },
        { serialNumber: serial(2), revocationDate: day(2), issuer: nameFrom('CN=A') },
        { serialNumber: serial(3), revocationDate: day(3), reason: 'superseded' },
      ],
      {
        distributionPoint: {
          indirect: true,
          name: { fullName: [{ kind: 'uri', uri: 'http://crl.example/a.crl' }] },
          onlySomeReasons: ['keyCompromise', 'superseded'],
        },
        delta: { base: 3n },
      },
    );
    const numbers = new Numbers(3);
    let read = 0;
    for (let round = 0; round < 2000; round++) {
      const bytes = mutated(crl.bytes, numbers);
      const strict = round % 2 === 0;
      try {
        const changed = parseCrl(bytes, { strict });
        read++;
        for (const one of changed.revoked()) changed.find(one.serialNumber, one.issuer);
        // Bytes after the end are no part of the list.
        if (changed.bytes.length === crl.bytes.length && toHex(changed.bytes) === toHex(crl.bytes)) continue;
        expect(await verifyCrl(provider, changed, authority.certificate)).toBe(false);
      } catch (error) {
        expect(error).toSatisfy(isHybridgeError);
      }
    }
    expect(read).toBeGreaterThan(20);
  });

  it('of a hundred thousand entries are read and searched in a moment', async () => {
    const count = 100_000;
    const crl = await make(
      (function* () {
        for (let number = 0; number < count; number++)
          yield { serialNumber: serial(number), revocationDate: day(1), reason: 'superseded' as const };
      })(),
    );
    const start = performance.now();
    const again = parseCrl(crl.bytes);
    const parsed = performance.now();
    for (let number = 0; number < 10_000; number++)
      if (again.find(serial((number * 7919) % count)) === undefined) throw new Error(`${number} is missing`);
    const searched = performance.now();
    expect(again.find(serial(count))).toBeUndefined();
    expect(again.size).toBe(count);
    // A hundred times what it takes, for busy machines; a list of objects or a search one by one is beyond it.
    expect(parsed - start).toBeLessThan(3000);
    expect(searched - parsed).toBeLessThan(3000);
  });
});
