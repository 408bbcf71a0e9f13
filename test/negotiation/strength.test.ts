import { describe, expect, test } from 'vitest';

import type { PeerAuthentication, Posture, PostureNature, TlsVersion } from '../../src/events/index.ts';
import { describeStrength, postureStrength, STRONGEST } from '../../src/negotiation/index.ts';
import { offerStrength } from '../../src/negotiation/strength.ts';
import { KEMS } from '../../src/registry/index.ts';

const NOBODY: PeerAuthentication = { by: 'none', nature: 'unknown', scheme: undefined, key: undefined };

function posture(
  version: TlsVersion | undefined,
  keyExchange: PostureNature,
  group: string | undefined,
  client: PostureNature = 'unknown',
): Posture {
  return {
    keyExchange,
    group,
    version,
    cipher: undefined,
    authentication: { server: NOBODY, client: { ...NOBODY, by: 'certificate', nature: client } },
    resumed: false,
    helloRetry: false,
    reason: 'a test',
  };
}

describe('postureStrength', () => {
  test('orders what sessions can be, as the table says', () => {
    const weakestFirst: readonly (readonly [Posture, number])[] = [
      [posture(undefined, 'classical', undefined), 0],
      [posture('TLSv1', 'classical', undefined), 0],
      [posture('TLSv1.1', 'classical', 'secp256r1'), 0],
      [posture('TLSv1.2', 'classical', 'x25519'), 10],
      [posture('TLSv1.2', 'classical', 'x25519', 'classical'), 10],
      [posture('TLSv1.2', 'classical', 'x25519', 'post-quantum'), 11],
      [posture('TLSv1.3', 'classical', 'x25519', 'classical'), 20],
      [posture('TLSv1.3', 'classical', 'x25519', 'hybrid'), 21],
      [posture('TLSv1.3', 'hybrid', undefined), 30],
      [posture('TLSv1.3', 'hybrid', 'X-of-the-future'), 30],
      [posture('TLSv1.3', 'post-quantum', 'MLKEM512', 'post-quantum'), 31],
      [posture('TLSv1.3', 'hybrid', 'X25519MLKEM768'), 40],
      [posture('TLSv1.3', 'hybrid', 'SecP384r1MLKEM1024', 'classical'), 40],
      [posture('TLSv1.3', 'post-quantum', 'MLKEM1024', 'post-quantum'), 41],
    ];
    for (const [session, strength] of weakestFirst) expect(postureStrength(session, 'client')).toBe(strength);
    expect(STRONGEST).toBe(41);
  });

  test('is nothing where the key exchange is not known', () => {
    expect(postureStrength(posture('TLSv1.3', 'unknown', undefined), 'client')).toBeUndefined();
  });

  test('looks at the side that is the peer', () => {
    const session = posture('TLSv1.3', 'hybrid', 'X25519MLKEM768', 'post-quantum');
    expect(postureStrength(session, 'client')).toBe(41);
    expect(postureStrength(session, 'server')).toBe(40);
  });

  test('knows every group of the registry by its registered name, and as its hello offers it', () => {
    let groups = 0;
    for (const kem of KEMS) {
      const { tlsGroup } = kem.identifiers;
      if (tlsGroup === undefined) continue;
      groups++;
      const rank = kem.nature === 'classical' ? 2 : kem.category < 3 ? 3 : 4;
      expect(postureStrength(posture('TLSv1.3', kem.nature, tlsGroup.name), 'client'), kem.name).toBe(
        rank * 10,
      );
      expect(offerStrength({ versions: [0x0304], groups: [tlsGroup.code] })).toEqual({
        rank,
        text: `TLS 1.3 with ${tlsGroup.name}`,
      });
    }
    expect(groups).toBeGreaterThan(8);
  });
});

describe('the strength of an offer', () => {
  test('is that of the best it allows', () => {
    const offer = (versions: number[], groups?: number[]): number => offerStrength({ versions, groups }).rank;
    expect(offer([0x0301])).toBe(0);
    expect(offer([])).toBe(0);
    expect(offer([0x0303, 0x0302], [0x11ec])).toBe(1);
    expect(offer([0x0304, 0x0303], [0x001d, 0x0017])).toBe(2);
    expect(offer([0x0304])).toBe(2);
    // Groups that nobody knows, GREASE and the draft of Kyber are no better than classical ones.
    expect(offer([0x0304], [0x0a0a, 0xfeff, 0x6399])).toBe(2);
    expect(offer([0x0304], [0x001d, 0x0200])).toBe(3);
    expect(offerStrength({ versions: [0x0304], groups: [0x0200, 0x11ec, 0x11ed, 0x001d] })).toEqual({
      rank: 4,
      text: 'TLS 1.3 with X25519MLKEM768, SecP384r1MLKEM1024',
    });
  });
});

describe('describeStrength', () => {
  test('says both halves', () => {
    expect(describeStrength(41)).toBe(
      'TLS 1.3 with a hybrid or post-quantum key exchange of category 3 to 5, hybrid or post-quantum authentication',
    );
    expect(describeStrength(10)).toBe('TLS 1.2, classical or no authentication');
  });

  test.each([-1, 2, 12, 42, 50, 0.5, Number.NaN, Infinity])('refuses %d', (strength) => {
    expect(() => describeStrength(strength)).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }) as Error,
    );
  });
});
