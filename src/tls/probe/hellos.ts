/** How a server takes hellos that are right, but unusual; and what it does about HelloRetryRequest. */
import { EMPTY } from '../../bytes/index.ts';
import { TLS_1_3 } from '../code-points.ts';
import {
  type Bench,
  CLASSICAL_SHARES,
  isAnswered,
  named,
  plainOffer,
  secondShare,
  sharesOf,
} from './bench.ts';
import type { Asked, Asking } from './examiner.ts';
import { keySharesFor } from './key-share.ts';
import { type Offer, offering } from './offer.ts';
import type { GroupReport, HelloForm, HelloFormReport, ProbeAnswer, RetryReport } from './report.ts';

/** Values that stand for nothing, at the front of every list [RFC 8701]. */
function greased(offer: Offer): Offer {
  return {
    ...offer,
    versions: [0x2a2a, ...offer.versions],
    cipherSuites: [0x4a4a, ...offer.cipherSuites],
    groups: [0x6a6a, ...offer.groups],
    keyShares: [{ group: 0x6a6a, keyExchange: Uint8Array.of(0) }, ...offer.keyShares],
    schemes: [0x8a8a, ...offer.schemes],
    extensions: [
      { type: 0x1a1a, data: EMPTY },
      ...offer.extensions,
      { type: 0xbaba, data: Uint8Array.of(0) },
    ],
  };
}

/** Code points that nobody has been given [RFC 9847], as those of the next years will look to a server of today. */
function withUnknown(offer: Offer): Offer {
  return {
    ...offer,
    cipherSuites: [...offer.cipherSuites, 0x13fe],
    groups: [...offer.groups, 0x3ffe],
    schemes: [...offer.schemes, 0x09fe],
    extensions: [
      ...offer.extensions,
      { type: 0x3ffd, data: new Uint8Array(64) },
      { type: 0x3ffe, data: EMPTY },
    ],
  };
}

/** Forms of hello that are right, and that some servers and middleboxes fail at. */
export async function askForms(bench: Bench, plain: ProbeAnswer): Promise<readonly HelloFormReport[]> {
  const { examiner } = bench;
  const ask = async (form: HelloForm, offer: Promise<Offer>, asking?: Asking): Promise<HelloFormReport> => {
    const { answer, helloBytes } = await examiner.ask(`hello: ${form}`, await offer, asking);
    return {
      form,
      bytes: helloBytes,
      ...(isAnswered(plain) && { tolerated: isAnswered(answer) }),
      answer,
    };
  };
  const large = async (): Promise<Offer> => ({
    ...(await plainOffer(bench)),
    keyShares: await sharesOf(bench, ['X25519MLKEM768', ...CLASSICAL_SHARES]),
  });
  return Promise.all([
    ask('large', large()),
    ask('two-segments', large(), { delivery: 'two-segments' }),
    ask('two-records', large(), { delivery: 'two-records' }),
    ask('grease', plainOffer(bench).then(greased)),
    ask('unknown-extensions', plainOffer(bench).then(withUnknown)),
  ]);
}

/** What the server does about HelloRetryRequest. */
export async function askRetry(bench: Bench, groups: readonly GroupReport[]): Promise<RetryReport> {
  const { examiner, serverName } = bench;
  const empty = offering({ serverName, versions: [TLS_1_3] });
  const [right, unchanged, twice] = await Promise.all([
    examiner.ask('second hello', empty, { second: secondShare(bench) }),
    examiner.ask('second hello without the key share', empty, { second: () => Promise.resolve([]) }),
    askTwice(bench, groups),
  ]);
  return {
    emptyShares: right.first ?? right.answer,
    ...(right.first !== undefined && { secondHello: right.answer }),
    ...(unchanged.first !== undefined && { secondHelloUnchanged: unchanged.answer }),
    ...(twice !== undefined && { sameGroupTwice: twice.answer }),
  };
}

/** Two key shares of a group that the server takes one of. */
async function askTwice(
  { examiner, serverName }: Bench,
  groups: readonly GroupReport[],
): Promise<Asked | undefined> {
  const [group] = named(groups.flatMap((one) => (one.keyShare.verdict === 'accepted' ? [one.group] : [])));
  if (group === undefined) return undefined;
  return examiner.ask(
    'two key shares of one group',
    offering({
      serverName,
      versions: [TLS_1_3],
      groups: [group.code],
      keyShares: await keySharesFor(examiner.provider, [group, group]),
    }),
  );
}
