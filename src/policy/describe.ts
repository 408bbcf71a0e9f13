import type { IsoDate, Match, PeerMatch, Range, Rule } from './types.ts';

const anyOf = (values: readonly string[]): string => values.join(' or ');

function inWords({ atLeast, atMost }: Range, unit: string): string {
  if (atLeast === undefined) return `${unit} at most ${String(atMost)}`;
  if (atMost === undefined) return `${unit} at least ${String(atLeast)}`;
  return atLeast === atMost
    ? `${unit} ${String(atLeast)}`
    : `${unit} ${String(atLeast)} to ${String(atMost)}`;
}

/** What a match is about, in words: `hybrid, category at least 3`. */
export function describeMatch(match: Match): string {
  const parts: string[] = [];
  if (match.name !== undefined) parts.push(match.name.join(', '));
  if (match.nature !== undefined) parts.push(anyOf(match.nature));
  if (match.kind !== undefined) parts.push(`kind ${anyOf(match.kind)}`);
  if (match.status !== undefined) parts.push(`status ${anyOf(match.status)}`);
  if (match.stateful !== undefined) parts.push(match.stateful ? 'stateful' : 'not stateful');
  if (match.category !== undefined) parts.push(inWords(match.category, 'category'));
  if (match.modulusBits !== undefined) parts.push(inWords(match.modulusBits, 'modulus bits'));
  if (match.hash !== undefined) parts.push(`hash ${anyOf(match.hash)}`);
  if (match.postQuantum !== undefined) parts.push(`post-quantum half ${anyOf(match.postQuantum)}`);
  if (match.traditional !== undefined) parts.push(`classical half ${anyOf(match.traditional)}`);
  return parts.length === 0 ? 'everything' : parts.join('; ');
}

function when(date: IsoDate | undefined, word: string): string {
  return date === undefined ? '' : ` ${word} ${date}`;
}

/** The verdict of a rule with its date: `allow until 2035-12-31`, `refuse from 2031-01-01`. */
export function describeVerdict(rule: Rule): string {
  return rule.verdict + (rule.verdict === 'allow' ? when(rule.until, 'until') : when(rule.from, 'from'));
}

/** Which peers an exception is for, in words: `from 192.0.2.0/24 or 198.51.100.7; to *.old.example`. */
export function describePeers({ network, serverName, ja4, identity }: PeerMatch): string {
  const part = (word: string, values: readonly string[] | undefined): readonly string[] =>
    values === undefined ? [] : [`${word} ${values.join(' or ')}`];
  return [
    ...part('from', network),
    ...part('to', serverName),
    ...part('JA4', ja4),
    ...part('known as', identity),
  ].join('; ');
}
