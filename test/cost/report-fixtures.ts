/** Made-up predictions: their numbers mean nothing, so that a report of them changes only when the report does. */
import { type BenchResult, benchRow } from '../../src/cost/bench-result.ts';
import type { Comparison } from '../../src/cost/compare.ts';
import type { CostData, Device, Link } from '../../src/cost/data/types.ts';
import type { FleetAmounts, FleetOutcome } from '../../src/cost/fleet.ts';
import type { Latency, Need, Prediction, Step } from '../../src/cost/prediction.ts';
import { type Figure, noData, quantity, type Status, type Unit } from '../../src/cost/quantity.ts';
import type { Change, ReportInput, SignaturePoint } from '../../src/cost/report/index.ts';
import type { Scenario } from '../../src/cost/scenario.ts';

/** Texts that a user supplies; a property test puts others in their place. */
export interface Texts {
  readonly title: string;
  readonly device: string;
  readonly link: string;
  readonly label: string;
  readonly because: string;
  readonly source: string;
}

/** The texts of the golden report. */
export const TEXTS: Texts = {
  title: 'Ward sensors: moving to post-quantum TLS and firmware',
  device: 'Example Cortex-M4 sensor',
  link: 'Example NB-IoT',
  label: 'made up',
  because: 'made up for a test',
  source: 'example-source',
};

const known = (value: number) => ({ value, status: 'published', source: 'example-source' }) as const;

function devices({ device }: Texts): readonly [Device, Device] {
  const small: Device = {
    id: 'example-m4',
    title: device,
    core: 'cortex-m4',
    megahertz: known(64),
    ramBytes: known(65_536),
    flashBytes: known(524_288),
    ramUsed: { value: 24_000, status: 'estimate' },
    flashUsed: { value: 300_000, status: 'estimate' },
    keccakPresent: false,
    waitStates: { low: 0, value: 0.1, high: 0.5 },
    use: 'A made-up sensor.',
  };
  const large: Device = {
    ...small,
    id: 'example-m33',
    title: `${device}, larger`,
    core: 'cortex-m33',
    ramBytes: known(262_144),
    use: 'A made-up hub.',
  };
  return [small, large];
}

function links({ link }: Texts): readonly [Link, Link] {
  const narrow: Link = {
    id: 'example-nb',
    title: link,
    status: 'published',
    source: 'example-source',
    rtt: { low: 200, value: 400, high: 900 },
    loss: 0.01,
    radio: true,
    kind: 'stream',
    transport: 'tcp',
    upBitsPerSecond: 20_000,
    downBitsPerSecond: 26_000,
    segmentBytes: 1200,
    initialWindowSegments: 4,
    fixedWindow: false,
  };
  const lora: Link = {
    id: 'example-lora',
    title: `${link}, by LoRa`,
    status: 'derived',
    rtt: { low: 1000, value: 1000, high: 2000 },
    loss: 0,
    radio: true,
    kind: 'lora',
    spreadingFactor: 12,
    bandwidthHertz: 125_000,
    codingRate: 1,
    payloadBytes: 51,
    overheadBytes: 13,
    dutyCycle: 0.01,
  };
  return [narrow, lora];
}

function data(texts: Texts): CostData {
  return {
    sources: [
      {
        id: 'example-source',
        title: texts.source,
        reference: 'table 1',
        seen: 'made up',
      },
    ],
    rows: [
      {
        id: 'ML-DSA-65:verify:example/fast:cortex-m4',
        algorithm: 'ML-DSA-65',
        operation: 'verify',
        implementation: 'example/fast',
        core: 'cortex-m4',
        cycles: { mean: 2_400_000, status: 'published', max: 2_500_000 },
        stack: { value: 9900, status: 'published' },
        code: { value: 19_300, status: 'published' },
        source: 'example-source',
        caveat: texts.because,
      },
    ],
    devices: devices(texts),
    links: links(texts),
    footprints: [],
  };
}

const ROW = 'ML-DSA-65:verify:example/fast:cortex-m4';

/** How the factors of the comparison are known. */
const KNOWN = { status: 'derived', sources: [ROW, 'example-source'] } as const;

/** Figures that cite the row of the example, with the reasons that a test wants. */
function maker({ because }: Texts) {
  const figure = <U extends Unit>(
    value: number,
    unit: U,
    status: Status = 'derived',
    spread = 0.05,
  ): Figure<U> =>
    quantity(
      value,
      unit,
      { status, sources: [ROW, 'example-source'], because: `${because} (${status}, ${unit})` },
      value * (1 - spread),
      value * (1 + spread),
    );
  const bytes = (value: number): Figure<'bytes'> =>
    quantity(value, 'bytes', { status: 'measured', sources: [], because });
  const constant = (ms: number, status: Status = 'derived'): Latency => {
    const one = figure(ms, 'ms', status);
    return { mean: one, p50: one, p95: one, p99: one, worst: one };
  };
  const spread = (ms: number): Latency => ({
    mean: figure(ms, 'ms', 'published'),
    p50: figure(ms * 0.8, 'ms', 'published'),
    p95: figure(ms * 2.4, 'ms', 'derived'),
    p99: figure(ms * 3.4, 'ms', 'derived'),
    worst: figure(ms * 6.1, 'ms', 'quoted'),
  });
  return { figure, bytes, constant, spread };
}

interface Sketch {
  readonly title: string;
  readonly device: Device;
  readonly link?: Link;
  readonly scenario: Scenario;
  readonly implementation: string;
  readonly up?: number;
  readonly down?: number;
  readonly ms: number;
  readonly random?: boolean;
  readonly stack: number;
  readonly objects: number;
  readonly reassembly?: number;
  readonly fits: Need['fits'];
  readonly airtime?: number;
  readonly energy?: number;
}

function prediction(texts: Texts, sketch: Sketch): Prediction {
  const { figure, bytes, constant, spread } = maker(texts);
  const { device, up = 0, down = 0, ms } = sketch;
  const total = device.ramUsed.value + sketch.objects + sketch.stack + (sketch.reassembly ?? 0);
  const time = sketch.random === true ? spread(ms) : constant(ms);
  const steps: readonly Step[] =
    sketch.scenario.kind === 'tls-handshake'
      ? [
          { label: 'TCP: connection', kind: 'wait', time: constant(400) },
          { label: `${texts.label}: key exchange`, kind: 'cpu', time: constant(ms * 0.1) },
          { label: 'hello and certificates arrive', kind: 'wire', time: constant(down / 3.25) },
          { label: 'server signs', kind: 'peer', time: spread(1.2) },
          {
            label: 'certificates verified',
            kind: 'cpu',
            time: { ...constant(ms * 0.2), worst: noData('ms', texts.because) },
          },
          { label: 'Finished goes out', kind: 'wire', time: constant(up / 2.5) },
        ]
      : [{ label: sketch.title, kind: 'cpu', time }];
  return {
    scenario: sketch.scenario,
    device,
    link: sketch.link,
    title: `${sketch.title} on ${device.title}`,
    implementations: { [`${texts.label} verify`]: sketch.implementation },
    items: [],
    flights:
      sketch.link === undefined
        ? []
        : [
            {
              label: texts.label,
              direction: 'down',
              bytes: bytes(down),
              pieces: figure(Math.ceil(down / 51), 'count', 'derived', 0),
              extraRoundTrips: figure(1, 'count', 'derived', 0),
            },
          ],
    up: bytes(up),
    down: bytes(down),
    steps,
    time,
    cpu: time,
    ram: {
      items: [
        { label: 'in use already', bytes: figure(device.ramUsed.value, 'bytes', 'estimate', 0.2) },
        { label: 'keys', bytes: bytes(sketch.objects) },
        { label: 'stack', bytes: figure(sketch.stack, 'bytes', 'published', 0) },
        ...(sketch.reassembly === undefined
          ? []
          : [{ label: 'Certificate message', bytes: bytes(sketch.reassembly) }]),
      ],
      total: figure(total, 'bytes', 'estimate', 0.08),
      capacity: figure(device.ramBytes.value, 'bytes', 'published', 0),
      fits: sketch.fits,
      because: `${total} bytes, and there are ${device.ramBytes.value}: ${texts.because}`,
    },
    flash: {
      items: [
        { label: 'in use already', bytes: figure(300_000, 'bytes', 'estimate') },
        { label: 'scheme', bytes: bytes(19_300) },
      ],
      total: figure(319_300, 'bytes', 'estimate'),
      capacity: figure(524_288, 'bytes', 'published', 0),
      fits: 'yes',
      because: texts.because,
    },
    airtime:
      sketch.airtime === undefined ? noData('ms', 'no radio') : figure(sketch.airtime, 'ms', 'derived'),
    energy:
      sketch.energy === undefined
        ? noData('mJ', 'no currents are given')
        : figure(sketch.energy, 'mJ', 'estimate', 0.4),
    fits: sketch.fits,
    verdicts:
      sketch.fits === 'no' ? [{ algorithm: texts.label, verdict: 'warn', because: texts.because }] : [],
    assumptions: [texts.because, `${sketch.title}: no other task runs.`],
  };
}

const SIGNATURES = [
  { name: 'ECDSA-P256-SHA256', bytes: 72, leaf: 570, ms: 34 },
  { name: 'ML-DSA-44', bytes: 2420, leaf: 4161, ms: 22 },
  { name: 'ML-DSA-65', bytes: 3309, leaf: 5690, ms: 38 },
  { name: 'ML-DSA-87', bytes: 4627, leaf: 7648, ms: 66 },
] as const;

function handshake(
  texts: Texts,
  [device, link]: readonly [Device, Link],
  signature: (typeof SIGNATURES)[number],
  { group, chain, fits }: { readonly group: string; readonly chain: number; readonly fits: Need['fits'] },
): Prediction {
  const hybrid = group === 'X25519MLKEM768';
  const down = 400 + (hybrid ? 1120 : 32) + (chain + 1) * signature.leaf + signature.bytes;
  return prediction(texts, {
    title: `TLS handshake, ${group}, ${signature.name}, ${chain} intermediates`,
    device,
    link,
    scenario: {
      kind: 'tls-handshake',
      group,
      signature: signature.name,
      chain,
      mutual: false,
      resumption: false,
    },
    implementation: 'example/fast',
    up: hybrid ? 1508 : 330,
    down,
    ms: 900 + down / 3.25,
    stack: 9900,
    objects: 3600,
    reassembly: (chain + 1) * signature.leaf,
    fits,
    airtime: hybrid ? 640 : 140,
    energy: down / 20,
  });
}

function amounts(texts: Texts, factor: number): FleetAmounts {
  const { figure } = maker(texts);
  return {
    up: figure(2e9 * factor, 'bytes'),
    down: figure(9e9 * factor, 'bytes'),
    time: figure(4e9 * factor, 'ms'),
    energy: noData('mJ', 'no currents are given'),
    airtime: noData('ms', 'no radio'),
    money: figure(1800 * factor, 'money', 'estimate'),
  };
}

const YEARS = [2027, 2028, 2029, 2030, 2031];

function fleet(texts: Texts, before: Prediction, after: Prediction): FleetOutcome {
  const activity = (one: Prediction) => ({
    activities: [{ label: 'session' as const, perYear: 365, prediction: one }],
    perDevice: amounts(texts, one.down.known ? one.down.value / 1e8 : 0),
    fits: one.fits,
    problems: [],
  });
  const shares = [0, 0.2, 0.6, 1, 1];
  const outcome = (id: string, title: string, count: number) => ({
    class: {
      id,
      lineage: [id],
      title,
      device: 'example-m4',
      link: 'example-nb',
      count,
      implementation: undefined,
      perMegabyte: undefined,
      sessions: undefined,
      updates: undefined,
      messages: undefined,
    },
    before: activity(before),
    after: activity(after),
    shares,
    because: texts.because,
  });
  const classes = [
    outcome('wards', `${texts.label} wards`, 4000),
    outcome('homes', `${texts.label} homes`, 9000),
    outcome('vans', `${texts.label} vans`, 700),
  ];
  return {
    title: `${texts.label} fleet`,
    years: YEARS,
    devices: 13_700,
    prices: { currency: 'EUR', perMegabyte: 0.4 },
    before: amounts(texts, 1),
    plans: [
      {
        name: texts.label,
        classes,
        byYear: YEARS.map((year, index) => ({
          year,
          moved: 13_700 * (shares[index] ?? 0),
          notFitting: index > 2 ? 700 : 0,
          unknownFit: 0,
          amounts: amounts(texts, 1 + (shares[index] ?? 0) * 6),
        })),
        total: amounts(texts, 20),
        failures: [
          {
            class: 'vans',
            devices: 700,
            from: 2029,
            before: false,
            activity: after.title,
            what: 'ram',
            fits: 'no',
            because: texts.because,
          },
        ],
        refusals: [
          {
            class: 'vans',
            algorithm: 'ECDSA-P256-SHA256',
            verdict: 'refuse',
            since: '2030-01-01',
            because: texts.because,
          },
        ],
      },
    ],
    without: { up: [], down: [], time: [], energy: ['wards'], airtime: ['wards', 'homes'], money: [] },
    assumptions: [texts.because],
  };
}

function bench(texts: Texts): BenchResult {
  return {
    schemaVersion: 1,
    environment: {
      date: '2026-11-22T06:00:00.000Z',
      hybridge: '0.1.0',
      node: '26.0.0',
      openssl: '3.6.0',
      v8: '14',
      platform: 'linux-x64',
      cpu: texts.label,
      cores: 2,
      memoryBytes: 8e9,
      freeMemoryBytes: 4e9,
      diskBytes: 8e10,
      freeDiskBytes: 4e10,
      load: [0.1, 0.1, 0.1],
    },
    messageBytes: 1024,
    results: [
      benchRow({
        algorithm: 'ML-DSA-65',
        operation: 'verify',
        provider: 'portable',
        runtime: 'quickjs',
        statistic: 'median',
        rounds: [
          [127, 128, 131],
          [126, 129, 130],
        ],
        peakHeapBytes: 489_472,
      }),
    ],
    failures: [{ runtime: 'quickjs', algorithm: 'ECDSA-P256-SHA256', reason: texts.because }],
  };
}

/** A report with every part in it. */
export function reportInput(texts: Texts = TEXTS): ReportInput {
  const { bytes } = maker(texts);
  const [small, large] = devices(texts);
  const [narrow, lora] = links(texts);
  const [ecdsa, ...mlDsa] = SIGNATURES;
  const before = handshake(texts, [small, narrow], ecdsa, { group: 'X25519', chain: 1, fits: 'yes' });
  const after = mlDsa.map((signature, index) => ({
    label: `X25519MLKEM768 + ${signature.name}`,
    prediction: handshake(texts, [small, narrow], signature, {
      group: 'X25519MLKEM768',
      chain: 1,
      fits: (['yes', 'unknown', 'no'] as const)[index] ?? 'no',
    }),
  }));
  const change: Change = {
    title: `TLS handshake, ${texts.label}`,
    before: { label: 'X25519 + ECDSA-P256-SHA256', prediction: before },
    after,
  };
  const signing = [small, large].flatMap((device) =>
    mlDsa.flatMap(({ name, ms }) =>
      (
        [
          ['example/fast', 68_900, 2.6],
          ['example/low-stack', 6600, 10],
        ] as const
      ).map(([implementation, stack, slower]) =>
        prediction(texts, {
          title: `${name} sign`,
          device,
          scenario: { kind: 'operation', algorithm: name, operation: 'sign' },
          implementation,
          ms: ms * slower,
          random: true,
          stack,
          objects: 6000,
          fits: device === small && stack > 40_000 ? 'no' : 'yes',
        }),
      ),
    ),
  );
  const overLora = prediction(texts, {
    title: 'sealed message',
    device: small,
    link: lora,
    scenario: { kind: 'sealed-message', kem: 'MLKEM768-X25519', messageBytes: 100, direction: 'seal' },
    implementation: 'example/fast',
    up: 1400,
    ms: 7.2e6,
    stack: 3000,
    objects: 2400,
    fits: 'yes',
    airtime: 78_000,
  });
  const chains = SIGNATURES.flatMap((signature) =>
    [0, 1, 2, 3].map((chain) =>
      handshake(texts, [small, narrow], signature, { group: 'X25519MLKEM768', chain, fits: 'yes' }),
    ),
  );
  const signatures: readonly SignaturePoint[] = [
    ...SIGNATURES,
    { name: 'LMS-SHA256-H10-W4', bytes: 2512, ms: 50 },
    { name: 'LMS-SHA256-H10-W8', bytes: 1456, ms: 425 },
    { name: 'SLH-DSA-SHA2-128s', bytes: 7856, ms: 117 },
  ].map(({ name, bytes: length, ms }) => ({
    label: name,
    signature: bytes(length),
    verification: prediction(texts, {
      title: `${name} verify`,
      device: small,
      scenario: { kind: 'operation', algorithm: name, operation: 'verify' },
      implementation: 'example/fast',
      ms,
      stack: 3000,
      objects: 2000,
      fits: 'yes',
    }),
    stateful: name.startsWith('LMS'),
  }));
  const last = after.at(-1)?.prediction ?? before;
  const comparison: Comparison = {
    device: small,
    link: narrow,
    scenarioTitle: last.title,
    options: [{ label: 'X25519 + ECDSA-P256-SHA256', prediction: before }, ...after].map(
      ({ label, prediction: one }, index) => ({
        label,
        prediction: one,
        pareto: index < 2,
        dominatedBy: index < 2 ? undefined : texts.label,
        withoutData: [],
      }),
    ),
    refused: [{ label: texts.label, because: texts.because }],
    sensitivity: [
      { input: 'chain', from: '1', to: '0', objective: 'bytes', ratio: 0.62, ...KNOWN },
      { input: 'signature', from: 'ML-DSA-87', to: 'ML-DSA-44', objective: 'bytes', ratio: 0.55, ...KNOWN },
      {
        input: 'implementation',
        from: texts.label,
        to: 'example/low-stack',
        objective: 'time',
        ratio: 2.4,
        ...KNOWN,
      },
    ],
    smallestChange: { change: texts.because, label: texts.label, prediction: before },
  };
  return {
    title: texts.title,
    at: new Date('2026-11-22T00:00:00Z'),
    data: data(texts),
    fit: [before, ...after.map(({ prediction: one }) => one), overLora, ...signing].map((one) => ({
      prediction: one,
      smallestChange:
        one.fits === 'unknown'
          ? { change: texts.because, label: texts.label, prediction: before }
          : undefined,
    })),
    changes: [change],
    chains,
    signatures,
    comparisons: [comparison],
    fleet: fleet(texts, before, last),
    bench: bench(texts),
  };
}
