/** What to change so that it fits: first what costs least, one thing before two, other hardware last. */
import {
  findByName,
  KEMS,
  type KemName,
  mostBytes,
  type SignatureName,
  SIGNATURES,
} from '../registry/index.ts';
import { COST_DATA, findDevice } from './data/index.ts';
import type { Known } from './data/types.ts';
import { predict } from './predict.ts';
import type { Need, Prediction } from './prediction.ts';
import type { PredictRequest, Scenario } from './scenario.ts';
import { categoryOf } from './strength.ts';

/** A change after which it fits. */
export interface SmallestChange {
  /** What to do, in a sentence. */
  readonly change: string;
  /** Short, for a table. */
  readonly label: string;
  readonly prediction: Prediction;
}

interface Change {
  /** Two changes of one thing do not make a pair. */
  readonly of: string;
  readonly label: string;
  readonly change: string;
  readonly apply: (question: PredictRequest) => PredictRequest;
}

type Apply = (scenario: Scenario) => Scenario;

function inScenario(of: string, label: string, change: string, apply: Apply): Change {
  return { of, label, change, apply: (question) => ({ ...question, scenario: apply(question.scenario) }) };
}

/** The other parameter sets of a family with a lower category, the next one first; of each the one with least bytes. */
function smallerSets<D extends { readonly name: string; readonly kind: string; readonly category: number }>(
  name: string,
  all: readonly D[],
  bytesOf: (descriptor: D) => number,
): readonly D[] {
  const entry = findByName(name);
  const now = all.find((one) => one.name === entry?.name);
  if (now === undefined) return [];
  const bySize = all
    .filter(({ kind, category }) => kind === now.kind && category > 0 && category < now.category)
    .toSorted((a, b) => b.category - a.category || bytesOf(a) - bytesOf(b));
  return bySize.filter(({ category }, index) => category !== bySize[index - 1]?.category);
}

function smallerSignatures(name: string): readonly SignatureName[] {
  return smallerSets(
    name,
    SIGNATURES,
    ({ sizes }) => mostBytes(sizes.signature) + mostBytes(sizes.publicKey),
  ).map((one) => one.name);
}

function smallerKems(name: string): readonly KemName[] {
  return smallerSets(name, KEMS, ({ sizes }) => mostBytes(sizes.publicKey) + sizes.ciphertext).map(
    (one) => one.name,
  );
}

function setChange(from: string, to: string, apply: Apply): Change {
  const category = (name: string): string => String(categoryOf(name) ?? 'unknown');
  return inScenario(
    from,
    `${to} instead of ${from}`,
    `Use ${to} instead of ${from}: category ${category(to)} instead of ${category(from)}.`,
    apply,
  );
}

/** Another signature on the firmware; none where it is the other one already, for two are not of one algorithm. */
function signedWith(scenario: Scenario, from: string, to: SignatureName): Scenario {
  if (scenario.kind !== 'firmware-update') return scenario;
  const { signatures } = scenario;
  if (signatures.some((name) => findByName(name)?.name === to)) return scenario;
  return { ...scenario, signatures: signatures.map((name) => (name === from ? to : name)) };
}

const SMALLEST: Change = {
  of: 'implementation',
  label: 'smallest implementation',
  change: 'Use the implementation with the least stack; it takes more time.',
  apply: (question) => ({ ...question, implementation: 'smallest' }),
};

const ONE_SLOT: Change = inScenario(
  'slots',
  'one slot',
  'Write the image over the one that runs: an update that is broken off leaves none to go back to.',
  (now) => (now.kind === 'firmware-update' ? { ...now, slots: 1 } : now),
);

function shorterChains(now: number, apply: (chain: number) => Apply): readonly Change[] {
  return Array.from({ length: now }, (_, index) => now - 1 - index).map((chain) =>
    inScenario(
      'chain',
      chain === 1 ? 'one intermediate' : chain === 0 ? 'no intermediate' : `${chain} intermediates`,
      chain === 0
        ? 'Issue the leaf from the root that the device trusts: no intermediate is sent.'
        : `Send ${chain} ${chain === 1 ? 'intermediate' : 'intermediates'} instead of ${now}.`,
      apply(chain),
    ),
  );
}

/** Changes of a scenario, the cheapest first. Each is for the kind of scenario that it was made for. */
function scenarioChanges(scenario: Scenario): readonly Change[] {
  switch (scenario.kind) {
    case 'operation':
      return [...smallerSignatures(scenario.algorithm), ...smallerKems(scenario.algorithm)].map((to) =>
        setChange(scenario.algorithm, to, (now) =>
          now.kind === 'operation' ? { ...now, algorithm: to } : now,
        ),
      );
    case 'tls-handshake':
      return [
        ...shorterChains(
          scenario.resumption ? 0 : scenario.chain,
          (chain) => (now) => (now.kind === 'tls-handshake' ? { ...now, chain } : now),
        ),
        ...(scenario.incrementalParsing === true || scenario.resumption
          ? []
          : [
              inScenario(
                'parsing',
                'certificates parsed as they arrive',
                'Use a TLS stack that parses certificates while they arrive instead of holding the whole message.',
                (now) => (now.kind === 'tls-handshake' ? { ...now, incrementalParsing: true } : now),
              ),
            ]),
        ...(scenario.resumption
          ? []
          : [
              inScenario(
                'resumption',
                'sessions resumed',
                'Resume sessions from a ticket or key that was provisioned, so that the device never does a full handshake.',
                (now) => (now.kind === 'tls-handshake' ? { ...now, resumption: true } : now),
              ),
            ]),
        ...smallerSignatures(scenario.signature).map((to) =>
          setChange(scenario.signature, to, (now) =>
            now.kind === 'tls-handshake' ? { ...now, signature: to } : now,
          ),
        ),
        ...smallerKems(scenario.group).map((to) =>
          setChange(scenario.group, to, (now) =>
            now.kind === 'tls-handshake' ? { ...now, group: to } : now,
          ),
        ),
      ];
    case 'firmware-update':
      return [
        ...scenario.signatures.flatMap((from) =>
          smallerSignatures(from).map((to) => setChange(from, to, (now) => signedWith(now, from, to))),
        ),
        ...(scenario.slots === 2 ? [ONE_SLOT] : []),
      ];
    case 'certificate-chain':
      return [
        ...shorterChains(
          scenario.intermediates,
          (intermediates) => (now) => (now.kind === 'certificate-chain' ? { ...now, intermediates } : now),
        ),
        ...smallerSignatures(scenario.signature).map((to) =>
          setChange(scenario.signature, to, (now) =>
            now.kind === 'certificate-chain' ? { ...now, signature: to } : now,
          ),
        ),
      ];
    case 'sealed-message':
      return smallerKems(scenario.kem).map((to) =>
        setChange(scenario.kem, to, (now) => (now.kind === 'sealed-message' ? { ...now, kem: to } : now)),
      );
  }
}

/** How many bytes more make a need fit for certain; undefined where the need is not known. */
function lacking({ fits, total, capacity }: Need): number | undefined {
  if (fits === 'yes') return 0;
  return total.known && capacity.known ? Math.ceil(total.high - capacity.low) : undefined;
}

function enlarged(known: Known, more: number): Known {
  // The bounds go: a part with at least so much is meant.
  const { value, low = value, status } = known;
  return { value: low + more, status, because: 'the memory that it would take' };
}

/** A part with as much more memory as is missing; undefined where that is not known, or is not it. */
function moreMemory(question: PredictRequest, asked: Prediction): Change | undefined {
  const ram = lacking(asked.ram);
  const flash = lacking(asked.flash);
  if (ram === undefined || flash === undefined || ram + flash === 0) return undefined;
  const device = findDevice(question.data ?? COST_DATA, question.device);
  const parts = [
    ...(ram === 0 ? [] : [`${ram} bytes more RAM`]),
    ...(flash === 0 ? [] : [`${flash} bytes more flash`]),
  ].join(' and ');
  return {
    of: 'memory',
    label: parts,
    change: `Choose a part with ${parts}.`,
    apply: (before) => ({
      ...before,
      device: {
        ...device,
        ramBytes: ram === 0 ? device.ramBytes : enlarged(device.ramBytes, ram),
        flashBytes: flash === 0 ? device.flashBytes : enlarged(device.flashBytes, flash),
      },
    }),
  };
}

const isRefused = ({ verdicts }: Prediction): boolean => verdicts.some(({ verdict }) => verdict === 'refuse');

/** Tries changes in their order: the first after which everything fits, and which the policy does not refuse. */
function firstThatFits(
  question: PredictRequest,
  tries: Iterable<readonly Change[]>,
): SmallestChange | undefined {
  for (const changes of tries) {
    const prediction = predict(changes.reduce((before, { apply }) => apply(before), question));
    if (prediction.fits === 'yes' && !isRefused(prediction))
      return {
        change: changes.map(({ change }) => change).join(' '),
        label: changes.map(({ label }) => label).join(', '),
        prediction,
      };
  }
  return undefined;
}

function* pairs(changes: readonly Change[]): Generator<readonly Change[]> {
  for (const [index, first] of changes.entries())
    for (const second of changes.slice(index + 1)) if (second.of !== first.of) yield [first, second];
}

/**
 * The smallest change after which everything fits for certain: the smallest implementation, a shorter chain, parsing as
 * it arrives, resumption, a smaller parameter set, one slot for firmware instead of two; then two of these; then more
 * memory. What the policy of the question refuses is no remedy. A raw public key instead of a chain is not among them:
 * nothing here predicts one.
 *
 * @returns `undefined` where it fits as asked, and where none of these helps.
 */
export function smallestChange(question: PredictRequest, asked: Prediction): SmallestChange | undefined {
  if (asked.fits === 'yes') return undefined;
  const changes = [
    ...(question.implementation === 'smallest' ? [] : [SMALLEST]),
    ...scenarioChanges(question.scenario),
  ];
  const memory = moreMemory(question, asked);
  return firstThatFits(question, [
    ...changes.map((change) => [change]),
    ...pairs(changes),
    ...(memory === undefined ? [] : [[memory]]),
  ]);
}
