import { groupList } from '../group-list.ts';
import { signatureSchemeName } from '../schemes.ts';
import { type AnyPlan, type CertificateFiles, heading, quoted } from './lines.ts';

/**
 * An `openssl.cnf` that every program takes which reads it (`OPENSSL_CONF`) and does not set the same itself, and the
 * `openssl` command that says the same for one run.
 */
export function renderOpenssl(plan: AnyPlan, files: readonly CertificateFiles[]): readonly string[] {
  const { side, versions, schemes, suites } = plan;
  const [best = 'TLSv1.3'] = versions;
  const sigalgs = schemes.map(signatureSchemeName).join(':');
  return [
    ...heading(plan, '#'),
    'openssl_conf = hybridge_init',
    '',
    '[hybridge_init]',
    'ssl_conf = hybridge_ssl',
    '',
    '[hybridge_ssl]',
    'system_default = hybridge_tls',
    '',
    '[hybridge_tls]',
    `MinProtocol = ${versions.at(-1) ?? best}`,
    `MaxProtocol = ${best}`,
    `Groups = ${groupList(plan)}`,
    `SignatureAlgorithms = ${sigalgs}`,
    `Ciphersuites = ${suites.tls13.join(':')}`,
    ...(suites.tls12.length > 0 ? [`CipherString = ${suites.tls12.join(':')}`] : []),
    ...(side === 'server' ? ['Options = ServerPreference'] : []),
    '',
    '# The same for one run:',
    `# ${[
      side === 'server' ? 'openssl s_server -serverpref' : 'openssl s_client -verify_return_error',
      ...(versions.length === 1 ? ['-tls1_3'] : []),
      `-groups '${groupList(plan)}'`,
      `-sigalgs ${sigalgs}`,
      `-ciphersuites ${suites.tls13.join(':')}`,
      ...files.slice(0, 2).map(({ certificate, key }, index) => {
        // One more can be given, under other names.
        const letter = index === 0 ? '' : 'd';
        return `-${letter}cert ${quoted(certificate)} -${letter}key ${quoted(key)}`;
      }),
    ].join(' ')}`,
    ...(files.length > 2 ? ['# The command takes two certificates; the others are left out.'] : []),
  ];
}
