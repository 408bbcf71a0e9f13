import { beforeAll, describe, expect, it } from 'vitest';

import { isHybridgeError, toHex } from '../../src/bytes/index.ts';
import {
  certificateId,
  type CertificateIdHash,
  createOcspRequest,
  createOcspResponse,
  type OcspAnswer,
  type OcspAnswers,
  type OcspCheck,
  ocspFailure,
  type OcspResponseOptions,
  parseOcspRequest,
  parseOcspResponse,
  PURPOSE,
  type RevocationStatus,
  verifyOcspRequest,
  verifyOcspResponse,
  verifyStaple,
} from '../../src/certificates/index.ts';
import { der } from '../../src/encoding/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { day, type Holder, issueUnder, newAuthority, provider, START } from './authority.ts';

let authority: Holder;
let pump: Holder;
let responder: Holder;

beforeAll(async () => {
  authority = await newAuthority();
  pump = await issueUnder(authority);
  responder = await issueUnder(authority, { subject: 'CN=Responder', profile: 'ocsp-signing', days: 60 });
});

const at = new Date(START.getTime() + 20 * 86_400_000);
const minutes = (count: number): Date => new Date(at.getTime() + count * 60_000);

function about(): { readonly certificate: Holder['certificate']; readonly issuer: Holder['certificate'] } {
  return { certificate: pump.certificate, issuer: authority.certificate };
}

function answer(options: Partial<OcspAnswer> = {}, hash: CertificateIdHash = 'SHA-256'): OcspAnswer {
  return {
    id: certificateId(provider, about(), hash),
    status: { kind: 'good' },
    thisUpdate: day(19),
    nextUpdate: day(22),
    ...options,
  };
}

function respond(options: Partial<OcspResponseOptions> = {}): Promise<OcspAnswers> {
  return createOcspResponse(provider, {
    responder: authority,
    producedAt: at,
    answers: [answer()],
    ...options,
    policy: undefined,
    at: undefined,
  });
}

async function check(
  response: Promise<OcspAnswers> | OcspAnswers,
  options: Partial<OcspCheck> = {},
): Promise<RevocationStatus> {
  return verifyOcspResponse(provider, await response, { ...about(), at, ...options });
}

async function refusal(status: Promise<RevocationStatus>): Promise<string> {
  const found = await status;
  return found.status === 'unknown' ? found.reasons.join('; ') : found.status;
}

const GOOD = { status: 'good', source: 'ocsp' };

describe('OCSP requests', () => {
  it('come back as they were made, with a fresh nonce of 32 bytes', async () => {
    const request = await createOcspRequest(provider, { about: [about(), about()] });
    expect(request.questions.map(({ id }) => toHex(id.serialNumber))).toEqual(
      [pump, pump].map(({ certificate }) => toHex(certificate.serialNumber)),
    );
    expect(request.nonce).toHaveLength(32);
    expect((await createOcspRequest(provider, { about: [about()] })).nonce).not.toEqual(request.nonce);
    expect(parseOcspRequest(request.bytes)).toEqual(request);
    const [question] = request.questions;
    expect(question?.id).toEqual(certificateId(provider, about(), 'SHA-256'));
    const plain = await createOcspRequest(provider, { about: [about()], nonce: false, hash: 'SHA-1' });
    expect(plain.nonce).toBeUndefined();
    expect(plain.questions[0]?.id.issuerKeyHash).toHaveLength(20);
  });

  it('are signed where a responder wants it', async () => {
    const request = await createOcspRequest(provider, { about: [about()], signer: pump });
    expect(request.requestor).toMatchObject({ kind: 'directory' });
    expect(request.signature?.certificates.map(({ bytes }) => toHex(bytes))).toEqual([
      toHex(pump.certificate.bytes),
    ]);
    expect(await verifyOcspRequest(provider, request, pump.certificate)).toBe(true);
    expect(await verifyOcspRequest(provider, request, authority.certificate)).toBe(false);
    const unsigned = await createOcspRequest(provider, { about: [about()] });
    expect(await verifyOcspRequest(provider, unsigned, pump.certificate)).toBe(false);
  });

  it('refuse no certificate at all and a nonce of another size', async () => {
    const tries = [
      { about: [] },
      { about: [about()], nonce: new Uint8Array(0) },
      { about: [about()], nonce: new Uint8Array(129) },
    ];
    for (const options of tries)
      await expect(createOcspRequest(provider, options)).rejects.toSatisfy((error) =>
        isHybridgeError(error, 'invalid_argument'),
      );
  });
});

describe('OCSP responses', () => {
  it('by the issuer say good, revoked or unknown', async () => {
    expect(await check(respond())).toEqual(GOOD);
    const since = day(15);
    expect(
      await check(
        respond({ answers: [answer({ status: { kind: 'revoked', since, reason: 'superseded' } })] }),
      ),
    ).toEqual({ status: 'revoked', source: 'ocsp', reason: 'superseded', since });
    expect(await check(respond({ answers: [answer({ status: { kind: 'revoked', since } })] }))).toMatchObject(
      {
        reason: 'unspecified',
      },
    );
    expect(await refusal(check(respond({ answers: [answer({ status: { kind: 'unknown' } })] })))).toContain(
      'does not know',
    );
  });

  it.each(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const)('name certificates by %s', async (hash) => {
    expect(await check(respond({ answers: [answer({}, hash)] }))).toEqual(GOOD);
  });

  it.each(['key', 'name'] as const)('name their responder by %s', async (responderId) => {
    expect(await check(respond({ responderId }))).toEqual(GOOD);
    const delegated = await respond({ responder, responderId });
    expect(delegated.certificates).toHaveLength(1);
    expect(await check(delegated)).toEqual(GOOD);
    // The certificate of the responder need not come with the response.
    const bare = respond({ responder, responderId, certificates: [] });
    expect(await refusal(check(bare))).toContain('no certificate of the responder');
    expect(await check(bare, { certificates: [responder.certificate] })).toEqual(GOOD);
  });

  it.each(['ML-DSA-44', 'MLDSA44-Ed25519-SHA512', 'SLH-DSA-SHA2-128f', 'ECDSA-P256-SHA256'] as const)(
    'are signed and verified with %s',
    async (algorithm) => {
      const delegate = await issueUnder(authority, { algorithm, subject: 'CN=R', profile: 'ocsp-signing' });
      const response = await respond({ responder: delegate });
      expect(await check(response)).toEqual(GOOD);
      expect(parseOcspResponse(response.bytes)).toEqual(response);
    },
  );

  it('are bound to the nonce of the request', async () => {
    const nonce = new Uint8Array(32).fill(7);
    expect(await check(respond({ nonce }), { nonce })).toEqual(GOOD);
    expect(await check(respond({ nonce }))).toEqual(GOOD);
    expect(await check(respond(), { nonce: false })).toEqual(GOOD);
    expect(await refusal(check(respond(), { nonce }))).toContain('no nonce');
    expect(await refusal(check(respond({ nonce }), { nonce: new Uint8Array(32) }))).toContain('not the one');
  });

  it('count within their times alone', async () => {
    const times = (thisUpdate: Date, nextUpdate: Date | undefined): Promise<string> =>
      refusal(check(respond({ answers: [answer({ thisUpdate, nextUpdate })] })));
    expect(await times(minutes(0), minutes(0))).toBe('good');
    expect(await times(minutes(5), minutes(60))).toBe('good');
    expect(await times(minutes(6), minutes(60))).toContain('thisUpdate');
    expect(await times(minutes(-60), minutes(-1))).toContain('nextUpdate');
    expect(await times(minutes(-24 * 60), undefined)).toBe('good');
    expect(await times(minutes(-24 * 60 - 1), undefined)).toContain('no nextUpdate');
    expect(await refusal(check(respond({ producedAt: minutes(6) })))).toContain('produced in the future');
    const late = { at: day(70) };
    const answers = [answer({ thisUpdate: day(69), nextUpdate: day(72) })];
    expect(await refusal(check(respond({ responder, answers }), late))).toContain('not valid then');
    expect(await check(respond({ answers }), late)).toEqual(GOOD);
  });

  it('are about the certificate, its issuer and its key', async () => {
    const other = await issueUnder(authority);
    expect(await refusal(check(respond(), { certificate: other.certificate }))).toContain(
      'about the certificate',
    );
    const twin = await newAuthority();
    const id = certificateId(provider, { ...about(), issuer: twin.certificate });
    expect(await refusal(check(respond({ answers: [answer({ id })] })))).toContain('about the certificate');
    const both = [
      answer({ status: { kind: 'good' }, thisUpdate: minutes(-1) }),
      answer({ status: { kind: 'revoked', since: day(1) }, thisUpdate: minutes(-9) }),
    ];
    expect(await refusal(check(respond({ answers: both })))).toBe('revoked');
  });

  it('are believed from the issuer and those it certified for it alone', async () => {
    const tries: readonly (readonly [Holder, string])[] = [
      [await issueUnder(authority, { subject: 'CN=R' }), 'not certified for ocspSigning'],
      [
        await issueUnder(authority, {
          subject: 'CN=R',
          extensions: { extendedKeyUsage: [PURPOSE.clientAuth, PURPOSE.any] },
        }),
        'not certified for ocspSigning',
      ],
      [await issueUnder(await newAuthority(), { profile: 'ocsp-signing', subject: 'CN=R' }), 'does not hold'],
      [
        await issueUnder(await newAuthority('Ed25519', 'CN=Else'), {
          profile: 'ocsp-signing',
          subject: 'CN=R',
        }),
        'not certified by the issuer',
      ],
      [
        await issueUnder(authority, {
          profile: 'ocsp-signing',
          subject: 'CN=R',
          extensions: { other: [{ oid: '1.2.3.4', critical: true, value: der.nil() }] },
        }),
        'not understood',
      ],
    ];
    for (const [delegate, said] of tries)
      expect(
        await refusal(check(respond({ responder: delegate, certificates: [delegate.certificate] }))),
      ).toContain(said);
    expect(await refusal(check(respond({ responder }), { trusts: async () => false }))).toContain(
      'not trusted',
    );
    expect(await check(respond(), { trusts: async () => false })).toEqual(GOOD);
  });

  it('with extensions that are critical and not understood say nothing', async () => {
    const other = [{ oid: '1.2.3.4', critical: true, value: der.nil() }];
    expect(await refusal(check(respond({ other })))).toContain('1.2.3.4');
  });

  it('may say why there is no answer', async () => {
    for (const failure of [
      'internalError',
      'malformedRequest',
      'sigRequired',
      'tryLater',
      'unauthorized',
    ] as const) {
      const response = parseOcspResponse(ocspFailure(failure));
      expect(response.status).toBe(failure);
      const status = verifyOcspResponse(provider, response, { ...about(), at });
      expect(await refusal(status)).toContain(failure);
    }
  });

  it('are refused where they are malformed', () => {
    const status = (code: number, ...more: readonly Uint8Array[]): Uint8Array =>
      der.sequence(der.enumerated(code), ...more);
    const bytes = (oid: string): Uint8Array =>
      der.explicit(0, der.sequence(der.oid(oid), der.octetString(new Uint8Array(0))));
    const tries: readonly (readonly [Uint8Array, string])[] = [
      [status(4), 'invalid_encoding'],
      [status(7), 'invalid_encoding'],
      [status(0), 'invalid_encoding'],
      [status(3, bytes('1.3.6.1.5.5.7.48.1.1')), 'invalid_encoding'],
      [status(0, bytes('1.3.6.1.5.5.7.48.1.1')), 'invalid_encoding'],
      [status(0, bytes('1.2.3')), 'unsupported'],
      [new Uint8Array(1024 * 1024 + 1), 'message_too_large'],
    ];
    for (const [input, code] of tries)
      expect(() => parseOcspResponse(input)).toSatisfy((read: () => unknown) => {
        try {
          read();
        } catch (error) {
          return isHybridgeError(error) && error.code === code;
        }
        return false;
      });
  });

  it('are what TLS staples', async () => {
    const { bytes } = await respond({ responder });
    expect(await verifyStaple(provider, bytes, { ...about(), at })).toEqual(GOOD);
    await expect(verifyStaple(provider, bytes.subarray(1), { ...about(), at })).rejects.toSatisfy(
      isHybridgeError,
    );
  });

  it('meet broken bytes with an error or no status, and never verify', async () => {
    const response = await respond({ responder, nonce: new Uint8Array(8).fill(1) });
    const request = await createOcspRequest(provider, { about: [about()], signer: pump });
    const numbers = new Numbers(11);
    let read = 0;
    for (let round = 0; round < 2000; round++)
      try {
        const changed = parseOcspResponse(mutated(response.bytes, numbers));
        read++;
        if (changed.status !== 'successful') continue;
        const signed = [changed.tbs, changed.signature].map(toHex).join();
        if (signed === [response.tbs, response.signature].map(toHex).join()) continue;
        expect((await check(changed)).status).toBe('unknown');
      } catch (error) {
        expect(error).toSatisfy(isHybridgeError);
      }
    expect(read).toBeGreaterThan(20);
    for (let round = 0; round < 1000; round++)
      try {
        const changed = parseOcspRequest(mutated(request.bytes, numbers));
        const { tbs, signature } = changed.signature ?? {};
        if (tbs === undefined || signature === undefined) continue;
        if (
          toHex(tbs) === toHex(request.signature?.tbs ?? tbs) &&
          toHex(signature) === toHex(request.signature?.signature ?? signature)
        )
          continue;
        expect(await verifyOcspRequest(provider, changed, pump.certificate)).toBe(false);
      } catch (error) {
        expect(error).toSatisfy(isHybridgeError);
      }
  });
});
