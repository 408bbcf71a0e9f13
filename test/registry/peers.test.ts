/** Identifiers against what foreign implementations and published examples print. */
import { describe, expect, it } from 'vitest';

import {
  ALGORITHMS,
  COMPOSITE_KEM_NAMES,
  COMPOSITE_SIGNATURE_NAMES,
  find,
  findByCose,
  findByHpkeKem,
  findByName,
  findByOid,
  findByTlsGroup,
  findByTlsSignature,
  HASH_ML_DSA_NAMES,
  HASH_SLH_DSA_NAMES,
  ML_DSA_NAMES,
  ML_KEM_NAMES,
  OBSOLETE,
  signature,
  SLH_DSA_NAMES,
} from '../../src/registry/index.ts';
import { askPeer, describeWithPeer, findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { jsonObject, readVectorFiles } from '../support/vectors-files.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describeWithPeer('bc-peer', 'registry against Bouncy Castle', () => {
  it('has every composite and post-quantum OID under the same name', async () => {
    const lines = latin1(await askPeer('bc-peer', ['algs']))
      .trim()
      .split('\n');
    const seen = new Set<string>();
    for (const line of lines) {
      const [name = '', oid = ''] = line.split(' ');
      const [row, ...others] = findByOid(oid);
      expect(others, line).toEqual([]);
      expect(row, line).toBeDefined();
      if (row === undefined) continue;
      // Bouncy Castle has BP256 and BP384 for brainpool as well.
      const spelling = name.replaceAll('_', '-').replace(/-BP(\d+)-/, '-brainpoolP$1r1-');
      expect(findByName(spelling), line).toBe(row);
      seen.add(row.name);
    }
    report(`registry, Bouncy Castle: ${String(lines.length)} names and OIDs`);
    expect([...seen].toSorted()).toEqual(
      [
        ...ML_KEM_NAMES,
        ...COMPOSITE_KEM_NAMES,
        ...ML_DSA_NAMES,
        ...HASH_ML_DSA_NAMES,
        ...SLH_DSA_NAMES,
        ...HASH_SLH_DSA_NAMES,
        ...COMPOSITE_SIGNATURE_NAMES,
      ].toSorted(),
    );
  });
});

describeWithPeer('peer-openssl', 'registry against OpenSSL', () => {
  it('agrees on OIDs and names', async () => {
    const kinds = ['-digest-algorithms', '-signature-algorithms', '-kem-algorithms', '-key-managers'];
    const text = latin1(await askPeer('peer-openssl', ['list', ...kinds]));
    const seen = new Set<string>();
    for (const [, inside = ''] of text.matchAll(/\{ ([^}]+) \}/g)) {
      const [oid = '', ...names] = inside.split(', ').toSorted();
      const rows = findByOid(oid).filter(({ kind }) => kind !== 'obsolete');
      for (const name of names) {
        const row = findByName(name);
        if (row !== undefined) expect(rows, inside).toContain(row);
      }
      // The OIDs of ECDSA name a hash; the curve in our names is in the key.
      if (rows.length !== 1 || rows[0]?.kind === 'ecdsa') continue;
      expect(
        names.some((name) => findByName(name) === rows[0]),
        inside,
      ).toBe(true);
      for (const { name } of rows) seen.add(name);
    }
    report(`registry, OpenSSL: ${String(seen.size)} OIDs and names`);
    expect([...seen]).toEqual(
      expect.arrayContaining([...ML_KEM_NAMES, ...ML_DSA_NAMES, ...SLH_DSA_NAMES, 'SHA-512/256', 'SHAKE256']),
    );
  });

  it('knows our TLS names', async () => {
    const list = async (option: string): Promise<readonly string[]> =>
      latin1(await askPeer('peer-openssl', ['list', option, '-tls1_3']))
        .trim()
        .split(':');
    const [groups, schemes] = [await list('-tls-groups'), await list('-tls-signature-algorithms')];
    for (const { identifiers, kind } of ALGORITHMS) {
      if (identifiers.tlsGroup !== undefined) expect(groups).toContain(identifiers.tlsGroup.name);
      // OpenSSL has no SLH-DSA in TLS.
      if (identifiers.tlsSignature !== undefined && kind !== 'slh-dsa')
        expect(schemes).toContain(identifiers.tlsSignature.name);
    }
  });
});

describeWithPeer('peer-tshark', 'registry against Wireshark', () => {
  const tables = async (): Promise<readonly (readonly [field: string, value: number, name: string])[]> => {
    // All of Wireshark's value strings are a hundred megabytes; only those of TLS are kept.
    const filter = String.raw`"$0" -G values 2>/dev/null | grep -E '^V.tls\.(handshake\.(extensions_supported_group|sig_hash_alg)|ech\.hpke)'`;
    const text = latin1(await askPeer('sh', ['-c', filter, findPeer('peer-tshark') ?? '']));
    return text
      .trim()
      .split('\n')
      .map((line) => {
        const [, field = '', value = '', name = ''] = line.split('\t');
        return [field, Number(value), name.replace(' (OBSOLETE)', '')];
      });
  };

  it('agrees on every code point', async () => {
    const counts = { living: 0, obsolete: 0 };
    const rows = await tables();
    expect(rows.length).toBeGreaterThan(200);
    for (const [field, value, name] of rows) {
      const what = `${field} ${value.toString(16)} ${name}`;
      if (field.endsWith('supported_group')) {
        const row = findByTlsGroup(value);
        if (row === undefined) continue;
        expect(row.identifiers.tlsGroup?.name, what).toBe(name);
        counts[row.status === 'obsolete' ? 'obsolete' : 'living']++;
      } else if (field.endsWith('sig_hash_alg'))
        for (const row of findByTlsSignature(value)) {
          expect(row.identifiers.tlsSignature?.name, what).toBe(name);
          counts[row.status === 'obsolete' ? 'obsolete' : 'living']++;
        }
      else if (field.endsWith('kem_id')) {
        const row = findByHpkeKem(value);
        if (row === undefined) continue;
        expect(findByName(name), what).toBe(row);
        counts.living++;
      } else {
        const kind = field.endsWith('kdf_id') ? 'hpke-kdf' : 'hpke-aead';
        const match = find(String(value)).matches.find(({ by }) => by.includes(kind));
        if (match === undefined) continue;
        expect(findByName(name), what).toBe(match.entry);
        counts.living++;
      }
    }
    report(
      `registry, Wireshark: ${String(counts.living)} code points, ${String(counts.obsolete)} obsolete ones`,
    );
    expect(counts.obsolete).toBeGreaterThan(15);
  });

  it('has every TLS code point of ours', async () => {
    const rows = await tables();
    const known = new Set(rows.map(([field, value]) => `${field.split('.').at(-1) ?? ''} ${String(value)}`));
    for (const { name, identifiers } of ALGORITHMS) {
      const { tlsGroup, tlsSignature } = identifiers;
      if (tlsGroup !== undefined)
        expect(known.has(`extensions_supported_group ${String(tlsGroup.code)}`), name).toBe(true);
      if (tlsSignature !== undefined)
        expect(known.has(`sig_hash_alg ${String(tlsSignature.code)}`), name).toBe(true);
    }
    const kyber = OBSOLETE.filter(({ identifiers }) =>
      /Kyber\d+Draft00/.test(identifiers.tlsGroup?.name ?? ''),
    );
    expect(kyber).toHaveLength(4);
    for (const { name, identifiers } of kyber)
      expect(known.has(`extensions_supported_group ${String(identifiers.tlsGroup?.code)}`), name).toBe(true);
  });
});

describe('RFC 9964', () => {
  const stemOf = (name: string): string => `cose-jose/rfc9964/${name.replaceAll('-', '_')}`;
  const present = ML_DSA_NAMES.some((name) => readVectorFiles(`${stemOf(name)}.jose.json`).length > 0);

  it.runIf(present).each(ML_DSA_NAMES)('%s', (name) => {
    const stem = stemOf(name);
    const [jose] = readVectorFiles(`${stem}.jose.json`);
    const [cose] = readVectorFiles(`${stem}.cose.json`);
    if (jose === undefined || cose === undefined) throw new Error(`${stem}: missing`);
    const row = signature(name);
    expect(jsonObject(jose).object('jwk').text('alg')).toBe(row.identifiers.jose);
    // Labels 2 (kid), 1 (kty AKP), 3 (alg, a negative integer in one byte: -1 - 0x2f and so on) [RFC 9052 §7].
    const [, encoded = ''] =
      /^a5025820[0-9a-f]{64}01070338([0-9a-f]{2})/.exec(jsonObject(cose).text('key')) ?? [];
    const number = -1 - Number.parseInt(encoded, 16);
    expect(findByCose(number)).toEqual([row]);
  });
});
