/**
 * The rules behind the advice on signatures for updates: what excludes an option, what speaks against it, what is worth
 * knowing, each with the documents it rests on. The table is data: it is printed, and shown in the documentation.
 */
import { type Judgement, judge, namedPolicy } from '../policy/index.ts';
import type { AdviceOption, AdviceQuestion } from './advise-options.ts';
import type { Need } from './prediction.ts';
import type { Figure } from './quantity.ts';

/** What an option takes on the device asked about, in one of its implementations. */
export interface OptionFigures {
  /** Signed envelope without the image. */
  readonly envelope: Figure<'bytes'>;
  /** CPU time of the checks. */
  readonly verify: Figure<'ms'>;
  /** RAM beside what the device holds already. */
  readonly ram: Figure<'bytes'>;
  /** Flash beside what the device holds already. */
  readonly flash: Figure<'bytes'>;
  /** The verdicts of the prediction; `undefined` where no device was named. */
  readonly ramFits: Pick<Need, 'because' | 'fits'> | undefined;
  readonly flashFits: Pick<Need, 'because' | 'fits'> | undefined;
}

/** One option of one question. */
export interface AdviceCase {
  readonly option: AdviceOption;
  readonly question: AdviceQuestion;
  readonly figures: OptionFigures;
  /** Signatures made in the life of the devices. */
  readonly needed: number;
  /** When the last device goes out of service. */
  readonly end: Date;
}

/**
 * What a rule does to an option. `excludes`: it cannot be used. `against`: it can, and something speaks against it.
 * `for`: told, without effect on the verdict.
 */
export type AdviceEffect = 'against' | 'excludes' | 'for';

/** A rule of the table. */
export interface AdviceRule {
  readonly id: string;
  readonly effect: AdviceEffect;
  /** The rule in one sentence. */
  readonly says: string;
  /** What it rests on. `house`: a judgement of this project. */
  readonly sources: readonly string[];
}

/** A rule with its test: the reason why it applies in a case, or `undefined` where it does not. */
interface Test {
  readonly rule: AdviceRule;
  readonly applies: (asked: AdviceCase) => string | undefined;
}

const SP_800_208 = 'NIST SP 800-208 (October 2020)';
const RFC_10033 = 'RFC 10033 (September 2026)';
const CNSA = 'CNSSP-15 and CNSA 2.0 FAQ v2.1 (December 2024), restated 2 October 2026';
const CNSA_FAQ = 'CNSA 2.0 FAQ (April 2024), as quoted by Crypto4A and wolfSSL';
const IR_8547 = 'NIST IR 8547, initial public draft (November 2024)';
const PREDICTION = 'the prediction for this device, with its own sources';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** The day of a date, as people write it. */
function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** After this day IR 8547 disallows every algorithm that a quantum computer breaks. */
const DISALLOWED_AFTER = new Date('2035-12-31T23:59:59Z');

const isLattice = ({ family }: AdviceOption): boolean => family === 'ml-dsa';

/** What a policy's verdict does: a warning speaks against, a refusal excludes. */
function judged({ verdict, reasons }: Judgement, wanted: 'refuse' | 'warn'): string | undefined {
  return verdict === wanted ? reasons.map(({ text, source }) => `${text} [${source}]`).join(' ') : undefined;
}

function cnsaJudgement({ option, question }: AdviceCase, wanted: 'refuse' | 'warn'): string | undefined {
  return question.cnsa
    ? judged(judge(namedPolicy('cnsa-2.0'), 'firmware-signature', option.subject, question.at), wanted)
    : undefined;
}

function policyJudgement({ option, question }: AdviceCase, wanted: 'refuse' | 'warn'): string | undefined {
  const { policy, at } = question;
  if (policy === undefined) return undefined;
  const found = judged(judge(policy, 'firmware-signature', option.subject, at), wanted);
  return found === undefined ? undefined : `${policy.name}: ${found}`;
}

/** All that there is to say; `undefined` for nothing. */
function told(...reasons: readonly (string | undefined)[]): string | undefined {
  return reasons.filter((reason) => reason !== undefined).join('; ') || undefined;
}

/** A figure against a limit: over it for certain. */
function over(figure: Figure, limit: number | undefined, what: string, unit: string): string | undefined {
  return limit !== undefined && figure.known && figure.low > limit
    ? `${what}: at least ${count.format(Math.ceil(figure.low))} ${unit}, at most ${count.format(limit)} are allowed`
    : undefined;
}

/** A figure against a limit: it may be over it, or is not known. */
function maybeOver(
  figure: Figure,
  limit: number | undefined,
  what: string,
  unit: string,
): string | undefined {
  if (limit === undefined) return undefined;
  if (!figure.known) return `${what}: ${figure.because}`;
  return figure.low <= limit && figure.high > limit
    ? `${what}: ${count.format(Math.floor(figure.low))} to ${count.format(Math.ceil(figure.high))} ${unit}, at most ${count.format(limit)} are allowed`
    : undefined;
}

const TESTS: readonly Test[] = [
  {
    rule: {
      id: 'capacity',
      effect: 'excludes',
      says: 'A key of a stateful scheme makes two to the height of its trees signatures, and never one more.',
      sources: ['RFC 8554 §5', 'RFC 8391 §4.1'],
    },
    applies: ({ option, needed }) =>
      option.capacity !== undefined && needed > option.capacity
        ? `${count.format(needed)} signatures are needed, the key makes ${count.format(option.capacity)}`
        : undefined,
  },
  {
    rule: {
      id: 'no-state-custody',
      effect: 'excludes',
      says: 'Signing twice with one index allows forgeries, so nobody signs who cannot keep the state.',
      sources: [RFC_10033, 'RFC 8391'],
    },
    applies: ({ option, question }) =>
      option.stateful && question.custody === 'none' ? 'nobody keeps the state of the key' : undefined,
  },
  {
    rule: {
      id: 'cnsa-signing-hardware',
      effect: 'excludes',
      says: 'Signers in scope of CNSA 2.0 make stateful signatures in validated hardware; waivers are not granted.',
      sources: [CNSA_FAQ, SP_800_208],
    },
    applies: ({ option, question }) =>
      question.cnsa && option.stateful && question.custody !== 'hsm'
        ? 'no hardware module keeps the state'
        : undefined,
  },
  {
    rule: {
      id: 'cnsa-single-tree',
      effect: 'excludes',
      says: 'CNSA 2.0 has LMS and XMSS with one tree; HSS with more levels and XMSS^MT are not allowed.',
      sources: [CNSA_FAQ],
    },
    applies: ({ option, question }) =>
      question.cnsa && option.levels > 1 ? `${option.levels} levels of trees` : undefined,
  },
  {
    rule: {
      id: 'cnsa-no-slh-dsa',
      effect: 'excludes',
      says: 'SLH-DSA is not part of CNSA 2.0.',
      sources: [CNSA_FAQ],
    },
    applies: ({ option, question }) =>
      question.cnsa && option.family === 'slh-dsa' ? 'not approved for any use in scope' : undefined,
  },
  {
    rule: {
      id: 'cnsa',
      effect: 'excludes',
      says: 'In scope of CNSA 2.0 firmware is signed with ML-DSA-87, LMS or XMSS; CNSA 1.0 ends with 2030.',
      sources: [CNSA],
    },
    applies: (asked) => (asked.option.family === 'slh-dsa' ? undefined : cnsaJudgement(asked, 'refuse')),
  },
  {
    rule: {
      id: 'cnsa-warns',
      effect: 'against',
      says: 'In scope of CNSA 2.0 the algorithms of CNSA 1.0 are asked to be gone from firmware first.',
      sources: [CNSA],
    },
    applies: (asked) => cnsaJudgement(asked, 'warn'),
  },
  {
    rule: {
      id: 'policy',
      effect: 'excludes',
      says: 'What the policy refuses is not used.',
      sources: ['the policy asked about'],
    },
    applies: (asked) => policyJudgement(asked, 'refuse'),
  },
  {
    rule: {
      id: 'policy-warns',
      effect: 'against',
      says: 'What the policy warns of is better not used.',
      sources: ['the policy asked about'],
    },
    applies: (asked) => policyJudgement(asked, 'warn'),
  },
  {
    rule: {
      id: 'outlives-classical',
      effect: 'excludes',
      says: 'Devices that are in service after 2035 cannot rest on a signature that a quantum computer forges.',
      sources: [IR_8547],
    },
    applies: ({ option, end }) =>
      option.nature === 'classical' && end > DISALLOWED_AFTER ? `in service until ${day(end)}` : undefined,
  },
  {
    rule: {
      id: 'classical',
      effect: 'against',
      says: 'A quantum computer forges it, and the key in the device says what it will run.',
      sources: [IR_8547],
    },
    applies: ({ option }) =>
      option.nature === 'classical' ? 'only for what cannot be changed any more' : undefined,
  },
  {
    rule: {
      id: 'hybrid-wanted',
      effect: 'against',
      says: 'While a hybrid is wanted, a lattice signature does not stand alone.',
      sources: [
        'ANSSI views on the post-quantum cryptography transition (2023 follow-up), as reported',
        'house',
      ],
    },
    applies: ({ option, question: { hybridUntil, at } }) =>
      isLattice(option) && hybridUntil !== undefined && at < hybridUntil
        ? `a hybrid is wanted until ${day(hybridUntil)}`
        : undefined,
  },
  {
    rule: {
      id: 'is-hybrid',
      effect: 'for',
      says: 'Two signatures that must both hold stand while either of the algorithms does.',
      sources: ['draft-ietf-lamps-pq-composite-sigs-19 (a draft)', 'house: decision 0006'],
    },
    applies: ({ option, question: { hybridUntil, at } }) =>
      option.nature === 'hybrid' && hybridUntil !== undefined && at < hybridUntil
        ? 'is the hybrid that is wanted'
        : undefined,
  },
  {
    rule: {
      id: 'hash-stands-alone',
      effect: 'for',
      says: 'Hash-based signatures rest on the hash that signing needs anyway: a hybrid is optional.',
      sources: ['ANSSI views on the post-quantum cryptography transition (2023 follow-up), as reported'],
    },
    applies: ({ option, question: { hybridUntil, at } }) =>
      option.hashBased && hybridUntil !== undefined && at < hybridUntil
        ? 'no second signature is needed beside it'
        : undefined,
  },
  {
    rule: {
      id: 'signing-hardware',
      effect: 'against',
      says: 'Keys and signatures of stateful schemes are made in hardware that does not export the key.',
      sources: [SP_800_208],
    },
    applies: ({ option, question }) =>
      option.stateful && question.custody === 'single-signer'
        ? 'a signer in software keeps the state: backups and restores must never bring an index back'
        : undefined,
  },
  {
    rule: {
      id: 'headroom',
      effect: 'against',
      says: 'A key that will be used up by half is too small: tests, retries and indices lost in failures count as well.',
      sources: ['house'],
    },
    applies: ({ option, needed }) =>
      option.capacity !== undefined && needed <= option.capacity && needed > option.capacity / 2
        ? `${count.format(needed)} of ${count.format(option.capacity)} signatures are planned for`
        : undefined,
  },
  {
    rule: {
      id: 'no-cose-number',
      effect: 'against',
      says: 'A manifest can name an algorithm only that COSE has given a number to.',
      sources: [
        'draft-ietf-cose-sphincs-plus-10 and draft-ietf-jose-pq-composite-sigs-04 (drafts): numbers unassigned',
        'RFC 9964; RFC 8778; RFC 9864',
      ],
    },
    applies: ({ option }) =>
      option.withoutCoseNumber.length > 0
        ? `no number is assigned to ${option.withoutCoseNumber.join(', ')}`
        : undefined,
  },
  {
    rule: {
      id: 'suit-profile',
      effect: 'for',
      says: 'The one post-quantum profile of SUIT is HSS-LMS; there is none for ML-DSA yet.',
      sources: ['draft-ietf-suit-mti-23 (a draft): suit-sha256-hsslms-a256kw-a256ctr'],
    },
    applies: ({ option }) =>
      option.family === 'lms' || option.family === 'hss' ? 'has a profile of SUIT' : undefined,
  },
  {
    rule: {
      id: 'cnsa-prefers-192',
      effect: 'for',
      says: 'Of the parameter sets of LMS CNSA 2.0 recommends those with SHA-256/192.',
      sources: ['CNSA 2.0 FAQ (April 2024), as quoted by Entrust'],
    },
    applies: ({ option, question }) =>
      question.cnsa && option.family === 'lms' && option.hashBytes === 24
        ? 'recommended by the suite'
        : undefined,
  },
  {
    rule: {
      id: 'does-not-fit',
      effect: 'excludes',
      says: 'What does not fit into RAM or flash of the device, in any implementation known, cannot be used.',
      sources: [PREDICTION],
    },
    applies: ({ figures: { ramFits, flashFits } }) => {
      const failing = [ramFits, flashFits].filter((one) => one?.fits === 'no');
      return failing.length > 0 ? failing.map((one) => one?.because).join('; ') : undefined;
    },
  },
  {
    rule: {
      id: 'fit-unknown',
      effect: 'against',
      says: 'Where the data does not tell whether it fits, somebody has to measure it first.',
      sources: [PREDICTION],
    },
    applies: ({ figures: { ramFits, flashFits } }) => {
      const unknown = [ramFits, flashFits].filter((one) => one?.fits === 'unknown');
      return unknown.length > 0 ? unknown.map((one) => one?.because).join('; ') : undefined;
    },
  },
  {
    rule: {
      id: 'over-limit',
      effect: 'excludes',
      says: 'What exceeds a limit that was given, in any implementation known, cannot be used.',
      sources: [PREDICTION],
    },
    applies: ({ figures, question: { limits = {} } }) =>
      told(
        over(figures.ram, limits.ramBytes, 'RAM', 'bytes'),
        over(figures.flash, limits.flashBytes, 'flash', 'bytes'),
        over(figures.verify, limits.verifyMilliseconds, 'verification', 'ms'),
        over(figures.envelope, limits.envelopeBytes, 'signed manifest', 'bytes'),
      ),
  },
  {
    rule: {
      id: 'limit-unknown',
      effect: 'against',
      says: 'Where the data does not tell whether a limit holds, somebody has to measure it first.',
      sources: [PREDICTION],
    },
    applies: ({ figures, question: { limits = {} } }) =>
      told(
        maybeOver(figures.ram, limits.ramBytes, 'RAM', 'bytes'),
        maybeOver(figures.flash, limits.flashBytes, 'flash', 'bytes'),
        maybeOver(figures.verify, limits.verifyMilliseconds, 'verification', 'ms'),
        maybeOver(figures.envelope, limits.envelopeBytes, 'signed manifest', 'bytes'),
      ),
  },
];

/** The table of rules, in the order in which reasons are told. */
export const ADVICE_RULES: readonly AdviceRule[] = Object.freeze(
  TESTS.map(({ rule }) => Object.freeze(rule)),
);

/** Why a rule applies to an option. */
export interface AdviceReason {
  readonly rule: string;
  readonly effect: AdviceEffect;
  /** The case at hand. */
  readonly text: string;
  readonly sources: readonly string[];
}

/** Every rule that applies, in the order of the table. */
export function reasonsFor(asked: AdviceCase): readonly AdviceReason[] {
  return TESTS.flatMap(({ rule: { id, effect, sources }, applies }) => {
    const text = applies(asked);
    return text === undefined ? [] : { rule: id, effect, text, sources };
  });
}
