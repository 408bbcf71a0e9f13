import { groupList } from '../group-list.ts';
import { signatureSchemeName } from '../schemes.ts';
import { type AnyPlan, type CertificateFiles, heading, quoted } from './lines.ts';

/** Sections of HAProxy 3.0 or later: what every `bind ... ssl` line then does, and a store of its certificates. */
export function renderHaproxy(plan: AnyPlan, files: readonly CertificateFiles[]): readonly string[] {
  const { versions, schemes, suites } = plan;
  const [best = 'TLSv1.3'] = versions;
  return [
    ...heading(plan, '#'),
    'global',
    `    ssl-default-bind-options ssl-min-ver ${versions.at(-1) ?? best} ssl-max-ver ${best}`,
    `    ssl-default-bind-curves ${groupList(plan)}`,
    `    ssl-default-bind-sigalgs ${schemes.map(signatureSchemeName).join(':')}`,
    `    ssl-default-bind-ciphersuites ${suites.tls13.join(':')}`,
    ...(suites.tls12.length > 0 ? [`    ssl-default-bind-ciphers ${suites.tls12.join(':')}`] : []),
    ...(files.length < 2
      ? []
      : [
          '# Warning (dual-certificates): HAProxy tells certificates apart by RSA and ECDSA only. Clients that take one',
          '# of these get it; an ML-DSA certificate beside it is for clients that take neither.',
        ]),
    ...(files.length === 0
      ? []
      : [
          '',
          'crt-store hybridge',
          ...files.map(
            ({ certificate, key }, index) =>
              `    load crt ${quoted(certificate)} key ${quoted(key)} alias "certificate-${index + 1}"`,
          ),
          '',
          '# In each frontend:',
          `#     bind :443 ssl ${files.map((_, index) => `crt "@hybridge/certificate-${index + 1}"`).join(' ')}`,
        ]),
  ];
}
