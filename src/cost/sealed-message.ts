/** A message sealed with HPKE to one recipient: the encapsulated key, the ciphertext and its tag [RFC 9180 §5, §6.1]. */
import { HybridgeError } from '../bytes/index.ts';
import { aead as aeadDescriptor, kem as kemDescriptor, KEMS, type KemDescriptor } from '../registry/index.ts';
import { assemble } from './assemble.ts';
import { requireCount } from './check.ts';
import type { Context } from './context.ts';
import { type MovedFlight, radioTimes, shownFlights } from './exchange.ts';
import { codeOf, implementationsOf, larger, latencyOf, stackOf, type Use } from './implementation.ts';
import { constant } from './latency.ts';
import { objectsOf } from './objects.ts';
import type { Need, Prediction, Step } from './prediction.ts';
import { type Figure, quantity, scale, sum } from './quantity.ts';
import type { SealedMessageScenario } from './scenario.ts';
import { roundTrip, transfer } from './transfer.ts';

function exactly(bytes: number, because: string): Figure<'bytes'> {
  return quantity(bytes, 'bytes', { status: 'derived', because });
}

function hpkeKem({ kem: name }: SealedMessageScenario): KemDescriptor {
  const kem = kemDescriptor(name);
  if (kem.identifiers.hpke === undefined)
    throw new HybridgeError('invalid_argument', `${name} is not a KEM of HPKE`, {
      fault: 'caller',
      hint: `KEMs of HPKE are ${KEMS.filter(({ identifiers }) => identifiers.hpke !== undefined)
        .map((one) => one.name)
        .join(', ')}`,
    });
  return kem;
}

/** AES-128-GCM of cifra on Cortex-M3 and M4: what an AEAD takes where the data does not say it of the one in use. */
const TYPICAL_AEAD = { stack: 836, code: 3548 } as const;

function typical(of: keyof typeof TYPICAL_AEAD): Figure<'bytes'> {
  const bytes = TYPICAL_AEAD[of];
  return quantity(
    bytes,
    'bytes',
    { status: 'estimate', sources: ['cifra'], because: `${of} of AES-128-GCM in portable C, -Os` },
    0,
    2 * bytes,
  );
}

function aeadStack(context: Context, aead: string): Figure<'bytes'> {
  const stack = stackOf(context, aead, 'aead');
  return stack.known ? stack : typical('stack');
}

/** Code of both algorithms; that of the AEAD is small beside the KEM, and an estimate where nobody counted it. */
function codeItems(context: Context, uses: readonly Use[], aead: string): Need['items'] {
  return codeOf(context, uses).map((item) =>
    item.label === aead && !item.bytes.known ? { label: aead, bytes: typical('code') } : item,
  );
}

/**
 * What a sealed message takes: bytes exactly as HPKE makes them, encapsulation or decapsulation and the AEAD on the
 * device, the transfer, and RAM for keys, message and stack.
 */
export function predictSealedMessage(context: Context, scenario: SealedMessageScenario): Prediction {
  const { device, link } = context;
  const { direction, aead: aeadName = 'AES-256-GCM' } = scenario;
  const messageBytes = requireCount('messageBytes', scenario.messageBytes);
  const kem = hpkeKem(scenario);
  const aead = aeadDescriptor(aeadName);
  const operation = direction === 'seal' ? 'encaps' : 'decaps';
  const way = direction === 'seal' ? 'up' : 'down';

  const enc = exactly(kem.sizes.ciphertext, `encapsulated key of ${kem.name} [${kem.reference}]`);
  const sealed = exactly(
    messageBytes + aead.tagSize,
    `the message and a tag of ${aead.tagSize} bytes [RFC 9180 §5.2]`,
  );
  const bytes = sum('bytes', [enc, sealed], 'encapsulated key, ciphertext and tag');

  const uses: readonly Use[] = [
    { algorithm: kem.name, operation },
    { algorithm: aead.name, operation: 'aead' },
  ];
  // An empty message has a tag as well: of an AEAD that is not known its time is not either.
  const perByte = latencyOf(context, aead.name, 'aead').mean;
  const work: readonly Step[] = [
    { label: `${kem.name} ${operation}`, kind: 'cpu', time: latencyOf(context, kem.name, operation) },
    {
      label: `${aead.name} ${direction}`,
      kind: 'cpu',
      time: constant(
        scale(
          perByte,
          messageBytes,
          'ms',
          perByte.known ? `${aead.name} over ${messageBytes} bytes: ${perByte.because}` : perByte.because,
        ),
      ),
    },
  ];
  const cost = link === undefined ? undefined : transfer(link, bytes, way);
  const moving: readonly Step[] =
    link === undefined || cost === undefined
      ? []
      : [
          {
            label: 'on the way',
            kind: 'wait',
            time: constant(scale(roundTrip(link), 0.5, 'ms', 'half a round trip')),
          },
          { label: 'transfer', kind: 'wire', time: constant(cost.wire) },
          { label: 'link waits', kind: 'wait', time: constant(cost.wait) },
        ];
  const moved: MovedFlight = { label: 'sealed message', direction: way, bytes, cost };
  return assemble(context, {
    title: `${direction} a message of ${messageBytes} bytes with ${kem.name} on ${device.title}`,
    items: [
      { label: 'encapsulated key', direction: way, bytes: enc },
      { label: 'ciphertext and tag', direction: way, bytes: sealed },
    ],
    flights: shownFlights([moved]),
    steps: direction === 'seal' ? [...work, ...moving] : [...moving, ...work],
    ram: [
      ...objectsOf(kem.name, operation),
      { label: 'message and tag', bytes: sealed },
      {
        label: 'stack',
        bytes: larger(stackOf(context, kem.name, operation), aeadStack(context, aead.name)),
      },
    ],
    flash: codeItems(context, uses, aead.name),
    ...radioTimes([moved]),
    implementations: implementationsOf(context, uses),
    assumptions: [
      'One recipient, no info and no additional data: both are not sent.',
      `The message is ${direction === 'seal' ? 'sealed' : 'opened'} in place, whole: nothing of it is used before its tag holds.`,
      'The key schedule, a few dozen compressions of its hash, is not counted in time.',
    ],
    algorithms: [
      { algorithm: kem.name, use: 'key-establishment' },
      { algorithm: aead.name, use: 'aead' },
    ],
  });
}
