/** What a leaf is used for, and what its extensions must say for that [RFC 5280 §4.2.1.3, §4.2.1.12]. */
import type { Use } from '../../policy/index.ts';
import type { KeyUsage } from '../extension.ts';
import { PURPOSE } from '../oids.ts';

/** The uses by name. */
export const PATH_USES = [
  'any',
  'tls-server',
  'tls-client',
  'signature',
  'code-signing',
  'email',
  'key-encipherment',
  'time-stamping',
  'ocsp-signing',
  'crl-signing',
] as const;

/** What the leaf of a path is to be used for. */
export type PathUse = (typeof PATH_USES)[number];

/** What a use asks of a certificate. */
export interface Purpose {
  /** The extended key purpose; `undefined` where none is asked for. */
  readonly oid: string | undefined;
  /** Whether the leaf must name the purpose, so that neither silence nor anyExtendedKeyUsage will do. */
  readonly named: boolean;
  /** Whether it must be the only one, in a critical extension. */
  readonly sole: boolean;
  /** Whether CAs that list purposes must list this one too, as browsers have it. */
  readonly nested: boolean;
  /** One of these key usages, where the leaf lists any. */
  readonly usages: readonly KeyUsage[] | undefined;
  /** What a crypto policy is asked about a signature key; KEM keys always establish keys. */
  readonly policyUse: Use;
}

const signing: readonly KeyUsage[] = ['digitalSignature', 'contentCommitment'];

const plain = { named: false, sole: false, nested: true };

/** The uses. */
export const PURPOSES: Readonly<Record<PathUse, Purpose>> = {
  any: { ...plain, oid: undefined, usages: undefined, policyUse: 'signature-verify' },
  // RFC 5280 §4.2.1.12; RFC 9935 §5 for KEM keys.
  'tls-server': {
    ...plain,
    oid: PURPOSE.serverAuth,
    usages: ['digitalSignature', 'keyEncipherment', 'keyAgreement'],
    policyUse: 'session-authentication',
  },
  'tls-client': {
    ...plain,
    oid: PURPOSE.clientAuth,
    usages: ['digitalSignature', 'keyEncipherment', 'keyAgreement'],
    policyUse: 'session-authentication',
  },
  'code-signing': {
    ...plain,
    oid: PURPOSE.codeSigning,
    usages: ['digitalSignature'],
    policyUse: 'firmware-signature',
  },
  email: {
    ...plain,
    oid: PURPOSE.emailProtection,
    usages: [...signing, 'keyEncipherment', 'keyAgreement'],
    policyUse: 'signature-verify',
  },
  // RFC 3161 §2.3: one purpose, critical.
  'time-stamping': {
    named: true,
    sole: true,
    nested: true,
    oid: PURPOSE.timeStamping,
    usages: signing,
    policyUse: 'signature-verify',
  },
  // RFC 6960 §4.2.2.2: named by the CA that issued the responder's certificate. CAs do not list it for themselves.
  'ocsp-signing': {
    named: true,
    sole: false,
    nested: false,
    oid: PURPOSE.ocspSigning,
    usages: signing,
    policyUse: 'certificate-signature',
  },
  // RFC 5280 §6.3.3 (f).
  'crl-signing': { ...plain, oid: undefined, usages: ['cRLSign'], policyUse: 'certificate-signature' },
  signature: { ...plain, oid: undefined, usages: signing, policyUse: 'signature-verify' },
  'key-encipherment': {
    ...plain,
    oid: undefined,
    usages: ['keyEncipherment', 'keyAgreement'],
    policyUse: 'key-establishment',
  },
};
