/** Which handshakes are counted, and how a stored one is read. */
import type { TlsHandshakeScenario } from '../../src/cost/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';

/** The handshake that most questions are about. */
export const HANDSHAKE: TlsHandshakeScenario = {
  kind: 'tls-handshake',
  group: 'X25519MLKEM768',
  signature: 'ML-DSA-65',
  chain: 1,
  mutual: false,
  resumption: false,
};

/** Groups by their TLS names. */
export const GROUPS: readonly string[] = [
  'X25519',
  'secp256r1',
  'secp384r1',
  'X25519MLKEM768',
  'SecP256r1MLKEM768',
  'SecP384r1MLKEM1024',
  'MLKEM512',
  'MLKEM768',
  'MLKEM1024',
];

export const SIGNATURES: readonly SignatureName[] = [
  'ECDSA-P256-SHA256',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
];

/** Others, over one group. */
const OTHER_SIGNATURES: readonly SignatureName[] = ['ECDSA-P384-SHA384', 'Ed25519', 'RSA2048-PSS-SHA256'];

/** What is counted of each meeting. */
export type Kind = 'full' | 'hello-retry' | 'resumption' | 'small-records';

/** A handshake to be counted. */
export interface HandshakeCase {
  readonly group: string;
  readonly signature: SignatureName;
  readonly chain: number;
  readonly mutual: boolean;
  readonly kind: Kind;
}

const BOTH = [false, true] as const;

/** The whole matrix: every group, signature, chain length and way of authentication; resumed and retried with one CA. */
export function matrix(kinds: readonly Kind[]): readonly HandshakeCase[] {
  const of = (group: string, signature: SignatureName): readonly HandshakeCase[] =>
    BOTH.flatMap((mutual) =>
      kinds.flatMap((kind) =>
        (kind === 'full' ? [0, 1, 2] : [1]).map((chain) => ({ group, signature, chain, mutual, kind })),
      ),
    );
  return [
    ...SIGNATURES.flatMap((signature) => GROUPS.flatMap((group) => of(group, signature))),
    ...OTHER_SIGNATURES.flatMap((signature) => of('X25519MLKEM768', signature)),
  ];
}

/** The question to the model. */
export function scenarioOf(
  { group, signature, chain, mutual, kind }: HandshakeCase,
  rest: Pick<TlsHandshakeScenario, 'profile' | 'stack'>,
): TlsHandshakeScenario {
  return {
    kind: 'tls-handshake',
    group,
    signature,
    chain,
    mutual,
    resumption: kind === 'resumption',
    helloRetry: kind === 'hello-retry',
    incrementalParsing: kind === 'small-records',
    ...rest,
  };
}

/** A line for people. */
export function title({ group, signature, chain, mutual, kind }: HandshakeCase): string {
  const above = chain === 1 ? '1 intermediate' : `${String(chain)} intermediates`;
  return `${group}, ${signature}, ${above}${mutual ? ', mutual' : ''}${kind === 'full' ? '' : `, ${kind}`}`;
}
