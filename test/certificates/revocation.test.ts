import { beforeAll, describe, expect, it } from 'vitest';

import {
  certificateId,
  createCrl,
  createOcspResponse,
  type Crl,
  type CrlOptions,
  type DistributionPoint,
  encodeTime,
  nameFrom,
  parseCrl,
  type Revocation,
  type RevocationCheck,
  revocationStatus,
  type RevocationReason,
  signSigned,
} from '../../src/certificates/index.ts';
import { der } from '../../src/encoding/index.ts';
import { day, type Holder, issueUnder, newAuthority, provider } from './authority.ts';

let authority: Holder;
let pump: Holder;

beforeAll(async () => {
  authority = await newAuthority();
  pump = await issueUnder(authority);
});

let number = 100n;

function list(revoked: readonly Revocation[], options: Partial<CrlOptions> = {}): Promise<Crl> {
  return createCrl(provider, {
    issuer: authority,
    thisUpdate: day(10),
    nextUpdate: day(17),
    number: number++,
    revoked,
    ...options,
    policy: undefined,
    at: undefined,
  });
}

const revoke = (reason?: RevocationReason, holder = pump): Revocation => ({
  serialNumber: holder.certificate.serialNumber,
  revocationDate: day(8),
  reason,
});

/** The status in a word, or why there is none. */
async function status(
  crls: readonly Promise<Crl>[],
  options: Partial<RevocationCheck> = {},
): Promise<string> {
  const found = await revocationStatus(provider, {
    certificate: pump.certificate,
    issuer: authority.certificate,
    at: day(12),
    trusts: async () => false,
    ...options,
    sources: { ...options.sources, crls: await Promise.all(crls) },
  });
  if (found.status === 'unknown') return found.reasons.join('; ');
  return found.status === 'good' ? 'good' : found.reason;
}

/** A certificate whose lists are where these points say. */
const withPoints = (...crlDistributionPoints: readonly DistributionPoint[]): Promise<Holder> =>
  issueUnder(authority, { extensions: { crlDistributionPoints } });

const uri = (
  path: string,
): { readonly fullName: readonly [{ readonly kind: 'uri'; readonly uri: string }] } => ({
  fullName: [{ kind: 'uri', uri: `http://crl.example/${path}` }],
});

describe('the status of a certificate', () => {
  it('is what a current and genuine list says', async () => {
    expect(await status([list([])])).toBe('good');
    expect(await status([list([revoke('keyCompromise')])])).toBe('keyCompromise');
    expect(await status([list([revoke()])])).toBe('unspecified');
    expect(await status([list([revoke('certificateHold')])])).toBe('certificateHold');
    expect(
      await revocationStatus(provider, {
        certificate: pump.certificate,
        issuer: authority.certificate,
        sources: { crls: [await list([revoke('superseded')])] },
        at: day(12),
        trusts: async () => false,
      }),
    ).toEqual({ status: 'revoked', source: 'crl', reason: 'superseded', since: day(8) });
  });

  it('is unknown without a source, with reasons', async () => {
    expect(await status([])).toBe('no CRL and no OCSP response');
    expect(await status([list([], { issuer: await newAuthority('Ed25519', 'CN=Else') })])).toContain(
      'another issuer',
    );
    expect(await status([list([], { issuer: await newAuthority() })])).toContain('does not hold');
    expect(await status([list([], { thisUpdate: day(13) })])).toContain('from the future');
    expect(await status([list([], { nextUpdate: day(11) })])).toContain('ran out');
    expect(await status([list([], { delta: { base: 1n } })])).toContain('delta lists only');
    const changed = Uint8Array.from((await list([])).bytes);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(await status([Promise.resolve(parseCrl(changed))])).toContain('does not hold');
    const endless = await signSigned(provider, authority.key, (algorithm) =>
      der.sequence(algorithm, authority.certificate.subject.bytes, encodeTime(day(1))),
    );
    expect(await status([Promise.resolve(parseCrl(endless))])).toContain('no nextUpdate');
    const critical = list([], { other: [{ oid: '1.2.3.4', critical: true, value: der.nil() }] });
    expect(await status([critical])).toContain('1.2.3.4 is not understood');
  });

  it('is that of the newest list', async () => {
    const older = list([revoke('certificateHold')], { thisUpdate: day(9) });
    expect(await status([older, list([])])).toBe('good');
    expect(await status([list([]), older])).toBe('good');
  });

  it('follows delta lists', async () => {
    const base = list([revoke('certificateHold')], { number: 10n });
    const taken = list([revoke('removeFromCRL')], { number: 12n, delta: { base: 10n } });
    const again = list([revoke('keyCompromise')], { number: 13n, delta: { base: 9n } });
    expect(await status([base])).toBe('certificateHold');
    expect(await status([base, taken])).toBe('good');
    expect(await status([base, taken, again])).toBe('keyCompromise');
    // Not about this base: begins later, is no newer, has another scope, or has run out.
    const unfit = [
      list([revoke('removeFromCRL')], { number: 12n, delta: { base: 11n } }),
      list([revoke('removeFromCRL')], { number: 10n, delta: { base: 9n } }),
      list([revoke('removeFromCRL')], {
        number: 12n,
        delta: { base: 10n },
        distributionPoint: { onlyUserCertificates: true },
      }),
      list([revoke('removeFromCRL')], { number: 12n, delta: { base: 10n }, nextUpdate: day(11) }),
    ];
    for (const delta of unfit) expect(await status([base, delta])).toBe('certificateHold');
    // A base that has run out is brought up to date.
    const old = list([], { number: 10n, nextUpdate: day(11) });
    expect(await status([old])).toContain('ran out');
    expect(await status([old, again])).toBe('keyCompromise');
    expect(await status([old, list([], { number: 14n, delta: { base: 10n } })])).toBe('good');
  });

  it('takes lists of the distribution points of the certificate', async () => {
    const { certificate } = await withPoints(
      { name: uri('a') },
      { name: { relativeToIssuer: nameFrom('CN=b').relativeNames[0] } },
    );
    const of = (distributionPoint: CrlOptions['distributionPoint']): Promise<string> =>
      status([list([], { distributionPoint })], { certificate });
    expect(await of({ name: uri('a') })).toBe('good');
    expect(await of({ name: uri('b') })).toContain('another distribution point');
    expect(await of({ name: { relativeToIssuer: nameFrom('CN=b').relativeNames[0] } })).toBe('good');
    expect(
      await of({
        name: { fullName: [{ kind: 'directory', name: nameFrom('CN=b,CN=Authority,O=Hospital') }] },
      }),
    ).toBe('good');
    expect(await of({ onlyUserCertificates: true })).toBe('good');
    expect(await of({ onlyCaCertificates: true })).toContain('CA certificates only');
    expect(await of({ onlyAttributeCertificates: true })).toContain('attribute certificates only');
    const ca = await issueUnder(authority, { profile: 'ca', subject: 'CN=Ward' });
    expect(await status([list([], { distributionPoint: { onlyUserCertificates: true } })], ca)).toContain(
      'no CA certificates',
    );
    expect(await status([list([], { distributionPoint: { onlyCaCertificates: true } })], ca)).toBe('good');
  });

  it('is good when lists cover all reasons together', async () => {
    const some = (
      onlySomeReasons: readonly RevocationReason[],
      revoked: readonly Revocation[] = [],
    ): Promise<Crl> => list(revoked, { distributionPoint: { onlySomeReasons } });
    const compromise = some(['keyCompromise', 'cACompromise', 'aACompromise']);
    const rest: readonly RevocationReason[] = [
      'affiliationChanged',
      'superseded',
      'cessationOfOperation',
      'certificateHold',
      'privilegeWithdrawn',
    ];
    expect(await status([compromise])).toContain('no list covers affiliationChanged, superseded');
    expect(await status([compromise, some(rest)])).toBe('good');
    expect(await status([compromise, some(rest, [revoke('superseded')])])).toBe('superseded');
    // The reasons of the distribution point count as well.
    const { certificate } = await withPoints({ name: uri('a'), reasons: ['keyCompromise'] });
    const narrow = list([], { distributionPoint: { name: uri('a') } });
    expect(await status([narrow], { certificate })).toContain('no list covers cACompromise');
  });

  it('may come from a list of another authority, where the certificate names it', async () => {
    const other = await newAuthority('Ed25519', 'CN=Lists');
    const crlIssuer = [{ kind: 'directory', name: other.certificate.subject }] as const;
    const named = await withPoints({ crlIssuer });
    const entry = { ...revoke('superseded', named), issuer: authority.certificate.subject };
    const indirect = (revoked: readonly Revocation[]): Promise<Crl> =>
      list(revoked, { issuer: other, distributionPoint: { indirect: true } });
    const trusted = {
      certificate: named.certificate,
      sources: { certificates: [other.certificate] },
      trusts: async (candidate: unknown, purpose: string) =>
        candidate === other.certificate && purpose === 'crl',
    };
    expect(await status([indirect([entry])], trusted)).toBe('superseded');
    expect(await status([indirect([revoke('superseded', named)])], trusted)).toBe('good');
    expect(await status([indirect([])], { ...trusted, trusts: async () => false })).toContain('not trusted');
    expect(await status([indirect([])], { ...trusted, sources: {} })).toContain('issuer is missing');
    expect(await status([list([], { issuer: other })], trusted)).toContain('not indirect');
    expect(await status([indirect([])], { ...trusted, certificate: pump.certificate })).toContain(
      'another issuer',
    );
  });

  it('may come from another key of the same authority', async () => {
    const second = await newAuthority();
    const own = { sources: { certificates: [second.certificate] }, trusts: async () => true };
    expect(await status([list([], { issuer: second })], own)).toBe('good');
    expect(await status([list([], { issuer: second })], { ...own, trusts: async () => false })).toContain(
      'not trusted',
    );
  });

  it('comes from OCSP as well, and revoked prevails', async () => {
    const respond = async (kind: 'good' | 'revoked'): ReturnType<typeof createOcspResponse> =>
      createOcspResponse(provider, {
        responder: authority,
        producedAt: day(12),
        answers: [
          {
            id: certificateId(provider, { certificate: pump.certificate, issuer: authority.certificate }),
            status: kind === 'good' ? { kind } : { kind, since: day(9), reason: 'superseded' },
            thisUpdate: day(12),
          },
        ],
      });
    const [good, revoked] = [await respond('good'), await respond('revoked')];
    expect(await status([], { sources: { ocsp: [good] } })).toBe('good');
    expect(await status([], { sources: { ocsp: [good, revoked] } })).toBe('superseded');
    expect(await status([list([revoke('keyCompromise')])], { sources: { ocsp: [good] } })).toBe(
      'keyCompromise',
    );
    expect(await status([list([])], { sources: { ocsp: [revoked] } })).toBe('superseded');
    expect(await status([list([], { nextUpdate: day(11) })], { sources: { ocsp: [good] } })).toBe('good');
    expect(await status([list([])], { sources: { ocsp: [good] }, at: day(14) })).toBe('good');
    expect(await status([], { sources: { ocsp: [good] }, at: day(14) })).toContain('more than a day');
  });

  it('costs a bounded number of verifications, whatever the certificate and the sources are', async () => {
    const points = Array.from({ length: 500 }, () => ({ name: uri('a') }));
    const { certificate } = await withPoints(...points);
    const pretenders = await Promise.all(Array.from({ length: 50 }, () => newAuthority()));
    const certificates = pretenders.map((one) => one.certificate);
    let asked = 0;
    const trusts = async (): Promise<boolean> => {
      asked++;
      return false;
    };
    const crls = pretenders.slice(0, 5).map((issuer) => list([], { issuer }));
    expect(await status(crls, { certificate, sources: { certificates }, trusts })).toContain('not trusted');
    expect(asked).toBe(5);
  });
});
