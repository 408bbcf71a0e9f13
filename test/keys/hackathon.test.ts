/** Keys that other implementers brought to the IETF PQC hackathon. */
import { describe, it } from 'vitest';

import { type ErrorCode, isHybridgeError } from '../../src/bytes/index.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  fingerprint,
  importKey,
  importPrivateKey,
  importPublicKey,
} from '../../src/keys/index.ts';
import { expectBytes, runCases, Skip } from '../support/tally.ts';
import { readMatchingFiles } from '../support/vectors-files.ts';
import { provider } from './support.ts';
import { readZip } from '../support/zip.ts';

/** Files that break the rules, and how they are refused. */
const DEVIATIONS: readonly (readonly [RegExp, ErrorCode])[] = [
  // The public key beside the private one claims unused bits.
  [/^corey-digicert HASH-ML-DSA-(?:44|87)/, 'invalid_encoding'],
  // The ECPrivateKey carries a public key, which draft-ietf-lamps-pq-composite-sigs-19 leaves out.
  [/^entrust-pkihub MLDSA\d\d-ECDSA/, 'invalid_length'],
  // The expanded ML-DSA key, where the draft has the seed.
  [/^safelogic .*ml-dsa-65-ed25519/, 'invalid_length'],
  // COSE numbers of withdrawn requests: RFC 9864 has assigned them to others.
  [/(?:ES256|ES384|Ed25519|Ed448|SLH-DSA-\w+-128s)_cose_key/, 'unsupported'],
  // Points without their first byte 04, as an earlier draft had them.
  [/ES(?:256|384)_jwk/, 'invalid_length'],
];

/** Expects the refusal of a file that deviates; others go on. */
async function refused(id: string, read: () => Promise<unknown>): Promise<boolean> {
  const deviation = DEVIATIONS.find(([pattern]) => pattern.test(id));
  if (deviation === undefined) return false;
  const outcome = await read().catch((error: unknown) => error);
  if (isHybridgeError(outcome, deviation[1])) return true;
  throw new Error(`expected ${deviation[1]}, got ${String(outcome)}`);
}

const archives = (folder: string) =>
  readMatchingFiles(`pqc-certificates/${folder}`, /\.zip$/).map((file) => ({
    vendor: file.path.slice(file.path.lastIndexOf('/') + 1, -4),
    entries: readZip(file.bytes),
  }));

describe.skipIf(archives('certs_r5').length === 0)('private keys of certificates', () => {
  const cases = archives('certs_r5').flatMap(({ vendor, entries }) =>
    entries
      .filter(({ name }) => name.endsWith('_priv.der'))
      .map(({ name, bytes }) => {
        const id = `${vendor} ${name}`;
        const base = name.replace(/(?:_seed|_expandedkey|_both)?_priv\.der$/, '');
        return {
          id,
          bytes,
          verdict: DEVIATIONS.some(([pattern]) => pattern.test(id)) ? 'malformed and refused' : vendor,
          certificates: entries.filter((entry) =>
            ['_ta.der', '_ee.der'].some((end) => entry.name === `${base}${end}`),
          ),
        };
      }),
  );

  it('load, and the certificate beside them is of their public key', async () => {
    await runCases('hackathon private keys', cases, async ({ id, bytes, certificates }) => {
      if (await refused(id, () => importKey(provider, bytes))) return undefined;
      const read = await importKey(provider, bytes).catch((error: unknown) => {
        // Falcon, FrodoKEM and the like, which the registry does not have.
        if (isHybridgeError(error, 'unknown_algorithm')) return new Skip('an algorithm of no standard');
        throw error;
      });
      if (read instanceof Skip) return read;
      if (read.kind !== 'private') throw new Error('not read as a private key');
      const spki = exportPublicKey(read.key.publicKey, { format: 'der' });
      const [certificate] = certificates;
      if (certificate === undefined) return new Skip('no certificate beside the key');
      if (Buffer.from(certificate.bytes).indexOf(spki) < 0)
        throw new Error('the certificate is of another key');
      const written = await exportPrivateKey(provider, read.key, {
        format: 'der',
        ...(read.encoding.form === 'both' || read.encoding.form === 'expanded'
          ? { form: read.encoding.form }
          : {}),
      });
      const again = await importPrivateKey(provider, written);
      if (fingerprint(provider, again.publicKey) !== fingerprint(provider, read.key.publicKey))
        throw new Error('another key after writing');
      return undefined;
    });
  }, 120_000);
});

describe.skipIf(archives('jose_cose_v1').length === 0)('JWK and COSE_Key', () => {
  const cases = archives('jose_cose_v1').flatMap(({ vendor, entries }) =>
    entries
      .filter(({ name }) => /_(?:jwk|cose_key)_priv\./.test(name))
      .map(({ name, bytes }) => ({
        id: `${vendor} ${name}`,
        name,
        bytes,
        publicBytes: entries.find((entry) => entry.name === name.replace('_priv.', '_pub.'))?.bytes,
      })),
  );

  it('private and public files give one key', async () => {
    await runCases('hackathon JWK and COSE_Key', cases, async ({ id, name, bytes, publicBytes }) => {
      if (await refused(id, () => importKey(provider, bytes))) return;
      if (publicBytes === undefined) throw new Error('no public key');
      const privateKey = await importPrivateKey(provider, bytes);
      const publicKey = await importPublicKey(provider, publicBytes);
      expectBytes(privateKey.publicKey.bytes(), publicKey.bytes(), name);
    });
  });
});
