/** A firmware update: a signed manifest, an image, and a device that checks both. */
import { HybridgeError } from '../bytes/index.ts';
import { hash as hashDescriptor } from '../registry/index.ts';
import { assemble } from './assemble.ts';
import { requireCount } from './check.ts';
import type { Context } from './context.ts';
import type { Device, Link } from './data/types.ts';
import { type MovedFlight, radioTimes, shownFlights } from './exchange.ts';
import {
  codeOf,
  hashLatency,
  implementationsOf,
  larger,
  latencyOf,
  stackOf,
  type Use,
} from './implementation.ts';
import { constant, inSequence } from './latency.ts';
import type { Item, Need, Prediction, Step } from './prediction.ts';
import { type Figure, noData, quantity, sum, weaker } from './quantity.ts';
import type { FirmwareUpdateScenario } from './scenario.ts';
import { coseKeyBytes, signatureFigures, suitEnvelopeBytes } from './suit.ts';
import { roundTrip, transfer } from './transfer.ts';

/** One component, its vendor, class, digest and size, and where to fetch it: 196 bytes in the specification's example. */
export const TYPICAL_MANIFEST = 200;

/**
 * Bytes of a hash that runs over a stream: chaining value, one block and a counter [FIPS 180-4 §6], or the state of
 * Keccak and a position [FIPS 202 §4].
 */
const STREAMING_STATE = { 'SHA-256': 32 + 64 + 8, 'SHA-512': 64 + 128 + 16, SHAKE256: 200 + 8 } as const;

/** What is read into RAM at a time where no link says how much arrives at once: a page of flash. */
const READ_AT_ONCE = 4096;

function receiveBuffer(link: Link | undefined): Figure<'bytes'> {
  const buffer = (bytes: number, because: string): Figure<'bytes'> =>
    quantity(bytes, 'bytes', { status: 'derived', because });
  if (link === undefined)
    return quantity(
      READ_AT_ONCE,
      'bytes',
      { status: 'estimate', because: 'the image is read a page of flash at a time' },
      64,
      READ_AT_ONCE,
    );
  switch (link.kind) {
    case 'stream':
      return buffer(link.segmentBytes, `a segment of ${link.title}`);
    case 'can-fd':
      return buffer(64, `a frame of ${link.title}`);
    default:
      return buffer(link.payloadBytes, `a frame of ${link.title}`);
  }
}

/** One thing that is downloaded, with what it costs on the link. */
function download({ link }: Context, label: string, bytes: Figure<'bytes'>): MovedFlight {
  const cost = link === undefined ? undefined : transfer(link, bytes, 'down');
  return { label, direction: 'down', bytes, cost };
}

/** A request of the device and what it is answered with. */
function downloadSteps({ link }: Context, { label, cost }: MovedFlight): readonly Step[] {
  if (link === undefined || cost === undefined) return [];
  return [
    { label: `${label}: request`, kind: 'wait', time: constant(roundTrip(link)) },
    { label: `${label}: transfer`, kind: 'wire', time: constant(cost.wire) },
    { label: `${label}: link waits`, kind: 'wait', time: constant(cost.wait) },
  ];
}

const CHECK = ' verify';

/** The steps until the signatures are checked. */
export function untilChecked({ steps }: Prediction): readonly Step[] {
  return steps.slice(0, steps.findLastIndex(({ label }) => label.endsWith(CHECK)) + 1);
}

function milliseconds(figure: Figure<'ms'>): string {
  return figure.known
    ? `${figure.value < 10 ? figure.value.toFixed(1) : figure.value.toFixed(0)} ms`
    : 'a time without data';
}

function bytesText(figure: Figure<'bytes'>): string {
  return figure.known ? `${Math.ceil(figure.value)} bytes` : 'bytes without data';
}

/** Every signature once, spelt as the registry or its parameter set spells it. */
function checkedSignatures({ signatures }: FirmwareUpdateScenario): readonly string[] {
  if (signatures.length === 0 || signatures.length > 2)
    throw new HybridgeError(
      'invalid_argument',
      `a manifest has one signature or two, not ${signatures.length}`,
      {
        fault: 'caller',
      },
    );
  const names = signatures.map((name) => signatureFigures(name).name);
  if (new Set(names).size < names.length)
    throw new HybridgeError('invalid_argument', `${names.join(' + ')}: two signatures of one algorithm`, {
      fault: 'caller',
    });
  return names;
}

/** Keys that devices check with: in flash, or in RAM when they travel with the update. */
function keysOf(signatures: readonly string[]): Need['items'] {
  return signatures.map((name) => ({ label: `${name} public key`, bytes: signatureFigures(name).publicKey }));
}

/** The order of things, and what it means when somebody sends a forged manifest. */
function orderOf(
  { imageFirst, besideOld }: Readonly<Record<'besideOld' | 'imageFirst', boolean>>,
  parts: {
    readonly manifest: readonly Step[];
    readonly check: readonly Step[];
    readonly image: readonly Step[];
    readonly hash: readonly Step[];
  },
  manifestBytes: Figure<'bytes'>,
  allBytes: Figure<'bytes'>,
): { readonly steps: readonly Step[]; readonly assumption: string } {
  const { manifest, check, image, hash } = parts;
  const steps = imageFirst
    ? [...manifest, ...image, ...hash, ...check]
    : [...manifest, ...check, ...image, ...hash];
  const until = imageFirst ? steps : [...manifest, ...check];
  const time = inSequence(
    until.map((step) => step.time),
    'until the signature is checked',
  ).mean;
  return {
    steps,
    assumption: imageFirst
      ? `The image is downloaded before the signature is checked: a forged manifest is refused after ${bytesText(allBytes)} and ${milliseconds(time)}${besideOld ? '' : ', and what ran is overwritten by then'}.`
      : `The manifest is checked before the image is downloaded: a forged one is refused after ${bytesText(manifestBytes)} and ${milliseconds(time)}.`,
  };
}

/**
 * What an update takes: the SUIT envelope with its COSE signatures, the transfer of both, hash of the image and check of
 * the signatures, RAM while that happens, and in flash the verifier and the slots for images.
 *
 * @throws {@link HybridgeError} `invalid_argument` for sizes and slots that cannot be, and for no signature, more than two
 * or two of one algorithm; `unknown_algorithm`; `wrong_algorithm` for what does not sign.
 */
export function predictFirmwareUpdate(context: Context, scenario: FirmwareUpdateScenario): Prediction {
  const { device, link } = context;
  const { hash = 'SHA-256', keyIncluded = false, order = 'manifest-first', slots = 1 } = scenario;
  const imageBytes = requireCount('imageBytes', scenario.imageBytes, 1);
  const unsignedBytes = requireCount('manifestBytes', scenario.manifestBytes ?? TYPICAL_MANIFEST);
  const besideOld = requireCount('slots', slots, 1, 2) === 2;
  const signatures = checkedSignatures(scenario);
  const uses = signatures.map((algorithm): Use => ({ algorithm, operation: 'verify' }));

  const envelope = suitEnvelopeBytes({ unsignedBytes, hash, signatures });
  const manifest = download(context, 'manifest', envelope);
  const keys = keyIncluded
    ? signatures.map((name) => download(context, `key for ${name}`, coseKeyBytes(name)))
    : [];
  const image = download(
    context,
    'image',
    quantity(imageBytes, 'bytes', { status: 'derived', because: 'the image as described' }),
  );
  const downloads = [manifest, ...keys, image];
  const allBytes = sum(
    'bytes',
    downloads.map(({ bytes }) => bytes),
    'all that is downloaded',
  );

  const { steps, assumption } = orderOf(
    { imageFirst: order === 'image-first', besideOld },
    {
      manifest: [manifest, ...keys].flatMap((one) => downloadSteps(context, one)),
      check: [
        { label: `${hash} of the manifest`, kind: 'cpu', time: hashLatency(context, hash, unsignedBytes) },
        ...signatures.map((name): Step => ({
          label: `${name}${CHECK}`,
          kind: 'cpu',
          time: latencyOf(context, name, 'verify'),
        })),
      ],
      image: downloadSteps(context, image),
      hash: [{ label: `${hash} of the image`, kind: 'cpu', time: hashLatency(context, hash, imageBytes) }],
    },
    envelope,
    allBytes,
  );

  const storedKeys = keysOf(signatures);
  return assemble(context, {
    title: `update of ${imageBytes} bytes${besideOld ? ' in a second slot' : ''} signed with ${signatures.join(' + ')} on ${device.title}`,
    items: downloads.map(({ label, bytes }): Item => ({ label, direction: 'down', bytes })),
    flights: shownFlights(downloads),
    steps,
    ram: [
      { label: 'manifest with signatures', bytes: envelope },
      ...(keyIncluded ? storedKeys : []),
      {
        label: `${hash} over a stream`,
        bytes: quantity(STREAMING_STATE[hash], 'bytes', {
          status: 'derived',
          because: hashDescriptor(hash).reference,
        }),
      },
      { label: 'piece of the image', bytes: receiveBuffer(link) },
      { label: 'stack', bytes: deepestStack(context, signatures, hash) },
    ],
    flash: [
      ...largerImage(device, imageBytes),
      ...(besideOld ? [secondSlot(imageBytes)] : []),
      ...codeOf(context, uses),
      ...(keyIncluded ? [] : storedKeys),
    ],
    ...radioTimes(downloads),
    implementations: implementationsOf(context, uses),
    assumptions: assumptionsOf(assumption, {
      besideOld,
      keyIncluded,
      dual: signatures.length > 1,
      linked: link !== undefined,
    }),
    algorithms: signatures.map((algorithm) => ({ algorithm, use: 'firmware-signature' })),
  });
}

/** The checks and the hash run one after the other. Of a hash that nobody measured nothing is counted. */
function deepestStack(context: Context, signatures: readonly string[], hash: string): Figure<'bytes'> {
  const [first = noData('bytes', 'no signature'), ...more] = signatures.map((name) =>
    stackOf(context, name, 'verify'),
  );
  const checking = more.reduce(larger, first);
  const hashing = stackOf(context, hash, 'hash');
  const isDeeper = hashing.known && checking.known && hashing.high > checking.high;
  return isDeeper ? larger(checking, hashing) : checking;
}

/** What an image needs in flash beyond what it takes the place of. */
function largerImage({ flashUsed }: Device, imageBytes: number): Need['items'] {
  const more = imageBytes - flashUsed.value;
  if (more <= 0) return [];
  return [
    {
      label: 'image beyond what is in use',
      bytes: quantity(more, 'bytes', {
        status: weaker('derived', flashUsed.status),
        because: `an image of ${imageBytes} bytes in the place of ${flashUsed.value}`,
      }),
    },
  ];
}

/** Where the image is written while the old one still runs [MCUboot 2.2, design.md, Image slots]. */
function secondSlot(imageBytes: number): Need['items'][number] {
  return {
    label: 'second slot',
    bytes: quantity(imageBytes, 'bytes', {
      status: 'derived',
      because: `room for an image of ${imageBytes} bytes beside the one that runs`,
    }),
  };
}

function assumptionsOf(
  order: string,
  told: Readonly<Record<'besideOld' | 'dual' | 'keyIncluded' | 'linked', boolean>>,
): readonly string[] {
  const { besideOld, dual, keyIncluded, linked } = told;
  return [
    order,
    besideOld
      ? 'The image is hashed while it is written into a second slot, which is as large as it; what a boot loader needs to swap the two, its own code and that of the hash are not counted.'
      : 'The image is hashed while it is written, and takes the place of what is in use in flash; a second slot beside it and the code of the hash are not counted.',
    'Signatures cover the digest of the manifest, which names the digest of the image [draft-ietf-suit-manifest-37].',
    ...(dual ? ['Both signatures must hold.'] : []),
    ...(keyIncluded
      ? [
          'The key that comes with the update is trusted for a reason that is not counted here: a certificate, or a signature of an older key.',
        ]
      : ['The device has the public key already.']),
    ...(linked
      ? ['One request for each of manifest, key and image; requests of block-wise protocols come on top.']
      : []),
  ];
}
