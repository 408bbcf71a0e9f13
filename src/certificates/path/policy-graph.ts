/**
 * Certificate policies of a path [RFC 5280 §6.1], in the form of RFC 9618: a graph with one node per depth and
 * policy, whose size follows that of the certificates. The tree of RFC 5280 grows exponentially.
 */
import type { PolicyMapping } from '../extension.ts';
import { ANY_POLICY } from '../oids.ts';

interface Node {
  readonly policy: string;
  expected: ReadonlySet<string>;
  readonly parents: Node[];
  children: number;
}

type Level = Map<string, Node>;

/** valid_policy_graph: the policies that the path so far is valid for. */
export class PolicyGraph {
  readonly #levels: Level[] = [new Map([[ANY_POLICY, makeNode(ANY_POLICY, [ANY_POLICY], [])]])];

  /** Whether no policy is left: NULL in the words of the RFC. */
  get isEmpty(): boolean {
    return this.#last.size === 0;
  }

  get #last(): Level {
    return this.#levels.at(-1) ?? new Map();
  }

  /** No policies in the certificate [RFC 9618 §5.3 (e)]. */
  clear(): void {
    this.#levels.splice(0, this.#levels.length, new Map());
  }

  /**
   * The policies of one certificate [RFC 9618 §5.3 (d)].
   *
   * @param anyPolicy - Whether anyPolicy in it still stands for all policies.
   */
  extend(policies: ReadonlySet<string>, anyPolicy: boolean): void {
    const above = this.#last;
    const expecting = new Map<string, Node[]>();
    for (const node of above.values())
      for (const policy of node.expected) {
        const nodes = expecting.get(policy);
        if (nodes === undefined) expecting.set(policy, [node]);
        else nodes.push(node);
      }
    const level: Level = new Map();
    const any = above.get(ANY_POLICY);
    for (const policy of policies) {
      if (policy === ANY_POLICY) continue;
      const parents = expecting.get(policy) ?? (any === undefined ? [] : [any]);
      if (parents.length > 0) level.set(policy, makeNode(policy, [policy], parents));
    }
    if (anyPolicy && policies.has(ANY_POLICY))
      for (const [policy, parents] of expecting)
        if (!level.has(policy)) level.set(policy, makeNode(policy, [policy], parents));
    this.#levels.push(level);
    if (level.size === 0) this.clear();
    else
      for (const node of [...above.values()])
        if (node.children === 0) this.#remove(node, this.#levels.length - 2);
  }

  /** The mappings of a CA, or, where mapping is inhibited, the end of the policies that it maps [RFC 9618 §5.4 (b)]. */
  map(mappings: readonly PolicyMapping[], inhibited: boolean): void {
    const targets = new Map<string, Set<string>>();
    for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
      const known = targets.get(issuerDomainPolicy);
      if (known === undefined) targets.set(issuerDomainPolicy, new Set([subjectDomainPolicy]));
      else known.add(subjectDomainPolicy);
    }
    const depth = this.#levels.length - 1;
    const level = this.#last;
    const anyAbove = this.#levels[depth - 1]?.get(ANY_POLICY);
    const hasAny = level.has(ANY_POLICY);
    for (const [policy, mapped] of targets) {
      const node = level.get(policy);
      if (inhibited) {
        if (node !== undefined) this.#remove(node, depth);
      } else if (node !== undefined) node.expected = mapped;
      else if (hasAny && anyAbove !== undefined) level.set(policy, makeNode(policy, mapped, [anyAbove]));
    }
    if (level.size === 0) this.clear();
  }

  /**
   * The policies that the path is valid for among those that the caller accepts: user-constrained-policy-set
   * [RFC 9618 §5.5 (g)].
   *
   * @param initial - user-initial-policy-set.
   */
  userConstrained(initial: ReadonlySet<string>): readonly string[] {
    const authority = new Set<string>();
    for (const level of this.#levels)
      for (const { policy, parents } of level.values())
        if (policy !== ANY_POLICY && parents.length === 1 && parents[0]?.policy === ANY_POLICY)
          authority.add(policy);
    const any = this.#last.has(ANY_POLICY);
    if (initial.has(ANY_POLICY)) return any ? [...authority, ANY_POLICY] : [...authority];
    return any ? [...initial] : [...authority].filter((policy) => initial.has(policy));
  }

  // A node without children goes, and so do its parents when they have none left [RFC 9618 §5.3 (d) (3)].
  #remove(node: Node, depth: number): void {
    this.#levels[depth]?.delete(node.policy);
    for (const parent of node.parents) {
      parent.children--;
      if (parent.children === 0) this.#remove(parent, depth - 1);
    }
  }
}

function makeNode(policy: string, expected: Iterable<string>, parents: Node[]): Node {
  for (const parent of parents) parent.children++;
  return { policy, expected: new Set(expected), parents, children: 0 };
}
