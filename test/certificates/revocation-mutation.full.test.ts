/** Broken lists and OCSP messages by the tens of thousands: no exception but HybridgeError, and none of them verifies. */
import { beforeAll, describe, expect, it } from 'vitest';

import { isHybridgeError, toHex } from '../../src/bytes/index.ts';
import {
  certificateId,
  createCrl,
  createOcspRequest,
  createOcspResponse,
  encodeExtensions,
  encodeTime,
  type Extension,
  extensionsOf,
  nameFrom,
  parseCrl,
  parseOcspRequest,
  parseOcspResponse,
  type Signed,
  verifySigned,
} from '../../src/certificates/index.ts';
import { der } from '../../src/encoding/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { report } from '../support/tally.ts';
import { day, type Holder, issueUnder, newAuthority, provider } from './authority.ts';

let authority: Holder;
let pump: Holder;
beforeAll(async () => {
  authority = await newAuthority();
  pump = await issueUnder(authority);
});

/** Breaks a message so many times; what can still be read and is signed otherwise must not verify. */
async function storm(
  what: string,
  original: Uint8Array,
  count: number,
  read: (bytes: Uint8Array, round: number) => Signed | undefined,
  signer: Holder,
): Promise<void> {
  const numbers = new Numbers(count);
  const signedAs = ({ tbs, signature, signatureAlgorithm }: Signed): string =>
    [tbs, signature, signatureAlgorithm.bytes].map(toHex).join(' ');
  const first = read(original, 0);
  if (first === undefined) throw new Error('the original is not signed');
  expect(await verifySigned(provider, first, signer.certificate)).toBe(true);
  const same = signedAs(first);
  const seen = { refused: 0, unsigned: 0, same: 0, judged: 0 };
  for (let round = 0; round < count; round++)
    try {
      const signed = read(mutated(original, numbers), round);
      if (signed === undefined) seen.unsigned++;
      else if (signedAs(signed) === same) seen.same++;
      else if (await verifySigned(provider, signed, signer.certificate))
        throw new Error(`round ${String(round)} verifies`);
      else seen.judged++;
    } catch (error) {
      if (!isHybridgeError(error)) throw error;
      seen.refused++;
    }
  report(
    `${what}: ${String(count)} broken: ${String(seen.refused)} refused, ${String(seen.judged)} do not verify, ${String(seen.same)} differ outside what is signed, ${String(seen.unsigned)} are not signed`,
  );
  expect(seen.judged).toBeGreaterThan(0);
}

describe('broken revocation messages', () => {
  it('are refused or do not verify: lists', async () => {
    const { bytes } = await createCrl(provider, {
      issuer: authority,
      thisUpdate: day(1),
      nextUpdate: day(9),
      number: 9n,
      delta: { base: 3n },
      distributionPoint: {
        indirect: true,
        name: { fullName: [{ kind: 'uri', uri: 'http://crl.example/a.crl' }] },
        onlySomeReasons: ['keyCompromise', 'superseded'],
      },
      revoked: [
        {
          serialNumber: Uint8Array.of(1),
          revocationDate: day(0),
          reason: 'keyCompromise',
          invalidityDate: day(0),
        },
        { serialNumber: Uint8Array.of(2), revocationDate: day(0), issuer: nameFrom('CN=A') },
        { serialNumber: Uint8Array.of(3), revocationDate: day(0), reason: 'removeFromCRL' },
      ],
    });
    await storm(
      'CRLs',
      bytes,
      40_000,
      (broken, round) => {
        const crl = parseCrl(broken, { strict: round % 2 === 0 });
        for (const one of crl.revoked()) crl.find(one.serialNumber, one.issuer);
        return crl;
      },
      authority,
    );
  });

  it('are refused or do not verify: OCSP', async () => {
    const about = { certificate: pump.certificate, issuer: authority.certificate };
    const request = await createOcspRequest(provider, { about: [about], signer: pump });
    await storm('OCSP requests', request.bytes, 15_000, (broken) => parseOcspRequest(broken).signature, pump);
    const { bytes } = await createOcspResponse(provider, {
      responder: authority,
      producedAt: day(1),
      nonce: request.nonce === undefined ? new Uint8Array(1) : request.nonce,
      certificates: [pump.certificate],
      answers: [
        {
          id: certificateId(provider, about),
          status: { kind: 'good' },
          thisUpdate: day(1),
          nextUpdate: day(2),
        },
        {
          id: certificateId(provider, about, 'SHA-1'),
          status: { kind: 'revoked', since: day(0), reason: 'superseded' },
          thisUpdate: day(1),
        },
      ],
    });
    await storm(
      'OCSP responses',
      bytes,
      40_000,
      (broken) => {
        const response = parseOcspResponse(broken);
        return response.status === 'successful' ? response : undefined;
      },
      authority,
    );
  });

  it('of the largest size take time and memory in proportion', () => {
    const issuer = nameFrom('CN=a');
    const entry = (date: number, ...extensions: readonly Extension[]): Uint8Array =>
      der.sequence(
        der.integer(7),
        encodeTime(day(date)),
        ...(extensions.length === 0 ? [] : [encodeExtensions(extensions)]),
      );
    const hostile = {
      'the usual form': entry(0),
      'another form': entry(30),
      'an issuer each': entry(
        0,
        ...extensionsOf({ certificateIssuer: [{ kind: 'directory', name: issuer }] }),
      ),
      'a departure each': entry(0, { oid: '2.5.29.21', critical: false, value: der.enumerated(7) }),
    };
    for (const [what, one] of Object.entries(hostile)) {
      const size = 32 * 1024 * 1024 - 1000;
      const entries = new Uint8Array(Math.floor(size / one.length) * one.length);
      for (let at = 0; at < entries.length; at += one.length) entries.set(one, at);
      const algorithm = der.sequence(der.oid('1.3.101.112'));
      const times = [encodeTime(day(0)), encodeTime(day(1))];
      const tbs = der.sequence(der.integer(1), algorithm, issuer.bytes, ...times, der.sequence(entries));
      const bytes = der.sequence(tbs, algorithm, der.bitString(new Uint8Array(64)));
      const memory = process.memoryUsage().rss;
      const start = performance.now();
      const crl = parseCrl(bytes, { strict: false });
      expect(crl.find(Uint8Array.of(7), nameFrom('CN=none'))).toBeUndefined();
      const seconds = (performance.now() - start) / 1000;
      const mebibytes = (process.memoryUsage().rss - memory) / 2 ** 20;
      report(
        `CRL of ${String(crl.size)} entries, ${what}: ${seconds.toFixed(1)} s, ${mebibytes.toFixed(0)} MiB more`,
      );
      expect(crl.deviations.length).toBeLessThanOrEqual(100);
      expect(seconds).toBeLessThan(120);
      // Offsets and index are three numbers an entry; the rest is what the collector has not collected.
      expect(mebibytes).toBeLessThan(512);
    }
  });
});
