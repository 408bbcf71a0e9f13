/** Handshakes that were counted before, here and elsewhere, beside what the model says of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { CertificateProfile } from '../../src/cost/index.ts';
import { tlsBytes } from '../../src/cost/tls-bytes.ts';
import { tlsStack } from '../../src/cost/tls-stack.ts';
import { type SignatureName, signature } from '../../src/registry/index.ts';
import { SHARED_FOLDER } from '../support/vectors-files.ts';
import { type HandshakeCase, type Kind, scenarioOf } from './handshake-cases.ts';

/** One direction of one handshake. */
export interface Direction {
  readonly measured: number;
  readonly predicted: number;
  readonly low: number;
  readonly high: number;
}

/** A handshake counted and predicted. */
export interface Compared extends HandshakeCase {
  readonly up: Direction;
  readonly down: Direction;
  /** Whether all its signatures have one size, so that the prediction is exact. */
  readonly exact: boolean;
}

/** Handshakes that were counted together. */
export interface Counting {
  readonly title: string;
  readonly by: string;
  readonly handshakes: readonly Compared[];
}

/** Compares what was counted with what is predicted. */
export function compare(
  item: HandshakeCase,
  { up, down }: { readonly up: number; readonly down: number },
  rest: Parameters<typeof scenarioOf>[1],
): Compared {
  const predicted = tlsBytes(scenarioOf(item, rest));
  return {
    ...item,
    up: { measured: up, predicted: predicted.up.value, low: predicted.up.low, high: predicted.up.high },
    down: {
      measured: down,
      predicted: predicted.down.value,
      low: predicted.down.low,
      high: predicted.down.high,
    },
    exact: typeof signature(item.signature).sizes.signature === 'number',
  };
}

/** What is measured in relation to what is predicted, less one. */
export const residual = ({ measured, predicted }: Direction): number => measured / predicted - 1;

type Said = Readonly<Record<string, unknown>>;

function object(value: unknown): Said {
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return { ...value };
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('not a list');
  return value;
}

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error('not a text');
  return value;
};

const KINDS: readonly Kind[] = ['full', 'hello-retry', 'resumption', 'small-records'];

function signatureNamed(value: unknown): SignatureName {
  const name = text(value);
  const found = ALL.find((one) => one === name);
  if (found === undefined) throw new Error(`no signature ${name}`);
  return found;
}

const ALL: readonly SignatureName[] = [
  'ECDSA-P256-SHA256',
  'ECDSA-P384-SHA384',
  'Ed25519',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
  'RSA2048-PSS-SHA256',
];

function caseOf(said: Said): HandshakeCase {
  const kind = KINDS.find((one) => one === said['kind']);
  if (kind === undefined) throw new Error(`no kind of handshake ${String(said['kind'])}`);
  return {
    group: text(said['group']),
    signature: signatureNamed(said['signature']),
    chain: Number(said['chain']),
    mutual: said['mutual'] === true,
    kind,
  };
}

const total = (flights: readonly unknown[]): number =>
  flights.flatMap(list).reduce((all: number, one) => all + Number(one), 0);

const VECTORS = join(import.meta.dirname, '..', '..', 'vectors', 'tls-handshakes');

/** The handshakes that `record-handshakes.ts` counted. */
export function recordedHandshakes(): readonly Counting[] {
  return readdirSync(VECTORS)
    .sort()
    .map((file) => {
      const said = object(JSON.parse(readFileSync(join(VECTORS, file), 'utf8')));
      const rest = {
        stack: tlsStack(text(said['stack'])).name,
        profile: { dnsNames: [text(said['serverName'])] },
      };
      return {
        title: text(said['what']),
        by: text(said['by']),
        handshakes: list(said['tests'])
          .map(object)
          .map((test) => {
            const flights = list(test['flights']);
            const from = (end: 0 | 1): number => total(flights.filter((_, index) => index % 2 === end));
            return compare(caseOf(test), { up: from(0), down: from(1) }, rest);
          }),
      };
    });
}

/**
 * Names as long as those in the handshakes that were measured for the project's data, which only their sizes tell: 26
 * characters in the ClientHello, 59 bytes of the root's name in the CertificateRequest, the rest from the certificates.
 * Their intermediates have no path length, which is three bytes less.
 */
const theirs = (intermediates: number): CertificateProfile => ({
  subject: `CN=${'s'.repeat(81)}`,
  dnsNames: [`${'d'.repeat(18)}.example`],
  issuers: [
    ...['i', 'j'].slice(0, intermediates).map((letter) => `CN=${letter.repeat(56)}`),
    `CN=${'r'.repeat(46)}`,
  ],
});

const SIGNATURE_OF: Readonly<Record<string, SignatureName>> = {
  'ECDSA-P256': 'ECDSA-P256-SHA256',
  Ed25519: 'Ed25519',
  'RSA-2048': 'RSA2048-PKCS15-SHA256',
  'RSA-3072': 'RSA3072-PKCS15-SHA256',
  'ML-DSA-44': 'ML-DSA-44',
  'ML-DSA-65': 'ML-DSA-65',
  'ML-DSA-87': 'ML-DSA-87',
};

const DEVICE_COSTS = join(SHARED_FOLDER, 'data', 'device-costs.json');

/** Handshakes measured by others for the project's data; `undefined` where that file is not. */
export function measuredElsewhere(): Counting | undefined {
  if (!existsSync(DEVICE_COSTS)) return undefined;
  const { handshakes } = object(object(JSON.parse(readFileSync(DEVICE_COSTS, 'utf8')))['tls']);
  return {
    title: 'OpenSSL to OpenSSL, measured for the data',
    by: 'OpenSSL 3.6.5',
    handshakes: list(handshakes)
      .map(object)
      // OpenSSL added the root to some chains, and says so.
      .filter((said) => said['note'] === undefined)
      .map((said) => {
        const name = SIGNATURE_OF[text(said['signature'])];
        if (name === undefined) throw new Error(`no signature ${text(said['signature'])}`);
        return compare(
          {
            group: text(said['group']),
            signature: name,
            chain: Number(said['intermediates']),
            mutual: said['mutual'] === true,
            kind: 'full',
          },
          { up: Number(said['clientToServer']), down: Number(said['serverToClient']) },
          { profile: theirs(Number(said['intermediates'])) },
        );
      }),
  };
}
