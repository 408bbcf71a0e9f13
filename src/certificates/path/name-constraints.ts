/** Name constraints [RFC 5280 §4.2.1.10]: which names CAs may give to what they certify. */
import type { Certificate } from '../certificate.ts';
import type { NameConstraints } from '../extension.ts';
import type { GeneralName } from '../general-name.ts';
import { BETWEEN_RELATIVE_NAMES, emailAddresses, isEmptyName, type Name } from '../name.ts';
import { isHostName, hostName, mailbox, uriParts } from './host.ts';
import { emailAddressOf, nameInWords } from './reference-name.ts';

/** Comparisons of one name with one constraint for a whole path: a hostile certificate has thousands of each. */
const MAX_COMPARISONS = 250_000;

/** The constraints in force, which only grow on the way down a path. */
export class ConstrainedNames {
  readonly #layers: NameConstraints[] = [];
  #comparisons = 0;

  /** Whether nothing is constrained. */
  get isEmpty(): boolean {
    return this.#layers.length === 0;
  }

  /** Adds the constraints of one CA: a name must satisfy all that there are [RFC 5280 §6.1.4 (g)]. */
  add(constraints: NameConstraints): void {
    this.#layers.push(constraints);
  }

  /** What is wrong with the names of a certificate, in words; `undefined` when nothing is. */
  violation(certificate: Certificate): string | undefined {
    for (const name of namesOf(certificate))
      for (const layer of this.#layers) {
        const wrong = this.#violated(name, layer);
        if (wrong !== undefined) return wrong;
      }
    return undefined;
  }

  #violated(name: GeneralName, { permitted, excluded }: NameConstraints): string | undefined {
    this.#comparisons += permitted.length + excluded.length;
    if (this.#comparisons > MAX_COMPARISONS) return 'more names and constraints than can be compared';
    const kind = kindOf(name);
    const allowed = permitted.filter((one) => kindOf(one) === kind);
    const forbidden = excluded.filter((one) => kindOf(one) === kind);
    if (allowed.length === 0 && forbidden.length === 0) return undefined;
    const subject = subjectOf(name);
    if (subject === undefined)
      return `${nameInWords(name)} cannot be compared with the constraints on its kind`;
    const within = allowed.length === 0 ? true : someWithin(subject, allowed, false);
    const outside = someWithin(subject, forbidden, true);
    if (within === undefined || outside === undefined)
      return `a constraint on ${nameInWords(name)} that cannot be read`;
    if (!within) return `${nameInWords(name)} is outside the permitted subtrees`;
    return outside ? `${nameInWords(name)} is in an excluded subtree` : undefined;
  }
}

// The subject and the alternative names; e-mail addresses inside the subject count as rfc822Name.
function* namesOf({ subject, extensions }: Certificate): Generator<GeneralName> {
  if (!isEmptyName(subject)) yield { kind: 'directory', name: subject };
  for (const address of emailAddresses(subject)) yield { kind: 'email', address };
  yield* extensions.subjectAltName ?? [];
}

/** What a constraint must have in common with a name to be about it: other names are told apart by their type. */
function kindOf(name: GeneralName): string {
  if (emailAddressOf(name) !== undefined) return 'email';
  return name.kind === 'other' ? name.type : name.kind;
}

/** A name, ready to be compared; `undefined` where there is no rule for that, or the name is malformed. */
type Subject =
  | { readonly kind: 'directory'; readonly key: string }
  | { readonly kind: 'dns'; readonly host: string; readonly wildcard: boolean }
  | { readonly kind: 'email'; readonly local: string; readonly host: string }
  | { readonly kind: 'ip'; readonly address: Uint8Array }
  | { readonly kind: 'uri'; readonly host: string };

function subjectOf(name: GeneralName): Subject | undefined {
  const address = emailAddressOf(name);
  if (address !== undefined) {
    const parts = mailbox(address);
    return parts === undefined ? undefined : { kind: 'email', ...parts };
  }
  switch (name.kind) {
    case 'dns': {
      const lower = name.name.toLowerCase();
      const wildcard = lower.startsWith('*.');
      const host = wildcard ? lower.slice(2) : lower;
      return isHostName(host) ? { kind: 'dns', host, wildcard } : undefined;
    }
    case 'uri': {
      // RFC 5280 §4.2.1.10: a URI without an authority, or with an address in it, is rejected.
      const parts = uriParts(name.uri);
      return parts?.authority === true && parts.host !== undefined
        ? { kind: 'uri', host: parts.host }
        : undefined;
    }
    case 'ip':
      return { kind: 'ip', address: name.address };
    case 'directory':
      return { kind: 'directory', key: name.name.key };
    default:
      return undefined;
  }
}

/** Whether a name lies in one of the subtrees; `undefined` when one of them is malformed. */
function someWithin(
  subject: Subject,
  bases: readonly GeneralName[],
  excluding: boolean,
): boolean | undefined {
  let found = false;
  for (const base of bases) {
    const inside = isWithin(subject, base, excluding);
    if (inside === undefined) return undefined;
    found ||= inside;
  }
  return found;
}

function isWithin(subject: Subject, base: GeneralName, excluding: boolean): boolean | undefined {
  switch (subject.kind) {
    case 'dns':
      return base.kind === 'dns' ? isDnsWithin(subject, base.name, excluding) : undefined;
    case 'email':
      return base.kind === 'email' ? isMailboxWithin(subject, base.address) : undefined;
    case 'uri':
      return base.kind === 'uri' ? isHostWithin(subject.host, base.uri) : undefined;
    case 'ip':
      return base.kind === 'ip' ? isAddressWithin(subject.address, base.address) : undefined;
    case 'directory':
      return base.kind === 'directory' ? isNameWithin(subject.key, base.name) : undefined;
  }
}

// A host and everything below it; a dot in front, which the field has too, leaves out the host itself.
function isDnsWithin(
  { host, wildcard }: { readonly host: string; readonly wildcard: boolean },
  constraint: string,
  excluding: boolean,
): boolean | undefined {
  if (constraint === '') return true;
  const below = constraint.startsWith('.');
  const base = constraint.slice(below ? 1 : 0).toLowerCase();
  if (!isHostName(base)) return undefined;
  if (host.endsWith(`.${base}`)) return true;
  if (host === base) return wildcard || !below;
  // *.example.com stands for pump.example.com too, which may be the one that is excluded.
  return excluding && wildcard && base.slice(base.indexOf('.') + 1) === host;
}

// One mailbox, all mailboxes of a host, or with a dot in front those of the hosts below it.
function isMailboxWithin(
  { local, host }: { readonly local: string; readonly host: string },
  constraint: string,
): boolean | undefined {
  if (!constraint.includes('@')) return isHostWithin(host, constraint);
  const base = mailbox(constraint);
  return base === undefined ? undefined : base.local === local && base.host === host;
}

// One host, or with a dot in front the hosts below it.
function isHostWithin(host: string, constraint: string): boolean | undefined {
  const below = constraint.startsWith('.');
  const base = hostName(constraint.slice(below ? 1 : 0));
  if (base === undefined) return undefined;
  return below ? host.endsWith(`.${base}`) : host === base;
}

// The address and its mask, of 8 or 32 bytes together.
function isAddressWithin(address: Uint8Array, constraint: Uint8Array): boolean | undefined {
  const size = constraint.length / 2;
  if (size !== 4 && size !== 16) return undefined;
  if (!isPrefixMask(constraint.subarray(size))) return undefined;
  return (
    address.length === size &&
    address.every((octet, index) => {
      const mask = constraint[size + index] ?? 0xff;
      return (octet & mask) === ((constraint[index] ?? 0) & mask);
    })
  );
}

// RFC 4632 §3.1: ones, then zeros.
function isPrefixMask(mask: Uint8Array): boolean {
  let ended = false;
  for (const octet of mask)
    for (let bit = 0x80; bit > 0; bit >>= 1) {
      const one = (octet & bit) !== 0;
      if (one && ended) return false;
      ended ||= !one;
    }
  return true;
}

// The relative names of a subtree are the first ones of the names in it.
function isNameWithin(key: string, base: Name): boolean {
  return isEmptyName(base) || key === base.key || key.startsWith(`${base.key}${BETWEEN_RELATIVE_NAMES}`);
}
