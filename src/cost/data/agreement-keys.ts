/** Keys of Diffie-Hellman, which sources count with the signature on the same curve or as one more scalar multiplication. */
import { weaker } from '../quantity.ts';
import { rowId } from './row.ts';
import type { CostRow } from './types.ts';

/** Signatures whose keys are pairs on the same curve, made in the same way. */
const SIGNATURE_ON_CURVE: Readonly<Record<string, string>> = { 'P-256': 'ECDSA-P256-SHA256' };

/** Rows of key generation for every agreement that has none. */
export function agreementKeys(rows: readonly CostRow[]): readonly CostRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return rows.flatMap((agreement) => {
    const { algorithm, operation, implementation, core } = agreement;
    const id = rowId(algorithm, 'keygen', implementation, core);
    if (operation !== 'agree' || byId.has(id)) return [];
    const signature = SIGNATURE_ON_CURVE[algorithm];
    const pair =
      signature === undefined ? undefined : byId.get(rowId(signature, 'keygen', implementation, core));
    const from = pair ?? agreement;
    return {
      ...from,
      id,
      algorithm,
      operation: 'keygen',
      ...(from.cycles === undefined
        ? {}
        : { cycles: { ...from.cycles, status: weaker(from.cycles.status, 'derived') } }),
      caveat:
        pair === undefined
          ? 'taken to cost a scalar multiplication, as the agreement does'
          : 'the same key pair as that of the signature on this curve',
    };
  });
}
