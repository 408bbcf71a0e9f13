/** NIST PKITS, the sections about revocation, with a plain walk from the leaf to the root around the status. */
import { describe, it } from 'vitest';

import { isHybridgeError } from '../../src/bytes/index.ts';
import {
  type Certificate,
  type Crl,
  parseCertificate,
  parseCrl,
  revocationStatus,
  type RevocationSources,
  verifySigned,
} from '../../src/certificates/index.ts';
import { defaultProvider } from '../../src/default/index.ts';
import { runCases } from '../support/tally.ts';
import { readVectorFiles } from '../support/vectors-files.ts';

const provider = defaultProvider();
const at = new Date('2026-01-01T00:00:00Z');

interface Case {
  readonly Name: string;
  readonly CertPath: readonly string[];
  readonly CRLPath: readonly string[];
  readonly ShouldValidate: boolean;
}

interface Pkits {
  readonly cases: readonly Case[];
  readonly certificates: Readonly<Record<string, string>>;
  readonly crls: Readonly<Record<string, string>>;
}

/** 4.4 basic revocation, 4.5 self-issued certificates, 4.7.4-5 cRLSign, 4.14 distribution points, 4.15 delta CRLs. */
const SECTIONS = /^4\.(?:4\.|5\.|7\.[45] |14\.|15\.)/;

function load(): Pkits {
  const [file] = readVectorFiles('pkits/pkits.json', 'committed');
  if (file === undefined) throw new Error('vectors/pkits is missing');
  return JSON.parse(new TextDecoder().decode(file.bytes)) as Pkits;
}

const named = (table: Readonly<Record<string, string>>, name: string): Uint8Array =>
  Uint8Array.from(Buffer.from(table[name] ?? '', 'base64'));

/** Why a certificate is not good under the root, or undefined: every link signed, every certificate good. */
async function refuse(
  certificate: Certificate,
  root: Certificate,
  pool: readonly Certificate[],
  sources: RevocationSources,
  depth = 0,
): Promise<string | undefined> {
  if (certificate === root) return undefined;
  if (depth > 6) return 'too deep';
  const issuers = pool.filter(
    ({ subject, extensions }) =>
      subject.key === certificate.issuer.key && extensions.keyUsage?.includes('keyCertSign') !== false,
  );
  let reason = 'no issuer';
  for (const issuer of issuers) {
    if (!(await verifySigned(provider, certificate, issuer))) continue;
    const above = await refuse(issuer, root, pool, sources, depth + 1);
    if (above !== undefined) {
      reason = above;
      continue;
    }
    const found = await revocationStatus(provider, {
      certificate,
      issuer,
      sources,
      at,
      // A self-issued CRL signer may be on the very list that it signs.
      trusts: async (candidate) =>
        candidate === certificate || (await refuse(candidate, root, pool, sources, depth + 1)) === undefined,
    });
    if (found.status === 'good') return undefined;
    reason = found.status === 'unknown' ? found.reasons.join('; ') : `revoked: ${found.reason}`;
  }
  return reason;
}

/** The bad signature of 4.4.4 is no BIT STRING of whole bytes: that list is refused before anything is verified. */
function readable(bytes: Uint8Array): readonly Crl[] {
  try {
    return [parseCrl(bytes)];
  } catch (error) {
    if (isHybridgeError(error, 'invalid_encoding') && error.message.includes('signature: BIT STRING'))
      return [];
    throw error;
  }
}

describe('PKITS', () => {
  it('gives every certificate of the revocation sections the status that decides its path', async () => {
    const { cases, certificates, crls } = load();
    const items = cases
      .filter(({ Name }) => SECTIONS.test(Name))
      .map((item) => ({ ...item, id: item.Name, verdict: item.ShouldValidate ? 'valid' : 'invalid' }));
    await runCases('PKITS revocation (4.4, 4.5, 4.7.4-5, 4.14, 4.15)', items, async (item) => {
      const pool = item.CertPath.map((name) =>
        parseCertificate(named(certificates, name), { strict: false }),
      );
      const root = pool[0];
      const leaf = pool.at(-1);
      if (root === undefined || leaf === undefined) throw new Error('no path');
      const sources = {
        crls: item.CRLPath.flatMap((name) => readable(named(crls, name))),
        certificates: pool,
      };
      const refused = await refuse(leaf, root, pool, sources);
      if ((refused === undefined) !== item.ShouldValidate) throw new Error(refused ?? 'accepted');
    });
  });
});
