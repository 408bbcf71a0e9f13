/** What speaks for a larger option: it is not surpassed by a smaller one that gives less. */
import type { Scenario } from './scenario.ts';
import { registryEntry, statefulHashSet } from './stateful-hash.ts';

/** What algorithms give, the more the better; `undefined` where the registry does not know them. */
export type Strength = Readonly<Record<string, number | undefined>>;

/** The category of an algorithm or parameter set; 0 for classical ones, `undefined` where the registry has none. */
export function categoryOf(name: string): number | undefined {
  const entry = registryEntry(name);
  return entry === undefined || entry.kind === 'obsolete' ? undefined : entry.category;
}

/** How many problems must be solved to break it: two of a hybrid. */
function problemsOf(name: string): number {
  const entry = registryEntry(name);
  return entry !== undefined && entry.kind !== 'obsolete' && entry.nature === 'hybrid' ? 2 : 1;
}

/** Several algorithms that must all hold: the strongest counts, and all of them must be broken. */
function together(of: string, names: readonly string[]): Strength {
  const categories = names.map(categoryOf);
  return {
    [`category of ${of}`]: categories.includes(undefined)
      ? undefined
      : Math.max(...categories.map((category) => category ?? 0)),
    [`problems behind ${of}`]: names.reduce((problems, name) => problems + problemsOf(name), 0),
    // Signers without state do not count.
    [`capacity of ${of}`]: Math.min(...names.map((name) => statefulHashSet(name)?.capacity ?? Infinity)),
  };
}

/** What the algorithms of a scenario give: category, hybrid or not, signatures that one key makes. */
export function strengthOf(scenario: Scenario): Strength {
  switch (scenario.kind) {
    case 'operation':
      return together('algorithm', [scenario.algorithm]);
    case 'tls-handshake': {
      const { group, signature, clientSignature = signature, mutual } = scenario;
      return {
        ...together('key exchange', [group]),
        ...together('signature', [signature]),
        ...(mutual ? together('client signature', [clientSignature]) : {}),
      };
    }
    case 'firmware-update':
      return together('signature', scenario.signatures);
    case 'certificate-chain':
      return together('signature', [scenario.signature]);
    case 'sealed-message':
      return together('key exchange', [scenario.kem]);
  }
}
