/** Composite KEM keys and ciphertexts that other implementers brought to the IETF PQC hackathon. */
import { describe, it } from 'vitest';
import { decapsulate } from '../../src/kem/index.ts';
import { COMPOSITE_KEM_NAMES, kem } from '../../src/registry/index.ts';
import { readZip } from '../support/zip.ts';
import { expectBytes, runCases } from '../support/tally.ts';
import { readMatchingFiles } from '../support/vectors-files.ts';
import { contentsOfPkcs8, native, privateKeyOf } from './support.ts';

const archives = readMatchingFiles(
  'pqc-certificates/certs_r5',
  /^(?:cht|composite-kem-ref-impl|cryptonext|entrust)\.zip$/,
);

describe.skipIf(archives.length === 0)('hackathon composite KEMs', () => {
  it.each(archives)('$path', async ({ path, bytes }) => {
    const entries = readZip(bytes);
    const file = (oid: string, what: string): Uint8Array => {
      const found = entries.find(({ name }) => name.endsWith(`-${oid}_${what}`));
      if (found === undefined) throw new Error(`${oid}_${what} is missing`);
      return found.bytes;
    };
    const cases = COMPOSITE_KEM_NAMES.map((name) => ({ id: name, name }));
    await runCases(`hackathon composite KEMs, ${path}`, cases, async ({ name }) => {
      const oid = kem(name).identifiers.oid ?? '';
      const key = await privateKeyOf(native, name, contentsOfPkcs8(file(oid, 'priv.der')));
      expectBytes(await decapsulate(native, key, file(oid, 'ciphertext.bin')), file(oid, 'ss.bin'), 'secret');
    });
  });
});
