/** Rules for Suricata 8 that see what hellos offer and choose. */
import { HybridgeError } from '../../bytes/index.ts';
import { KEMS, OBSOLETE } from '../../registry/index.ts';
import { EXTENSION } from '../code-points.ts';

/** What the names of the flow bits begin with that say which group a ServerHello chose. */
export const GROUP_FLOWBIT = 'hybridge.group.';

const OFFERED_FLOWBIT = 'hybridge.offered';

/** How the rules are numbered. */
export interface SuricataRulesOptions {
  /** The id of the first rule; 1,689,000 unless told, in the range that is left to local rules. */
  readonly sidBase?: number;
}

/** A group, and the size of a server's key share in it. */
interface Group {
  readonly code: number;
  readonly name: string;
  readonly share: number;
  readonly classical: boolean;
}

/** Finite fields [RFC 7919], which the registry has no algorithm for: a share is as long as the prime. */
const FINITE_FIELDS: readonly Group[] = [2048, 3072, 4096, 6144, 8192].map((bits, index) => ({
  code: 0x0100 + index,
  name: `ffdhe${bits}`,
  share: bits / 8,
  classical: true,
}));

const GROUPS: readonly Group[] = [
  ...Object.values(KEMS).flatMap(({ identifiers: { tlsGroup }, nature, sizes }) =>
    tlsGroup === undefined
      ? []
      : [{ ...tlsGroup, share: sizes.ciphertext, classical: nature === 'classical' }],
  ),
  ...FINITE_FIELDS,
].sort((one, other) => one.code - other.code);

const OBSOLETE_CODES: readonly number[] = OBSOLETE.flatMap(
  ({ identifiers }) => identifiers.tlsGroup?.code ?? [],
);

function bytes16(value: number): readonly number[] {
  return [value >>> 8, value & 0xff];
}

/** The extension's type, its length, the group, the length of the share [RFC 9846, KeyShareServerHello]. */
function keyShare({ code, share }: Group): readonly number[] {
  return [EXTENSION.keyShare, share + 4, code, share].flatMap(bytes16);
}

function hexadecimal(bytes: readonly number[], before = ''): string {
  return bytes.map((byte) => before + byte.toString(16).padStart(2, '0')).join(before === '' ? ' ' : '');
}

/** A group of this kind in the fourth list of a JA3 string, which Suricata's parser makes of the hello. */
function offered(codes: readonly number[]): string {
  return `"/^[^,]*,[^,]*,[^,]*,(?:[0-9]+-)*(?:${codes.join('|')})[-,]/"`;
}

/** A record that begins with a ServerHello. */
const SERVER_HELLO = 'frame:tls.pdu; content:"|16 03|"; startswith; content:"|02|"; offset:5; depth:1;';

/**
 * A ServerHello without supported_versions chooses a version before TLS 1.3 [RFC 9846]. The JA3S string has its
 * extensions, and is there only when the whole ServerHello was read; `ssl_version` is not, and takes the
 * beginning of a long ServerHello for TLS 1.2.
 */
const BEFORE_TLS_13 = `ja3s.string; content:","; pcre:!"/^[^,]*,[^,]*,(?:[0-9]+-)*${EXTENSION.supportedVersions}(?:-|$)/";`;

interface Rule {
  readonly protocol: 'quic' | 'tls';
  readonly text: string;
  readonly match: string;
  /** Techniques of MITRE ATT&CK that it may be a sign of; `undefined`: it only takes notes. */
  readonly alert?: { readonly classtype: string; readonly techniques: readonly string[] };
}

const ALERT = { classtype: 'policy-violation', techniques: [] } as const;
const DOWNGRADE = { classtype: 'policy-violation', techniques: ['T1689', 'T1562.010'] } as const;

function rules(): readonly Rule[] {
  const strong = GROUPS.filter(({ classical }) => !classical).map(({ code }) => code);
  const classicalShares = GROUPS.filter(({ classical }) => classical).map((group) =>
    hexadecimal(keyShare(group).slice(2), '\\x'),
  );
  const client = 'flow:established,to_server; ja3.string;';
  const server = 'flow:established,to_client;';
  return [
    {
      protocol: 'tls',
      text: 'client offers a hybrid or post-quantum group',
      match: `${client} pcre:${offered(strong)}; flowbits:set,${OFFERED_FLOWBIT};`,
    },
    ...(['tls', 'quic'] as const).flatMap((protocol): Rule[] => {
      // A QUIC flow is established by the answer, which its first packets do not wait for.
      const hello = protocol === 'tls' ? client : 'flow:to_server; ja3.string;';
      return [
        {
          protocol,
          text: 'client offers no hybrid or post-quantum group',
          match: `${hello} content:","; pcre:!${offered(strong)};`,
          alert: ALERT,
        },
        {
          protocol,
          text: 'client offers a draft group (Kyber) that no standard knows',
          match: `${hello} pcre:${offered(OBSOLETE_CODES)};`,
          alert: ALERT,
        },
      ];
    }),
    {
      protocol: 'tls',
      text: 'server chose a version before TLS 1.3',
      match: `${server} flowbits:isnotset,${OFFERED_FLOWBIT}; ${BEFORE_TLS_13}`,
      alert: ALERT,
    },
    {
      protocol: 'tls',
      text: 'server chose a version before TLS 1.3 although a hybrid or post-quantum group was offered',
      match: `${server} flowbits:isset,${OFFERED_FLOWBIT}; ${BEFORE_TLS_13}`,
      alert: DOWNGRADE,
    },
    {
      protocol: 'tls',
      text: 'server chose a classical group although a hybrid or post-quantum group was offered',
      match:
        `${server} flowbits:isset,${OFFERED_FLOWBIT}; ${SERVER_HELLO} content:"|00 33|"; ` +
        `pcre:"/\\x00\\x33(?:${classicalShares.join('|')})/s";`,
      alert: DOWNGRADE,
    },
    ...GROUPS.map((group): Rule => ({
      protocol: 'tls',
      text: `server chose ${group.name}`,
      match: `${server} ${SERVER_HELLO} content:"|${hexadecimal(keyShare(group))}|"; flowbits:set,${GROUP_FLOWBIT}${group.name};`,
    })),
  ];
}

function written({ protocol, text, match, alert }: Rule, sid: number): string {
  const techniques =
    alert === undefined || alert.techniques.length === 0
      ? ''
      : ` metadata:${alert.techniques.map((id) => `mitre_technique_id ${id}`).join(', ')};`;
  const end = alert === undefined ? ' noalert;' : ` classtype:${alert.classtype};${techniques}`;
  return `alert ${protocol} any any -> any any (msg:"hybridge: ${text}"; ${match}${end} sid:${sid}; rev:1;)\n`;
}

/**
 * Rules for Suricata 8, one on each line. They alert on clients that offer no hybrid or post-quantum group or a draft
 * one, on servers that choose a version before TLS 1.3, and on servers that choose a classical group although better
 * was offered; and they note the chosen group in the flow (`flowbits` in the metadata of EVE events), where
 * {@link readSuricataEve} finds it. Save them to a file that `rule-files` names; `suricata -T` checks them.
 *
 * What they see: hellos over TCP and QUIC as Suricata's parsers reassemble them, of a ServerHello the record that it
 * begins in. A ServerHello that is split over several records is not seen by the rules about groups.
 *
 * @throws HybridgeError `invalid_argument` for ids that Suricata does not take.
 *
 * @example
 * ```ts
 * import { suricataRules } from 'hybridge/tls';
 *
 * console.log(suricataRules({ sidBase: 1_000_000 }));
 * ```
 */
export function suricataRules(options: SuricataRulesOptions = {}): string {
  const { sidBase = 1_689_000 } = options;
  const all = rules();
  if (!Number.isSafeInteger(sidBase) || sidBase < 1 || sidBase + all.length > 0xffff_ffff)
    throw new HybridgeError('invalid_argument', `Suricata rules: no ids from ${String(sidBase)} on`, {
      fault: 'caller',
      hint: 'ids from 1000000 to 1999999 are for local rules',
    });
  return all.map((rule, index) => written(rule, sidBase + index)).join('');
}
