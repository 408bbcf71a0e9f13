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

/** The forms of one kind. */
type FormOfKind<Kind extends KeyForm['kind']> = Extract<KeyForm, { readonly kind: Kind }>;

/** The algorithms that share a key: one P-256 key signs, agrees, and serves DHKEM. */
export interface KeyFamily {
  /** What the key is taken for when nobody says more: signatures come before KEMs. */
  readonly preferred: KeyDescriptor;
  /** All of them, `preferred` first. */
  readonly algorithms: readonly KeyDescriptor[];
}

/** A family whose keys have a form of one kind. */
export interface KeyFamilyOf<Kind extends KeyForm['kind']> extends KeyFamily {
  readonly form: FormOfKind<Kind>;
}

/** The family of keys whose form is of this kind and matches, or `undefined` where there is none. */
export function findFamily<Kind extends KeyForm['kind']>(
  kind: Kind,
  matches: (form: FormOfKind<Kind>, descriptor: KeyDescriptor) => boolean,
): KeyFamilyOf<Kind> | undefined {
  const algorithms: KeyDescriptor[] = [];
  let form: FormOfKind<Kind> | undefined;
  for (const descriptor of [...SIGNATURES, ...KEMS]) {
    const candidate = formOf(descriptor);
    if (!isOfKind(candidate, kind) || !matches(candidate, descriptor)) continue;
    form ??= candidate;
    algorithms.push(descriptor);
  }
  const [preferred] = algorithms;
  return form === undefined || preferred === undefined ? undefined : { form, preferred, algorithms };
}

function isOfKind<Kind extends KeyForm['kind']>(form: KeyForm, kind: Kind): form is FormOfKind<Kind> {
  return form.kind === kind;
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
export function unknownKeyOid(oid: string): HybridgeError {
  const [entry] = findByOid(oid);
  if (entry?.kind === 'obsolete')
    return new HybridgeError('unknown_algorithm', `key: ${oid} is ${entry.name}: ${entry.was}`, {
      hint: `use ${entry.replacement}`,
      details: { oid, name: entry.name, replacement: entry.replacement },
    });
  return new HybridgeError(
    'unknown_algorithm',
    entry === undefined
      ? `key: unknown algorithm ${oid}`
      : `key: ${oid} (${entry.name}) does not name a kind of key`,
    { details: { oid } },
  );
}
