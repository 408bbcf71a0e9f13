/** Questions like one that was asked, with one input changed: what options, sensitivities and remedies are made of. */
import { findByName, type KemName, type SignatureName } from '../registry/index.ts';
import { COST_DATA, findDevice, findLink } from './data/index.ts';
import type { CostOperation, Link } from './data/types.ts';
import type { Prediction } from './prediction.ts';
import { rowsOn } from './rows.ts';
import type { FirmwareUpdateScenario, PredictRequest, Scenario } from './scenario.ts';
import { TLS_STACKS } from './tls-stack.ts';

/** What can be varied in a question, in the order of menus. */
export const INPUTS = [
  'implementation',
  'signature',
  'group',
  'kem',
  'algorithm',
  'chain',
  'resumption',
  'mutual',
  'hello-retry',
  'parsing',
  'stack',
  'hash',
  'key-included',
  'size',
  'link',
] as const;

/** What can be varied in a question. */
export type Input = (typeof INPUTS)[number];

/** A question that differs from another in one input. */
export interface Variation {
  readonly input: Input;
  readonly from: string;
  readonly to: string;
  readonly question: PredictRequest;
}

const SIGNATURE_OPTIONS: readonly SignatureName[] = [
  'ECDSA-P256-SHA256',
  'Ed25519',
  'RSA2048-PSS-SHA256',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
  'MLDSA44-ECDSA-P256-SHA256',
  'MLDSA65-ECDSA-P256-SHA512',
  'MLDSA87-ECDSA-P384-SHA512',
  'SLH-DSA-SHA2-128s',
  'SLH-DSA-SHA2-128f',
  'SLH-DSA-SHA2-192s',
  'SLH-DSA-SHA2-256s',
];

/** Signatures on firmware: one, or a classical one and another. */
const FIRMWARE_OPTIONS: readonly FirmwareUpdateScenario['signatures'][] = [
  ...SIGNATURE_OPTIONS.map((name) => [name]),
  ['ECDSA-P256-SHA256', 'ML-DSA-44'],
  ['ECDSA-P256-SHA256', 'ML-DSA-65'],
  ...[
    'LMS-SHA256-H10-W4',
    'LMS-SHA256-H10-W8',
    'LMS-SHA256-H15-W4',
    'LMS-SHA256-H20-W8',
    'LMS-SHA256/192-H10-W4',
    'LMS-SHA256/192-H20-W8',
    'HSS-SHA256-H10/10-W4',
    'XMSS-SHA2_10_256',
  ].map((name) => [name]),
];

const GROUP_OPTIONS: readonly KemName[] = [
  'X25519',
  'P-256',
  'ML-KEM-512',
  'ML-KEM-768',
  'ML-KEM-1024',
  'X25519MLKEM768',
  'SecP256r1MLKEM768',
  'SecP384r1MLKEM1024',
];

const KEM_OPTIONS: readonly KemName[] = [
  'DHKEM(X25519, HKDF-SHA256)',
  'DHKEM(P-256, HKDF-SHA256)',
  'ML-KEM-512',
  'ML-KEM-768',
  'ML-KEM-1024',
  'MLKEM768-X25519',
  'MLKEM768-P256',
  'MLKEM1024-P384',
];

const EXCHANGES = ['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'] as const;

const ALGORITHM_OPTIONS: Readonly<Record<CostOperation, readonly string[]>> = {
  aead: ['AES-128-GCM', 'AES-256-GCM', 'ChaCha20-Poly1305'],
  agree: ['X25519', 'P-256', 'P-384'],
  decaps: [...EXCHANGES, 'MLKEM768-X25519'],
  encaps: [...EXCHANGES, 'MLKEM768-X25519'],
  hash: ['SHA-256', 'SHA-512', 'SHAKE256'],
  keygen: ['X25519', 'P-256', ...EXCHANGES, ...SIGNATURE_OPTIONS],
  sign: [...SIGNATURE_OPTIONS, 'FN-DSA-512'],
  verify: [...FIRMWARE_OPTIONS.flatMap((names) => (names.length === 1 ? names : [])), 'FN-DSA-512'],
};

const CHAINS = [0, 1, 2, 3] as const;

/** One algorithm may be spelt as TLS or as the registry does. */
function same(one: string, other: string): boolean {
  return one === other || (findByName(one)?.name ?? one) === (findByName(other)?.name ?? other);
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

/** Builds of the algorithms in a prediction that the data has on the device's core, and the two that it chooses by. */
function implementations(question: PredictRequest, asked: Prediction): readonly Variation[] {
  const { data = COST_DATA, implementation } = question;
  const { core } = findDevice(data, question.device);
  if (implementation !== undefined && typeof implementation !== 'string') return [];
  const named = new Set(['fastest', 'smallest']);
  if (core !== undefined)
    for (const served of Object.keys(asked.implementations)) {
      const algorithm = served.slice(0, served.lastIndexOf(' '));
      for (const name of rowsOn(data, algorithm, core).ranking.fastest) named.add(name);
    }
  const from = implementation ?? 'fastest';
  return [...named]
    .filter((to) => to !== from)
    .map((to) => ({ input: 'implementation', from, to, question: { ...question, implementation: to } }));
}

/** Links of the same kind: what a radio of another generation or setting would change. */
function links(question: PredictRequest): readonly Variation[] {
  const { data = COST_DATA, link } = question;
  if (link === undefined) return [];
  const from: Link = findLink(data, link);
  return data.links
    .filter(({ id, kind, radio }) => id !== from.id && kind === from.kind && radio === from.radio)
    .map((to) => ({ input: 'link', from: from.id, to: to.id, question: { ...question, link: to } }));
}

function ofScenario(question: PredictRequest): readonly Variation[] {
  const { scenario } = question;
  const variation = (input: Input, from: string, to: string, changed: Scenario): Variation => ({
    input,
    from,
    to,
    question: { ...question, scenario: changed },
  });
  const among = <T extends string>(
    input: Input,
    from: string,
    options: readonly T[],
    change: (to: T) => Scenario,
  ): readonly Variation[] =>
    options.filter((to) => !same(from, to)).map((to) => variation(input, from, to, change(to)));
  const toggled = (input: Input, now: boolean, changed: Scenario): Variation =>
    variation(input, yesNo(now), yesNo(!now), changed);
  const halved = (bytes: number, change: (half: number) => Scenario): readonly Variation[] => {
    const half = Math.floor(bytes / 2);
    return half < 1 ? [] : [variation('size', `${bytes} bytes`, `${half} bytes`, change(half))];
  };
  switch (scenario.kind) {
    case 'operation': {
      const { algorithm, operation, messageBytes = 0 } = scenario;
      return [
        ...among('algorithm', algorithm, ALGORITHM_OPTIONS[operation], (to) => ({
          ...scenario,
          algorithm: to,
        })),
        ...halved(messageBytes, (half) => ({ ...scenario, messageBytes: half })),
      ];
    }
    case 'tls-handshake': {
      const {
        signature,
        group,
        chain,
        mutual,
        resumption,
        helloRetry = false,
        stack = 'openssl-3.6',
        incrementalParsing = false,
      } = scenario;
      return [
        ...among('signature', signature, SIGNATURE_OPTIONS, (to) => ({ ...scenario, signature: to })),
        ...among('group', group, GROUP_OPTIONS, (to) => ({ ...scenario, group: to })),
        ...CHAINS.filter((to) => to !== chain).map((to) =>
          variation('chain', String(chain), String(to), { ...scenario, chain: to }),
        ),
        toggled('resumption', resumption, { ...scenario, resumption: !resumption }),
        toggled('mutual', mutual, { ...scenario, mutual: !mutual }),
        toggled('hello-retry', helloRetry, { ...scenario, helloRetry: !helloRetry }),
        toggled('parsing', incrementalParsing, { ...scenario, incrementalParsing: !incrementalParsing }),
        ...among('stack', stack, TLS_STACKS, (to) => ({ ...scenario, stack: to })),
      ];
    }
    case 'firmware-update': {
      const { signatures, hash = 'SHA-256', keyIncluded = false, imageBytes } = scenario;
      const from = signatures.join(' + ');
      return [
        ...FIRMWARE_OPTIONS.map((to) =>
          variation('signature', from, to.join(' + '), { ...scenario, signatures: to }),
        ).filter(({ to }) => to !== from),
        ...among('hash', hash, ['SHA-256', 'SHA-512', 'SHAKE256'] as const, (to) => ({
          ...scenario,
          hash: to,
        })),
        toggled('key-included', keyIncluded, { ...scenario, keyIncluded: !keyIncluded }),
        ...halved(imageBytes, (half) => ({ ...scenario, imageBytes: half })),
      ];
    }
    case 'certificate-chain': {
      const { signature, intermediates } = scenario;
      return [
        ...among('signature', signature, SIGNATURE_OPTIONS, (to) => ({ ...scenario, signature: to })),
        ...CHAINS.filter((to) => to !== intermediates).map((to) =>
          variation('chain', String(intermediates), String(to), { ...scenario, intermediates: to }),
        ),
      ];
    }
    case 'sealed-message': {
      const { kem, messageBytes } = scenario;
      return [
        ...among('kem', kem, KEM_OPTIONS, (to) => ({ ...scenario, kem: to })),
        ...halved(messageBytes, (half) => ({ ...scenario, messageBytes: half })),
      ];
    }
  }
}

/**
 * Every question that differs from one in a single input.
 *
 * @param asked - The answer to it, which says what the implementations are of.
 */
export function variationsOf(question: PredictRequest, asked: Prediction): readonly Variation[] {
  return [...implementations(question, asked), ...ofScenario(question), ...links(question)];
}

/** What the options of a scenario differ in, unless it is told. */
export function usualInputs({ kind }: Scenario): readonly Input[] {
  switch (kind) {
    case 'operation':
      return ['algorithm', 'implementation'];
    case 'tls-handshake':
      return ['signature', 'group', 'implementation'];
    case 'firmware-update':
    case 'certificate-chain':
      return ['signature', 'implementation'];
    case 'sealed-message':
      return ['kem', 'implementation'];
  }
}
