/** What the caller trusts, made ready. */
import { equal } from '../../bytes/index.ts';
import { Certificate } from '../certificate.ts';
import type { NameConstraints } from '../extension.ts';
import type { Name } from '../name.ts';
import type { KeyHolder } from '../signed.ts';
import type { NamedKey, TrustAnchor } from './types.ts';

/** A trusted name and key. */
export interface Anchor {
  /** As the caller gave it. */
  readonly given: TrustAnchor;
  readonly name: Name;
  /** The key under which what the anchor issued is checked; the object is the same for the same anchor. */
  readonly key: KeyHolder;
  /** The certificate that it was given as, whose dates and constraints hold too. */
  readonly certificate: Certificate | undefined;
  readonly nameConstraints: NameConstraints | undefined;
}

/** The anchors by the name under which certificates refer to them. */
export class Anchors {
  readonly #byName = new Map<string, Anchor[]>();

  constructor(given: readonly TrustAnchor[]) {
    for (const one of given) {
      const anchor = one instanceof Certificate ? ofCertificate(one) : ofKey(one);
      const named = this.#byName.get(anchor.name.key);
      if (named === undefined) this.#byName.set(anchor.name.key, [anchor]);
      else named.push(anchor);
    }
  }

  /** The anchors of this name. */
  named(name: Name): readonly Anchor[] {
    return this.#byName.get(name.key) ?? [];
  }

  /** The anchor that a certificate itself is, if it is one. */
  pinned(certificate: Certificate): Anchor | undefined {
    return this.named(certificate.subject).find(
      (anchor) => anchor.certificate !== undefined && equal(anchor.certificate.bytes, certificate.bytes),
    );
  }
}

function ofCertificate(certificate: Certificate): Anchor {
  return {
    given: certificate,
    name: certificate.subject,
    key: certificate,
    certificate,
    nameConstraints: certificate.extensions.nameConstraints,
  };
}

function ofKey(named: NamedKey): Anchor {
  return {
    given: named,
    name: named.name,
    key: named,
    certificate: undefined,
    nameConstraints: named.nameConstraints,
  };
}
