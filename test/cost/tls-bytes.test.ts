import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import type { TlsHandshakeScenario } from '../../src/cost/index.ts';
import { tlsBytes } from '../../src/cost/tls-bytes.ts';
import { describeWithRecentNode } from '../support/peers.ts';
import { report, runCases } from '../support/tally.ts';
import { compare, measuredElsewhere, recordedHandshakes, residual } from './counted-handshakes.ts';
import { expectPredicted } from './expect-predicted.ts';
import { GROUPS, HANDSHAKE, matrix, scenarioOf, SIGNATURES, title } from './handshake-cases.ts';
import { countInNode, isTooLargeForNode } from './node-handshakes.ts';

describe('bytes of handshakes that others made', () => {
  it('are as predicted, flight by flight and record by record', async () => {
    for (const { title: what, by, handshakes } of recordedHandshakes()) {
      const cases = handshakes.map((one) => ({ id: title(one), verdict: one.kind, one }));
      const { passed } = await runCases(`${what} (${by})`, cases, ({ one }) => {
        expectPredicted(one);
      });
      expect(passed).toBeGreaterThan(300);
      for (const group of GROUPS)
        for (const signature of SIGNATURES)
          expect(
            handshakes.filter((one) => one.group === group && one.signature === signature),
          ).not.toHaveLength(0);
    }
  });

  it('are as predicted where they were measured for the data', async (context) => {
    const measured = measuredElsewhere();
    if (measured === undefined) {
      report('TLS handshakes of the data: not there, not compared');
      context.skip();
      return;
    }
    const cases = measured.handshakes.map((one) => ({ id: title(one), one }));
    const { passed } = await runCases(measured.title, cases, ({ one: { up, down } }) => {
      expect(Math.abs(residual(up))).toBeLessThan(0.01);
      expect(Math.abs(residual(down))).toBeLessThan(0.01);
    });
    expect(passed).toBeGreaterThan(100);
  });
});

describeWithRecentNode('bytes of handshakes of node:tls', () => {
  it('are as predicted', async () => {
    // One in thirteen of the matrix, in which every signature, chain length and kind comes up; all of it in the full run.
    const cases = matrix(['full', 'resumption', 'hello-retry'])
      .filter((_, index) => index % 13 === 1)
      .filter((one) => !isTooLargeForNode(one))
      .map((one) => ({ id: title(one), verdict: one.kind, one }));
    const { passed } = await runCases('node:tls to itself, predicted', cases, async ({ one }) => {
      expectPredicted(compare(one, await countInNode(one), { stack: 'openssl-3.5' }));
    });
    expect(passed).toBeGreaterThan(25);
  });
});

const scenario: fc.Arbitrary<TlsHandshakeScenario> = fc
  .record({
    group: fc.constantFrom(...GROUPS),
    signature: fc.constantFrom(...SIGNATURES),
    chain: fc.integer({ min: 0, max: 4 }),
    mutual: fc.boolean(),
    kind: fc.constantFrom(
      'full' as const,
      'resumption' as const,
      'hello-retry' as const,
      'small-records' as const,
    ),
  })
  .map((one) => scenarioOf(one, {}));

describe('bytes of handshakes', () => {
  it('are the sum of their flights, and these of their messages', () => {
    fc.assert(
      fc.property(scenario, (one) => {
        const { flights, up, down } = tlsBytes(one);
        const sums = { up: 0, down: 0 };
        for (const { direction, messages, bytes } of flights) {
          expect(messages.reduce((all, message) => all + message.bytes.value, 0)).toBe(bytes.value);
          sums[direction] += bytes.value;
        }
        expect(sums).toEqual({ up: up.value, down: down.value });
        expect(flights.at(0)?.direction).toBe('up');
        expect(flights.at(-1)?.direction).toBe('up');
      }),
    );
  });

  it('grow with the chain, with mutual authentication and with a refused share', () => {
    fc.assert(
      fc.property(scenario, (one) => {
        const { up, down } = tlsBytes(one);
        const longer = tlsBytes({ ...one, chain: one.chain + 1 });
        expect(longer.down.value).toBeGreaterThanOrEqual(down.value);
        expect(tlsBytes({ ...one, mutual: true }).up.value).toBeGreaterThanOrEqual(up.value);
        const refused = tlsBytes({ ...one, helloRetry: true });
        expect(refused.up.value + refused.down.value).toBeGreaterThan(
          tlsBytes({ ...one, helloRetry: false }).up.value +
            tlsBytes({ ...one, helloRetry: false }).down.value,
        );
      }),
    );
  });

  it('are estimates where TLS has no such signature', () => {
    for (const signature of ['SLH-DSA-SHA2-128s', 'MLDSA65-ECDSA-P256-SHA512'] as const)
      expect(tlsBytes({ ...HANDSHAKE, signature }).down.status).toBe('estimate');
    expect(tlsBytes(HANDSHAKE).down.status).toBe('derived');
  });

  it.each([
    ['an unknown group', 'X25519MLKEM786'],
    ['a KEM without a number in TLS', 'MLKEM768-X25519'],
  ])('refuses %s, and knows what is like it', (_, group) => {
    let caught: unknown;
    try {
      tlsBytes({ ...HANDSHAKE, group });
    } catch (error) {
      caught = error;
    }
    if (!isHybridgeError(caught)) throw new Error('nothing was thrown');
    expect(caught.code).toBe('unknown_algorithm');
    expect(caught.hint).toContain('X25519MLKEM768');
  });

  it('refuses a signature whose size nobody can tell', () => {
    expect(() => tlsBytes({ ...HANDSHAKE, signature: 'HSS/LMS' })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});

describe('records and tickets', () => {
  it('a message of 16384 bytes is one record, one byte more is two', () => {
    const sizes = new Map<number, number>();
    for (let url = 610; url < 640; url++)
      for (const label of [1, 2]) {
        const { largestReceived, flights } = tlsBytes({
          ...HANDSHAKE,
          signature: 'ML-DSA-87',
          profile: { crlUrl: `http://${'c'.repeat(url)}`, dnsNames: [`${'d'.repeat(label)}.example`] },
        });
        const sent = flights.flatMap(({ messages }) => messages).find((one) => one.label === 'Certificate');
        sizes.set(largestReceived.value, (sent?.bytes.value ?? NaN) - largestReceived.value);
      }
    expect([16_384, 16_385].map((size) => sizes.get(size))).toEqual([22, 44]);
  });

  it('a server sends two tickets, and one to whoever resumed', () => {
    const full = tlsBytes(HANDSHAKE).tickets;
    const resumed = tlsBytes({ ...HANDSHAKE, resumption: true }).tickets;
    expect(full.value).toBe(2 * resumed.value);
    // A block of AES more or less for the times in a session.
    expect([resumed.value - resumed.low, resumed.high - resumed.value]).toEqual([16, 16]);
  });
});
