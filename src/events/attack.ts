import type { DowngradeSuspected, HybridgeEvent } from './event.ts';

/** The version of MITRE ATT&CK (Enterprise) that the table follows; older ids stay beside those that replaced them. */
export const ATTACK_VERSION = '19';

/** A technique of MITRE ATT&CK. */
export interface AttackTechnique {
  /** `T1689`, or of a sub-technique `T1562.010`. */
  readonly id: AttackTechniqueId;
  readonly name: string;
  /** Of a sub-technique, the technique that it belongs to. */
  readonly parent: { readonly id: string; readonly name: string } | undefined;
  /** The last version of ATT&CK that has this id, for rules not yet moved to the new one; `undefined`: still in use. */
  readonly until: string | undefined;
}

/** Ids of the techniques that events name. */
export type AttackTechniqueId = 'T1557' | 'T1562.010' | 'T1600' | 'T1600.001' | 'T1689';

/**
 * The techniques that events name, by id. Version 19 renumbered Downgrade Attack from T1562.010 to T1689: events name
 * both, so that rules written for either find them.
 *
 * @example
 * ```ts
 * import { ATTACK_TECHNIQUES, ATTACK_VERSION } from 'hybridge/events';
 *
 * console.log(ATTACK_VERSION, ATTACK_TECHNIQUES.T1689.name); // 19 Downgrade Attack
 * console.log(ATTACK_TECHNIQUES['T1562.010'].until); // 18
 * ```
 */
export const ATTACK_TECHNIQUES: Readonly<Record<AttackTechniqueId, AttackTechnique>> = {
  T1557: { id: 'T1557', name: 'Adversary-in-the-Middle', parent: undefined, until: undefined },
  'T1562.010': {
    id: 'T1562.010',
    name: 'Downgrade Attack',
    parent: { id: 'T1562', name: 'Impair Defenses' },
    until: '18',
  },
  T1600: { id: 'T1600', name: 'Weaken Encryption', parent: undefined, until: undefined },
  'T1600.001': {
    id: 'T1600.001',
    name: 'Reduce Key Space',
    parent: { id: 'T1600', name: 'Weaken Encryption' },
    until: undefined,
  },
  T1689: { id: 'T1689', name: 'Downgrade Attack', parent: undefined, until: undefined },
};

const DOWNGRADE = ['T1689', 'T1562.010'] as const;

/** Whoever changes hellos or answers in place of the server stands between the two; a weak session alone need not. */
const SUSPECTED: Readonly<Record<DowngradeSuspected['kind'], readonly AttackTechniqueId[]>> = {
  'floor-violation': DOWNGRADE,
  'hello-retry-loop': [...DOWNGRADE, 'T1557'],
  'offer-shrunk': [...DOWNGRADE, 'T1557'],
  'retry-pattern': [...DOWNGRADE, 'T1557'],
};

function idsOf(event: HybridgeEvent): readonly AttackTechniqueId[] {
  switch (event.type) {
    case 'downgrade-suspected':
      return SUSPECTED[event.kind];
    case 'classical-share-rising':
      return DOWNGRADE;
    case 'session-refused':
      return event.because === 'floor' ? DOWNGRADE : [];
    case 'policy-changed':
      return event.looser > 0 ? ['T1600', 'T1600.001'] : [];
    case 'certificate-expiring':
    case 'downgrade-ended':
    case 'events-dropped':
    case 'exception-used':
    case 'policy-refused':
    case 'policy-warned':
    case 'self-test-failed':
    case 'session':
    case 'store-lost':
    case 'store-recovered':
    case 'transition-accepted':
    case 'upstream-failed':
      return [];
  }
}

/**
 * The techniques of MITRE ATT&CK that an event may be a sign of: what an analyst looks for, not a verdict.
 *
 * @example
 * ```ts
 * import { attackTechniques } from 'hybridge/events';
 *
 * const techniques = attackTechniques({
 *   type: 'policy-changed', at: new Date(), stricter: 0, looser: 2,
 *   before: { policy: 'hybrid-required', version: 1 }, after: { policy: 'house', version: 7 },
 * });
 * console.log(techniques.map(({ id }) => id)); // [ 'T1600', 'T1600.001' ]
 * ```
 */
export function attackTechniques(event: HybridgeEvent): readonly AttackTechnique[] {
  return idsOf(event).map((id) => ATTACK_TECHNIQUES[id]);
}
