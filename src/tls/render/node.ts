import { groupList } from '../group-list.ts';
import { signatureSchemeName } from '../schemes.ts';
import { type AnyPlan, type CertificateFiles, heading } from './lines.ts';

/** A module of JavaScript with options for `node:tls`, `node:https` and `node:http2`; needs no package. */
export function renderNode(plan: AnyPlan, files: readonly CertificateFiles[]): readonly string[] {
  const { side, versions, schemes, suites } = plan;
  const [best = 'TLSv1.3'] = versions;
  const read = (paths: readonly string[]): string =>
    `[${paths.map((path) => `readFileSync(${JSON.stringify(path)})`).join(', ')}]`;
  return [
    ...heading(plan, '//'),
    ...(files.length === 0 ? [] : ["import { readFileSync } from 'node:fs';", '']),
    'export const options = {',
    `  minVersion: '${versions.at(-1) ?? best}',`,
    `  maxVersion: '${best}',`,
    `  ecdhCurve: '${groupList(plan)}',`,
    `  sigalgs: '${schemes.map(signatureSchemeName).join(':')}',`,
    `  ciphers: '${[...suites.tls13, ...suites.tls12].join(':')}',`,
    '  rejectUnauthorized: true,',
    ...(side === 'server' ? ['  honorCipherOrder: true,'] : []),
    ...(files.length === 0
      ? []
      : [
          `  cert: ${read(files.map(({ certificate }) => certificate))},`,
          `  key: ${read(files.map(({ key }) => key))},`,
        ]),
    '};',
  ];
}
