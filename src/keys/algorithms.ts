/** From what a key file says to the algorithms its key may serve. */
import { HybridgeError } from '../bytes/index.ts';
import {
  findByOid,
  kem,
  KEMS,
  type KeyAlgorithmName,
  type KeyDescriptor,
  type KeyForm,
  SIGNATURES,
} from '../registry/index.ts';

/** What the caller wants of a key that may serve several algorithms. */
export interface Wanted {
  /** The algorithm that the key is to serve; a key of another algorithm is refused. */
  readonly algorithm?: KeyAlgorithmName;
  /** Chooses between signature and key encapsulation where a key may serve both (P-256, RSA). */
  readonly use?: KeyDescriptor['use'];
}

/** The form in which keys of an algorithm travel. DHKEM adds a KDF to a key agreement and takes over its keys. */
export function formOf(descriptor: KeyDescriptor): KeyForm {
  return descriptor.kind === 'dhkem' ? kem(descriptor.agreement).key : descriptor.key;
}

/** The algorithms whose keys have a form that matches, the preferred one first: signatures before KEMs. */
export function algorithmsWith(matches: (form: KeyForm) => boolean): readonly KeyDescriptor[] {
  return [...SIGNATURES, ...KEMS].filter((descriptor) => matches(formOf(descriptor)));
}

/** The algorithms whose keys carry this OID in their AlgorithmIdentifier, RSA and EC aside. */
export function algorithmsOfKeyOid(oid: string): readonly KeyDescriptor[] {
  return algorithmsWith((form) => (form.kind === 'raw' || form.kind === 'okp') && form.oid === oid);
}

/**
 * The algorithm that a key is for: the one wanted, else the first that the file leaves open.
 *
 * @param candidates - What the file leaves open, preferred first.
 * @throws HybridgeError `wrong_algorithm` when the file does not leave open what is wanted.
 */
export function choose(candidates: readonly KeyDescriptor[], wanted: Wanted, what: string): KeyDescriptor {
  const chosen = candidates.find(
    (candidate) =>
      (wanted.algorithm === undefined || candidate.name === wanted.algorithm) &&
      (wanted.use === undefined || candidate.use === wanted.use),
  );
  if (chosen !== undefined) return chosen;
  const found = candidates.map(({ name }) => name);
  const expected = [wanted.algorithm, wanted.use].filter((one) => one !== undefined).join(', ');
  throw new HybridgeError(
    'wrong_algorithm',
    found.length === 0
      ? `${what}: its fields contradict each other, no algorithm fits them all`
      : `${what}: a key for ${found.join(', ')}${expected === '' ? '' : `, expected ${expected}`}`,
    { details: { expected, found } },
  );
}

/** The error for a key of an algorithm that the registry does not know, or knows as abandoned. */
export function unknownKeyOid(oid: string, what: string): HybridgeError {
  const [entry] = findByOid(oid);
  if (entry?.kind === 'obsolete')
    return new HybridgeError('unknown_algorithm', `${what}: ${oid} is ${entry.name}: ${entry.was}`, {
      hint: `use ${entry.replacement}`,
      details: { oid, name: entry.name, replacement: entry.replacement },
    });
  return new HybridgeError(
    'unknown_algorithm',
    entry === undefined
      ? `${what}: unknown key algorithm ${oid}`
      : `${what}: ${oid} (${entry.name}) does not name a kind of key`,
    { details: { oid } },
  );
}
