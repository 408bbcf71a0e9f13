/** Which groups a server has, and in whose order it selects them. */
import { OBSOLETE } from '../../registry/index.ts';
import { TLS_1_3 } from '../code-points.ts';
import type { EngineGroup } from '../engine.ts';
import { groupName } from '../schemes.ts';
import { type Bench, DEFAULT_SHARES, sharesOf } from './bench.ts';
import { keyShareFor } from './key-share.ts';
import { GROUPS, type Offer, offering } from './offer.ts';
import type { GroupReport, PreferenceReport, ProbeAnswer } from './report.ts';

/** Groups of a short probe: the standard hybrids, ML-KEM alone where it is in use, and what everybody has. */
const SHORT_GROUPS: readonly string[] = [
  ...['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'],
  ...['MLKEM768', 'MLKEM1024', 'x25519', 'secp256r1'],
];

async function askGroup(bench: Bench, group: EngineGroup): Promise<GroupReport> {
  const { examiner, serverName, all } = bench;
  const { name, code, algorithm } = group;
  const alone: Partial<Offer> = { serverName, versions: [TLS_1_3], groups: [code] };
  const share = await keyShareFor(examiner.provider, group);
  const keyShare: ProbeAnswer =
    share === undefined
      ? { verdict: 'untested', reason: `the provider ${examiner.provider.name} cannot make a key share` }
      : (await examiner.ask(`${name} with a key share`, offering({ ...alone, keyShares: [share] }))).answer;
  const report: GroupReport = { group: name, code, nature: algorithm.nature, keyShare };
  if (!all && keyShare.verdict !== 'accepted' && keyShare.verdict !== 'untested') return report;
  const { answer } = await examiner.ask(`${name} without a key share`, offering(alone));
  return { ...report, helloRetry: answer };
}

/** Each group alone, with a key share and without. */
export function askGroups(bench: Bench): Promise<readonly GroupReport[]> {
  const groups = bench.all ? GROUPS : GROUPS.filter(({ name }) => SHORT_GROUPS.includes(name));
  return Promise.all(groups.map((group) => askGroup(bench, group)));
}

/** Groups that the server accepts, best nature first. */
export function acceptedGroups(groups: readonly GroupReport[]): readonly GroupReport[] {
  return groups.filter(
    ({ keyShare, helloRetry }) => keyShare.verdict === 'accepted' || helloRetry?.verdict === 'retry',
  );
}

/** Whoever still has so many is not worth more connections. */
const MAX_OBSOLETE = 4;

/** Names of withdrawn groups that the server asks a key share of. */
export async function askObsoleteGroups({ examiner, serverName }: Bench): Promise<readonly string[]> {
  // Some numbers have new owners.
  let left = OBSOLETE.flatMap(({ identifiers }) => identifiers.tlsGroup?.code ?? []).filter(
    (code) => !GROUPS.some((group) => group.code === code),
  );
  const found: string[] = [];
  while (left.length > 0 && found.length < MAX_OBSOLETE) {
    const { flight } = await examiner.ask(
      'withdrawn groups',
      offering({ serverName, versions: [TLS_1_3], groups: left }),
    );
    const code = flight.helloRetryRequest?.selectedGroup;
    if (code === undefined || !left.includes(code)) break;
    found.push(groupName(code));
    left = left.filter((one) => one !== code);
  }
  return found;
}

/** Whose order decides, and what it is. Without key shares a server chooses freely. */
export async function askPreference(
  bench: Bench,
  groups: readonly GroupReport[],
  classicalShares: ProbeAnswer,
): Promise<PreferenceReport> {
  const { examiner, serverName, all } = bench;
  const pick = async (offered: readonly number[]): Promise<number | undefined> => {
    if (offered.length === 0) return undefined;
    const { answer, flight } = await examiner.ask(
      'order of groups',
      offering({ serverName, versions: [TLS_1_3], groups: offered }),
    );
    return answer.verdict === 'retry' ? flight.helloRetryRequest?.selectedGroup : undefined;
  };
  const accepted = acceptedGroups(groups).map(({ code }) => code);
  const [first, last, both] = await Promise.all([
    pick(accepted),
    pick(accepted.toReversed()),
    sharesOf(bench, DEFAULT_SHARES).then((keyShares) =>
      examiner.ask('both key shares', offering({ serverName, keyShares })),
    ),
  ]);
  const order =
    first === undefined || last === undefined || accepted.length < 2
      ? 'unknown'
      : first === last
        ? 'server'
        : 'client';
  const ranking = order === 'client' || first === undefined ? [] : [first];
  if (all && order === 'server')
    for (;;) {
      const left = accepted.filter((code) => !ranking.includes(code));
      const next = left.length > 1 ? await pick(left) : left[0];
      if (next === undefined || !left.includes(next)) break;
      ranking.push(next);
    }
  return { order, groups: ranking.map(groupName), bothShares: both.answer, classicalShares };
}
