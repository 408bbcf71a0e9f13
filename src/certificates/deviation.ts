/** What certificates in the field get wrong and can still be read with. */
import { HybridgeError } from '../bytes/index.ts';

/** The rules that `strict: false` lets pass. */
export type DeviationRule =
  /** Bytes after the end of the certificate. */
  | 'trailing-bytes'
  /** A value that equals its DEFAULT is written [X.690 §11.5]. */
  | 'default-encoded'
  /** The value of a known extension is malformed; the extension is then kept as it came. */
  | 'extension-value'
  /** signatureAlgorithm and the signature field inside are not the same [RFC 5280 §4.1.1.2]. */
  | 'signature-algorithms-differ'
  /** Parameters where the algorithm's standard wants none [RFC 9881 §2, RFC 9909 §3, RFC 9935 §3, RFC 5758 §3.2]. */
  | 'algorithm-parameters'
  /** A serial number of more than 20 octets [RFC 5280 §4.1.2.2]. */
  | 'serial-number-length'
  /** A version that does not go with the fields [RFC 5280 §4.1.2.1]. */
  | 'version'
  /** A list of revoked certificates that is there and empty [RFC 5280 §5.1.2.6]. */
  | 'empty-list'
  /** No issuer [RFC 5280 §4.1.2.4]. */
  | 'empty-issuer'
  /** Key usages that the algorithm of the key cannot serve [RFC 9881 §5, RFC 9909 §6, RFC 9935 §5]. */
  | 'key-usage';

/** One departure from the profile. */
export interface Deviation {
  readonly rule: DeviationRule;
  /** What is wrong, and where. */
  readonly text: string;
  /** The section that it departs from. */
  readonly section: string;
}

/** Where departures are told: thrown at once, or collected. */
export type Deviations = (rule: DeviationRule, text: string, section: string, cause?: HybridgeError) => void;

/** Departures that are named of one structure; in a revocation list every entry may have some. */
const MAX_DEVIATIONS = 100;

/** Where the departures of one structure are told, and those that were let pass. */
export function deviationsOf(strict: boolean): {
  readonly told: Deviations;
  readonly deviations: readonly Deviation[];
} {
  const deviations: Deviation[] = [];
  if (strict) return { told: strictly, deviations };
  return {
    told: (rule, text, section) => {
      if (deviations.length < MAX_DEVIATIONS) deviations.push({ rule, text, section });
    },
    deviations,
  };
}

/** Refuses every departure. */
export const strictly: Deviations = (rule, text, section, cause) => {
  if (cause !== undefined) throw cause;
  throw new HybridgeError('invalid_encoding', `${text} [${section}]`, { details: { rule, section } });
};
