/** Data whose predictions can be worked out on paper: 10,000 cycles are a millisecond, a byte on the link is one as well. */
import type { CostData, CostOperation, CostRow } from '../../src/cost/index.ts';

const known = <N extends number>(value: N): { readonly value: N; readonly status: 'measured' } => ({
  value,
  status: 'measured',
});

function row(algorithm: string, operation: CostOperation, mean: number): CostRow {
  return {
    id: `${algorithm}:${operation}:made/c:cortex-m4`,
    algorithm,
    operation,
    implementation: 'made/c',
    core: 'cortex-m4',
    cycles: { mean, status: 'measured', band: { low: -0.1, high: 0.1 } },
    stack: known(1000),
    code: known(2000),
    source: 'made',
  };
}

/**
 * Two boards, with currents and without, and one link. 10 MHz; ECDSA verifies in 100 ms, ML-DSA-44 in 300 ms, both 10 %
 * more or less; a byte hashed takes a thousandth. The link carries 8000 bit/s and nothing beside them.
 */
export const MADE_DATA: CostData = {
  sources: [{ id: 'made', title: 'Made up', reference: 'this test', seen: 'here' }],
  rows: [
    row('ECDSA-P256-SHA256', 'verify', 1_000_000),
    row('ML-DSA-44', 'verify', 3_000_000),
    row('SHA-256', 'hash', 10),
  ],
  devices: [
    { id: 'board', currents: { volts: 2, cpuMilliamperes: 5, receiveMilliamperes: 10 } },
    { id: 'plain', currents: undefined },
  ].map(({ id, currents }) => ({
    id,
    title: id,
    core: 'cortex-m4',
    megahertz: known(10),
    ramBytes: known(8192),
    flashBytes: known(65_536),
    ramUsed: known(5000),
    flashUsed: known(0),
    keccakPresent: true,
    waitStates: { low: 0, value: 0, high: 0 },
    ...(currents === undefined ? {} : { currents }),
    use: 'test',
  })),
  links: [
    {
      id: 'byte-a-millisecond',
      title: 'Byte a millisecond',
      kind: 'frames',
      status: 'measured',
      rtt: { low: 0, value: 0, high: 0 },
      loss: 0,
      radio: true,
      payloadBytes: 100,
      overheadBytes: 0,
      bitsPerSecond: 8000,
      gapMilliseconds: 0,
    },
  ],
  footprints: [],
};
