import { HybridgeError } from '../bytes/index.ts';
import {
  type AlgorithmDescriptor,
  ALGORITHMS,
  findByName,
  type HashName,
  HASHES,
  type KeyAlgorithmName,
  KEMS,
  type Nature,
  SIGNATURES,
} from '../registry/index.ts';
import { isIsoDate } from './dates.ts';
import { duplicateKey } from './duplicate-key.ts';
import { matches, serves } from './match.ts';
import { readNetwork } from './network.ts';
import {
  boolean,
  fieldsOf,
  integer,
  list,
  listOf,
  misread,
  oneOf,
  type Reader,
  sealed,
  shown,
  text,
  textLike,
} from './reader.ts';
import {
  type IsoDate,
  type Match,
  type PeerMatch,
  type Policy,
  type PolicyException,
  type PolicyTlsVersion,
  type Preference,
  type Range,
  type Rule,
  type SubjectKind,
  type Use,
  USES,
  VERDICTS,
} from './types.ts';

/** The largest policy file read, in characters. */
const MAX_POLICY = 1 << 20;

const NATURES: readonly Nature[] = ['classical', 'post-quantum', 'hybrid'];

/** Names that reasons of the house carry, so that no rule can pass for one. */
const RESERVED: readonly string[] = [
  'algorithm-name',
  'category',
  'certificate-chain',
  'cipher-suite',
  'fallback',
  'format',
  'limit',
  'missing-extension',
  'no-rule',
  'not-offered',
  'obsolete',
  'preference',
  'protocol-version',
  'quantum-resistance',
  'server-name',
  'verdict',
  'wrong-use',
];

/** Versions of TLS that an exception may add, and the one that nobody needs an exception for. */
const TLS_VERSIONS: readonly PolicyTlsVersion[] = ['TLSv1.2', 'TLSv1.3'];

const KINDS: readonly SubjectKind[] = [
  ...new Set<SubjectKind>([...ALGORITHMS.map(({ kind }) => kind), 'dual-signature']),
];

const date: Reader<IsoDate> = (value, path) => {
  if (typeof value !== 'string' || !isIsoDate(value))
    throw misread(path, `expected a day of the calendar as YYYY-MM-DD, found ${shown(value)}`);
  return value;
};

function nameAmong<D extends AlgorithmDescriptor>(descriptors: readonly D[]): Reader<D['name']> {
  const byName = new Map<unknown, D>(descriptors.map((descriptor) => [descriptor.name, descriptor]));
  return (value, path) => {
    const descriptor = byName.get(value);
    if (descriptor !== undefined) return descriptor.name;
    const known = typeof value === 'string' ? findByName(value) : undefined;
    const meant = known?.kind === 'obsolete' ? known.replacement : known?.name;
    throw new HybridgeError('unknown_algorithm', `policy: ${path}: no such algorithm here: ${shown(value)}`, {
      details: { path },
      ...(meant === undefined ? {} : { hint: `The registry knows ${meant}.` }),
    });
  };
}

const anyName = nameAmong(ALGORITHMS);
const hashName: Reader<HashName> = nameAmong(HASHES);
const keyName: Reader<KeyAlgorithmName> = nameAmong([...KEMS, ...SIGNATURES]);

const range =
  (least: number, most: number): Reader<Range> =>
  (value, path) => {
    const fields = fieldsOf(value, path, ['atLeast', 'atMost']);
    const bound = integer(least, most);
    const atLeast = fields.optional('atLeast', bound);
    const atMost = fields.optional('atMost', bound);
    if (atLeast === undefined && atMost === undefined) throw misread(path, 'needs atLeast or atMost');
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
      throw misread(path, 'atLeast is more than atMost');
    return sealed({ atLeast, atMost });
  };

const match: Reader<Match> = (value, path) => {
  const fields = fieldsOf(value, path, [
    'nature',
    'kind',
    'name',
    'category',
    'status',
    'stateful',
    'modulusBits',
    'hash',
    'postQuantum',
    'traditional',
  ]);
  return sealed({
    nature: fields.optional('nature', listOf(oneOf(NATURES))),
    kind: fields.optional('kind', listOf(oneOf(KINDS))),
    name: fields.optional('name', listOf(anyName)),
    category: fields.optional('category', range(0, 5)),
    status: fields.optional('status', listOf(oneOf(['draft', 'standard']))),
    stateful: fields.optional('stateful', boolean),
    modulusBits: fields.optional('modulusBits', range(0, 65_536)),
    hash: fields.optional('hash', listOf(hashName)),
    postQuantum: fields.optional('postQuantum', listOf(keyName)),
    traditional: fields.optional('traditional', listOf(keyName)),
  });
};

const uses: Reader<readonly Use[]> = listOf(oneOf(USES));
const identifier = textLike(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'lower-case words joined by hyphens');

/** Whether the match is about anything that one of the uses can be served by. */
function isAboutSomething(about: Match, of: readonly Use[]): boolean {
  // Dual signatures are made by callers and stand in no table.
  if (about.kind?.includes('dual-signature') === true) return true;
  return ALGORITHMS.some(
    (descriptor) => of.some((use) => serves(descriptor, use)) && matches(about, descriptor),
  );
}

const ruleId: Reader<string> = (value, path) => {
  const id = identifier(value, path);
  if (RESERVED.includes(id)) throw misread(path, `${id} is a name of the house; choose another`);
  return id;
};

const rule: Reader<Rule> = (value, path) => {
  const fields = fieldsOf(value, path, [
    'id',
    'uses',
    'match',
    'verdict',
    'from',
    'until',
    'reason',
    'source',
  ]);
  const base = {
    id: fields.required('id', ruleId),
    uses: fields.required('uses', uses),
    match: fields.required('match', match),
    reason: fields.required('reason', text),
    source: fields.required('source', text),
  };
  if (!isAboutSomething(base.match, base.uses))
    throw misread(`${path}.match`, 'matches no algorithm of the registry for these uses');
  const verdict = fields.required('verdict', oneOf(VERDICTS));
  const from = fields.optional('from', date);
  const until = fields.optional('until', date);
  // With these two refusals verdicts can only get stricter: permissions end, restrictions begin, nothing else.
  if (verdict === 'allow') {
    if (from !== undefined)
      throw misread(
        `${path}.from`,
        'an allow rule may end but not begin: time would turn a refusal into a permission',
      );
    return sealed({ ...base, verdict, until });
  }
  if (until !== undefined)
    throw misread(
      `${path}.until`,
      `a ${verdict} rule may begin but not end: time would turn a refusal into a permission`,
    );
  return sealed({ ...base, verdict, from });
};

const preference: Reader<Preference> = (value, path) => {
  const fields = fieldsOf(value, path, ['uses', 'order', 'reason', 'source']);
  const read: Preference = sealed({
    uses: fields.required('uses', uses),
    order: fields.required('order', listOf(match)),
    reason: fields.required('reason', text),
    source: fields.required('source', text),
  });
  for (const [index, entry] of read.order.entries())
    if (!isAboutSomething(entry, read.uses))
      throw misread(`${path}.order[${String(index)}]`, 'matches no algorithm of the registry for these uses');
  return read;
};

const network: Reader<string> = (value, path) => {
  const written = text(value, path);
  const read = readNetwork(written);
  if (typeof read === 'string') throw misread(path, `${shown(written)}: ${read}`);
  if (read.prefix === 0)
    throw misread(path, `${shown(written)}: is every address; an exception for every peer is a rule`);
  return written;
};

/** Of a `*.` and labels, in lower case as names are compared. */
const serverName = textLike(
  /^(?=.{1,253}$)(?:\*\.)?(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!-)[a-z0-9_-]{1,63}(?<!-)$/,
  'a host name in lower case, with *. before it for any one label',
);

/** Protocol, version, SNI, counts and ALPN; then the two hashes. */
const ja4 = textLike(
  /^[tqd](?:1[0-3]|s[23]|d[1-3]|00)[di]\d{4}[0-9A-Za-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/,
  'a JA4 fingerprint such as t13d1516h2_8daaf6152771_02713d6af862',
);

const identity = textLike(
  /^[a-z][a-z0-9-]*:\S+$/,
  'an identity with its kind before it, such as uri:urn:dev:ops:pump-*',
);

const peers: Reader<PeerMatch> = (value, path) => {
  const fields = fieldsOf(value, path, ['network', 'serverName', 'ja4', 'identity']);
  const read: PeerMatch = sealed({
    network: fields.optional('network', listOf(network)),
    serverName: fields.optional('serverName', listOf(serverName)),
    ja4: fields.optional('ja4', listOf(ja4)),
    identity: fields.optional('identity', listOf(identity)),
  });
  if (Object.keys(read).length === 0)
    throw misread(path, 'names nobody: an exception for every peer is a rule');
  return read;
};

const exception: Reader<PolicyException> = (value, path) => {
  const fields = fieldsOf(value, path, [
    'id',
    'peers',
    'uses',
    'match',
    'tlsVersions',
    'owner',
    'reason',
    'until',
  ]);
  const read: PolicyException = sealed({
    id: fields.required('id', ruleId),
    peers: fields.required('peers', peers),
    uses: fields.required('uses', uses),
    match: fields.required('match', match),
    tlsVersions: fields.optional('tlsVersions', listOf(oneOf(TLS_VERSIONS))),
    owner: fields.required('owner', text),
    reason: fields.required('reason', text),
    until: fields.required('until', date),
  });
  if (!isAboutSomething(read.match, read.uses))
    throw misread(`${path}.match`, 'matches no algorithm of the registry for these uses');
  return read;
};

function refuseRepeated(values: readonly string[], path: string, what: string): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) throw misread(path, `${what} ${value} is there twice`);
    seen.add(value);
  }
}

/** Reads a policy from plain data into a frozen copy. @throws HybridgeError as {@link parsePolicy}. */
export function readPolicy(value: unknown): Policy {
  const fields = fieldsOf(value, '', [
    'name',
    'version',
    'date',
    'description',
    'rules',
    'preference',
    'exceptions',
  ]);
  const policy: Policy = sealed({
    name: fields.required(
      'name',
      textLike(/^[a-z0-9][a-z0-9.()-]{0,63}$/, 'a name of a-z, 0-9, dots, hyphens and parentheses'),
    ),
    version: fields.required('version', integer(1, Number.MAX_SAFE_INTEGER)),
    date: fields.required('date', date),
    description: fields.required('description', text),
    rules: fields.required('rules', list(rule)),
    preference: fields.required('preference', list(preference)),
    exceptions: fields.optional('exceptions', list(exception)),
  });
  refuseRepeated(
    policy.rules.map(({ id }) => id),
    'rules',
    'the rule',
  );
  refuseRepeated(
    [...policy.rules, ...(policy.exceptions ?? [])].map(({ id }) => id),
    'exceptions',
    'the id',
  );
  refuseRepeated(
    policy.preference.flatMap((entry) => entry.uses),
    'preference',
    'the use',
  );
  return policy;
}

/**
 * Reads a policy file, strictly: JSON with exactly the fields of {@link Policy}, every algorithm known to the
 * registry, every rule with its reason and source, every exception with its owner and last day. Refused as well: a
 * key given twice, a rule that matches nothing, an exception for everybody, and any rule by which time moving on could
 * turn a refusal into a permission.
 *
 * @param json - At most 2^20 characters.
 * @throws HybridgeError `invalid_encoding` or `unknown_algorithm`, naming the path (`rules[2].match.kind[0]`,
 * also in `details.path`); `message_too_large`.
 *
 * @example
 * ```ts
 * import { judge, parsePolicy } from 'hybridge/policy';
 * import { kem } from 'hybridge/registry';
 *
 * const policy = parsePolicy(`{
 *   "name": "ward-7", "version": 1, "date": "2026-11-21", "description": "Only what the gateways of ward 7 speak.",
 *   "rules": [{
 *     "id": "hybrid", "uses": ["key-establishment"], "match": { "name": ["X25519MLKEM768"] }, "verdict": "allow",
 *     "reason": "All gateways have it since firmware 4.", "source": "Network plan 2026"
 *   }],
 *   "preference": []
 * }`);
 * console.log(judge(policy, 'key-establishment', kem('X25519'), new Date()).verdict); // refuse
 * ```
 */
export function parsePolicy(json: string): Policy {
  if (json.length > MAX_POLICY)
    throw new HybridgeError(
      'message_too_large',
      `policy: ${String(json.length)} characters, at most ${String(MAX_POLICY)}`,
      { details: { actual: json.length, maximum: MAX_POLICY } },
    );
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new HybridgeError('invalid_encoding', 'policy: not JSON', { cause });
  }
  const repeated = duplicateKey(json);
  if (repeated !== undefined)
    throw misread(repeated.slice(0, 60), 'stands twice in one object', 'Say each thing once.');
  return readPolicy(value);
}
