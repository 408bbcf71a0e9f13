import type { TlsPlan } from './plan.ts';

/**
 * The groups of a plan as OpenSSL reads lists of them: a colon between groups, and since 3.5 a slash where the server
 * may go on only if the client has none of those before, and a star at groups that the client sends a share of.
 */
export function groupList({
  side,
  groups,
  shares,
  tuples,
}: Pick<TlsPlan, 'groups' | 'shares' | 'side' | 'tuples'>): string {
  if (!tuples)
    return groups
      .flat()
      .map(({ name }) => name)
      .join(':');
  const marked = side === 'client' && shares.length > 1 ? shares : [];
  return groups
    .map((tuple) => tuple.map((group) => (marked.includes(group) ? `*${group.name}` : group.name)).join(':'))
    .join('/');
}
