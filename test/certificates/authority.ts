/** A small authority for tests of revocation lists and OCSP. */
import {
  type Certificate,
  issueCertificate,
  type Issuer,
  issueSelfSigned,
  type Profile,
} from '../../src/certificates/index.ts';
import { defaultProvider } from '../../src/default/index.ts';
import type { Provider } from '../../src/provider/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';

export const provider: Provider = defaultProvider();

const DAY = 86_400_000;
/** When the certificates of tests begin. */
export const START: Date = new Date('2026-01-01T00:00:00Z');

/** So many days after the beginning. */
export function day(count: number): Date {
  return new Date(START.getTime() + count * DAY);
}

/** A certificate with its key. */
export type Holder = Issuer;

type SigningAlgorithm = Exclude<SignatureName, 'HSS/LMS' | 'XMSS' | 'XMSS^MT'>;

/** A self-signed authority. */
export async function newAuthority(
  algorithm: SigningAlgorithm = 'Ed25519',
  subject = 'CN=Authority,O=Hospital',
): Promise<Holder> {
  const { privateKey: key } = await generateKeyPair(provider, algorithm);
  const certificate = await issueSelfSigned(provider, {
    key,
    subject,
    profile: 'ca',
    validity: { notBefore: START, days: 3650 },
  });
  return { certificate, key };
}

/** What a certificate under an authority may differ in. */
export interface IssuedOptions {
  readonly algorithm?: SigningAlgorithm;
  readonly subject?: string;
  readonly profile?: Exclude<Profile, 'encryption'>;
  readonly days?: number;
  readonly extensions?: Parameters<typeof issueCertificate>[1]['extensions'];
}

/** A certificate under an authority. */
export async function issueUnder(issuer: Holder, options: IssuedOptions = {}): Promise<Holder> {
  const {
    algorithm = 'Ed25519',
    subject = 'CN=pump',
    profile = 'tls-client',
    days = 365,
    extensions,
  } = options;
  const { privateKey: key, publicKey } = await generateKeyPair(provider, algorithm);
  const common = {
    issuer,
    subject,
    publicKey,
    validity: { notBefore: START, days },
    extensions,
  };
  const certificate: Certificate = await (profile === 'ca'
    ? issueCertificate(provider, { ...common, profile })
    : issueCertificate(provider, { ...common, profile }));
  return { certificate, key };
}
