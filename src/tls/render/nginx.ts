import { groupList } from '../group-list.ts';
import { signatureSchemeName } from '../schemes.ts';
import { type AnyPlan, type CertificateFiles, heading, quoted } from './lines.ts';

/** Directives for a `server` block of nginx, 1.19.4 or later, which has `ssl_conf_command`. */
export function renderNginx(plan: AnyPlan, files: readonly CertificateFiles[]): readonly string[] {
  const { versions, schemes, suites } = plan;
  return [
    ...heading(plan, '#'),
    `ssl_protocols ${versions.toReversed().join(' ')};`,
    `ssl_ecdh_curve ${groupList(plan)};`,
    `ssl_conf_command SignatureAlgorithms ${schemes.map(signatureSchemeName).join(':')};`,
    `ssl_conf_command Ciphersuites ${suites.tls13.join(':')};`,
    ...(suites.tls12.length > 0 ? [`ssl_ciphers ${suites.tls12.join(':')};`] : []),
    'ssl_prefer_server_ciphers on;',
    ...files.flatMap(({ certificate, key }) => [
      `ssl_certificate ${quoted(certificate)};`,
      `ssl_certificate_key ${quoted(key)};`,
    ]),
  ];
}
