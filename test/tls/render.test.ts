import { createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import { namedPolicy, type Policy } from '../../src/policy/index.ts';
import {
  type CertificateFiles,
  readCertificateChain,
  renderConfiguration,
  RENDERED_PROGRAMS,
  type RenderedProgram,
  tlsPlan,
} from '../../src/tls/index.ts';
import { AT } from '../certificates/fixtures.ts';
import { newCredential } from './keys.ts';
import { nodeKnowsMlDsa } from '../support/peers.ts';

const policy: Policy = {
  ...namedPolicy('hybrid-required'),
  name: 'ward-7',
  exceptions: [
    {
      id: 'pumps',
      peers: { network: ['192.0.2.0/24'] },
      uses: ['key-establishment'],
      match: { name: ['P-256'] },
      tlsVersions: ['TLSv1.2'],
      owner: 'Biomedical engineering',
      reason: 'Boot ROM 2.1.',
      until: '2029-12-31',
    },
  ],
};
const plan = tlsPlan({ policy, at: AT, side: 'server', engine: 'openssl-3.5' });
const groups = 'X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024';
const files: CertificateFiles = { certificate: '/etc/tls/pump 7.pem', key: '/etc/tls/pump 7.key' };

/** The code of the error that a call leads to. */
function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (isHybridgeError(error)) return error.code;
    throw error;
  }
}

describe('renderConfiguration', () => {
  it.each(RENDERED_PROGRAMS)('%s: the groups, and what cannot be expressed as a comment', (program) => {
    const text = renderConfiguration(plan, program, [files]);
    expect(text).toContain(groups);
    expect(text).toContain('Warning (exception-not-expressed): pumps');
    expect(text).toContain('/etc/tls/pump 7.key');
    expect(text.endsWith('\n')).toBe(true);
  });

  it('node: options that this runtime takes', async () => {
    const here = tlsPlan({ policy: namedPolicy('hybrid-preferred'), at: AT, side: 'server' });
    const source = renderConfiguration(here, 'node');
    const { options } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as {
      options: Parameters<typeof createSecureContext>[0];
    };
    expect(createSecureContext(options)).toBeDefined();
    if (nodeKnowsMlDsa) expect(options?.ecdhCurve).toContain('X25519MLKEM768');
  });

  it('refuses what cannot be written down', async () => {
    for (const path of ['', 'a"b', "a'b", 'a$b', 'a\\b', 'a\nb', 'a\u202eb', 'a`b'])
      for (const program of ['nginx', 'haproxy', 'openssl'] satisfies RenderedProgram[])
        expect(codeOf(() => renderConfiguration(plan, program, [{ certificate: path, key: 'key' }]))).toBe(
          'invalid_argument',
        );
    const client = tlsPlan({ policy, at: AT, side: 'client', engine: 'openssl-3.5' });
    expect(codeOf(() => renderConfiguration(client, 'nginx'))).toBe('invalid_argument');
    expect(renderConfiguration(client, 'openssl')).toContain('openssl s_client');
    const chain = readCertificateChain((await newCredential('ECDSA-P256-SHA256')).certificatePem);
    const withChain = tlsPlan({
      policy,
      at: AT,
      side: 'server',
      engine: 'openssl-3.5',
      credentials: [chain],
    });
    expect(codeOf(() => renderConfiguration(withChain, 'nginx', []))).toBe('invalid_argument');
  });
});
