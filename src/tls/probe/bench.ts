/** What experiments have in common: the server under examination, and the hellos that others are made from. */
import { TLS_1_2, TLS_1_3 } from '../code-points.ts';
import type { EngineGroup } from '../engine.ts';
import type { KeyShareEntry } from '../extension.ts';
import type { Asking, Examiner } from './examiner.ts';
import { keySharesFor } from './key-share.ts';
import { GROUPS, type Offer, offering } from './offer.ts';
import type { ProbeAnswer } from './report.ts';

/** What all experiments of a probe are given. */
export interface Bench {
  readonly examiner: Examiner;
  readonly serverName: string | undefined;
  /** Every group and every scheme, or those that matter most. */
  readonly all: boolean;
}

/** Key shares of clients of today, and of those of yesterday. */
export const DEFAULT_SHARES: readonly string[] = ['X25519MLKEM768', 'x25519'];
export const CLASSICAL_SHARES: readonly string[] = ['x25519', 'secp256r1'];

/** The groups of these names. */
export function named(names: readonly string[]): readonly EngineGroup[] {
  return names.flatMap((name) => GROUPS.find((group) => group.name === name) ?? []);
}

export function codes(groups: readonly EngineGroup[]): readonly number[] {
  return groups.map(({ code }) => code);
}

/** Fresh key shares of the groups of these names. */
export function sharesOf({ examiner }: Bench, names: readonly string[]): Promise<readonly KeyShareEntry[]> {
  return keySharesFor(examiner.provider, named(names));
}

/** The share that a HelloRetryRequest asks for. */
export function secondShare({ examiner }: Bench): NonNullable<Asking['second']> {
  return (code) =>
    keySharesFor(
      examiner.provider,
      GROUPS.filter((group) => group.code === code),
    );
}

/** A small hello that every server should answer: everything is offered, key shares are classical. */
export async function plainOffer(
  bench: Bench,
  versions: readonly number[] = [TLS_1_3, TLS_1_2],
): Promise<Offer> {
  const keyShares = await sharesOf(bench, CLASSICAL_SHARES);
  return offering({ serverName: bench.serverName, versions, keyShares });
}

/** A hello from before TLS 1.3. */
export function oldOffer({ serverName }: Bench, version: number): Offer {
  const classical = GROUPS.filter(({ algorithm }) => algorithm.nature === 'classical');
  return offering({ serverName, versions: [version], groups: codes(classical) });
}

/** Whether the plain hello got what a server of TLS 1.3 or 1.2 says. */
export function isAnswered({ verdict }: ProbeAnswer): boolean {
  return verdict === 'accepted' || verdict === 'retry';
}
