/** Building of paths from pools: in any order, cross-signed, in circles, hostile. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Certificate,
  type PathResult,
  validatePath,
  verifySigned,
} from '../../../src/certificates/index.ts';
import { AT, type Entity, make, makeRoot, makeServer, provider } from './pki.ts';

function ask(
  leaf: Entity,
  anchors: readonly Entity[],
  pool: readonly Entity[],
  limits = {},
): Promise<PathResult> {
  return validatePath(
    provider,
    { certificate: leaf.certificate, pool: pool.map(({ certificate }) => certificate) },
    { anchors: anchors.map(({ certificate }) => certificate), at: AT, limits },
  );
}

const identifier = (octet: number): { readonly subjectKeyIdentifier: Uint8Array } => ({
  subjectKeyIdentifier: new Uint8Array(20).fill(octet),
});
const authority = (
  octet: number,
): { readonly authorityKeyIdentifier: { readonly keyIdentifier: Uint8Array } } => ({
  authorityKeyIdentifier: { keyIdentifier: new Uint8Array(20).fill(octet) },
});

describe('pools', () => {
  test('the order of the pool does not matter, nor what else is in it', async () => {
    const root = await makeRoot();
    const chain = [root];
    for (let depth = 1; depth <= 6; depth++)
      chain.push(await make({ subject: `CN=CA ${String(depth)}`, issuer: chain[depth - 1], ca: true }));
    const leaf = await makeServer(chain[6] ?? root, ['a.example']);
    const strangers = await Promise.all(
      [1, 2, 3].map((n) => makeRoot({ subject: `CN=Stranger ${String(n)}` })),
    );
    const all = [...chain, ...strangers, leaf];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (pool) => {
        const result = await ask(leaf, [root], pool);
        expect(result).toMatchObject({ valid: true, work: { signatures: 7, paths: 1 } });
        expect(result.path).toHaveLength(7);
      }),
      { numRuns: 20 },
    );
  });

  test('the longest path is limited', async () => {
    const root = await makeRoot();
    const chain = [root];
    for (let depth = 1; depth <= 4; depth++)
      chain.push(await make({ subject: `CN=CA ${String(depth)}`, issuer: chain[depth - 1], ca: true }));
    const leaf = await makeServer(chain[4] ?? root, ['a.example']);
    expect((await ask(leaf, [root], chain, { certificates: 5 })).valid).toBe(true);
    expect(await ask(leaf, [root], chain, { certificates: 4 })).toMatchObject({
      valid: false,
      reason: 'path-length',
      at: 3,
    });
  });

  test('an old and a new key under one name', async () => {
    const root = await makeRoot();
    const first = await make({ subject: 'CN=CA', issuer: root, ca: true, extensions: identifier(1) });
    const second = await make({ subject: 'CN=CA', issuer: root, ca: true, extensions: identifier(2) });
    const leaf = await makeServer(second, ['a.example'], { extensions: authority(2) });
    const silent = await makeServer(second, ['a.example']);
    expect(await ask(leaf, [root], [first, second])).toMatchObject({ valid: true, work: { signatures: 2 } });
    expect(await ask(silent, [root], [first, second])).toMatchObject({
      valid: true,
      work: { signatures: 3 },
    });
  });

  test('a key identifier that does not fit is no proof', async () => {
    const root = await makeRoot();
    const ca = await make({ subject: 'CN=CA', issuer: root, ca: true, extensions: identifier(1) });
    const leaf = await makeServer(ca, ['a.example'], { extensions: authority(9) });
    expect((await ask(leaf, [root], [ca])).valid).toBe(true);
  });

  test('cross-signed: the certificate that is valid is taken, whichever comes first', async () => {
    const [oldRoot, newRoot] = await Promise.all([
      makeRoot({ subject: 'CN=Old' }),
      makeRoot({ subject: 'CN=New' }),
    ]);
    const ca = await make({ subject: 'CN=CA', issuer: oldRoot, ca: true, notAfter: new Date('2027-02-01') });
    const crossed = await make({ subject: 'CN=CA', issuer: newRoot, ca: true, keys: ca.keys });
    const leaf = await makeServer(ca, ['a.example']);
    for (const pool of [
      [ca, crossed],
      [crossed, ca],
    ]) {
      expect(await ask(leaf, [oldRoot, newRoot], pool)).toMatchObject({
        valid: true,
        anchor: newRoot.certificate,
      });
      expect(await ask(leaf, [oldRoot], pool)).toMatchObject({ valid: false, reason: 'expired', at: 1 });
    }
  });

  test('a new root that the old one has signed, and the other way round', async () => {
    const oldRoot = await makeRoot({ subject: 'CN=Old' });
    const newRoot = await makeRoot({ subject: 'CN=New', algorithm: 'ML-DSA-44' });
    const newByOld = await make({ subject: 'CN=New', issuer: oldRoot, ca: true, keys: newRoot.keys });
    const oldByNew = await make({ subject: 'CN=Old', issuer: newRoot, ca: true, keys: oldRoot.keys });
    const leaf = await makeServer(newRoot, ['a.example']);
    const pool = [newByOld, oldByNew, newRoot, oldRoot];
    const [byNew, byOld] = [await ask(leaf, [newRoot], pool), await ask(leaf, [oldRoot], pool)];
    expect(byNew).toMatchObject({ valid: true, path: { length: 1 } });
    expect(byOld).toMatchObject({ valid: true, path: { length: 2 } });
    expect((await ask(leaf, [], pool)).valid).toBe(false);
  });

  test('a path that fails for its policies or names gives way to one that does not', async () => {
    const root = await makeRoot();
    const narrow = { permitted: [{ kind: 'dns', name: 'b.example' } as const], excluded: [] };
    const ca = await make({
      subject: 'CN=CA',
      issuer: root,
      ca: true,
      extensions: { nameConstraints: narrow },
    });
    const wide = await make({ subject: 'CN=CA', issuer: root, ca: true, keys: ca.keys });
    const leaf = await makeServer(ca, ['a.example']);
    expect(await ask(leaf, [root], [ca, wide])).toMatchObject({
      valid: true,
      work: { paths: 2, signatures: 3 },
    });
    expect(await ask(leaf, [root], [ca])).toMatchObject({ valid: false, reason: 'name-constraints', at: 0 });
  });
});

describe('hostile pools', () => {
  test('thousands of certificates of the same name', async () => {
    const root = await makeRoot();
    const ca = await make({ subject: 'CN=CA', issuer: root, ca: true, extensions: identifier(1) });
    const leaf = await makeServer(ca, ['a.example'], { extensions: authority(1) });
    const fakes = await Promise.all(
      Array.from({ length: 150 }, () => make({ subject: 'CN=CA', ca: true, issuerName: 'CN=Root' })),
    );
    const crowd = Array.from({ length: 3000 }, (_, index) => fakes[index % fakes.length] ?? ca);
    const start = performance.now();
    expect(await ask(leaf, [root], [...crowd, ca])).toMatchObject({ valid: true, work: { signatures: 2 } });
    const lost = await ask(leaf, [root], crowd);
    expect(lost).toMatchObject({ valid: false, reason: 'signature-invalid', work: { limitReached: true } });
    expect(lost.work.signatures).toBe(100);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('the same name and key identifier: found within the limits, or not at all', async () => {
    const root = await makeRoot();
    const ca = await make({ subject: 'CN=CA', issuer: root, ca: true });
    const leaf = await makeServer(ca, ['a.example']);
    const fakes = await Promise.all(
      Array.from({ length: 60 }, () => make({ subject: 'CN=CA', ca: true, issuerName: 'CN=Root' })),
    );
    expect((await ask(leaf, [root], [...fakes, ca])).valid).toBe(true);
    expect(await ask(leaf, [root], [...fakes, ca], { signatures: 50 })).toMatchObject({
      valid: false,
      work: { signatures: 50, limitReached: true },
    });
    expect(await ask(leaf, [root], [...fakes, ca], { candidates: 3 })).toMatchObject({
      valid: false,
      work: { candidates: 3, limitReached: true },
    });
  });

  test('everybody has signed everybody', async () => {
    const root = await makeRoot();
    const size = 9;
    const holders = await Promise.all(
      Array.from({ length: size }, (_, n) => makeRoot({ subject: `CN=Node ${String(n)}` })),
    );
    const mesh: Entity[] = [];
    for (const [child, { keys }] of holders.entries())
      for (const [parent, issuer] of holders.entries())
        if (parent !== child)
          mesh.push(await make({ subject: `CN=Node ${String(child)}`, issuer, keys, ca: true }));
    const [first] = holders;
    if (first === undefined) throw new Error('no nodes');
    const leaf = await makeServer(first, ['a.example']);
    const start = performance.now();
    const lost = await ask(leaf, [root], mesh);
    expect(lost).toMatchObject({ valid: false, work: { limitReached: true } });
    expect(lost.work.candidates).toBeLessThanOrEqual(2000);
    expect(performance.now() - start).toBeLessThan(2000);
    const last = holders[size - 1];
    if (last === undefined) throw new Error('no nodes');
    const way = await make({
      subject: last.certificate.toJSON().subject,
      issuer: root,
      keys: last.keys,
      ca: true,
    });
    const found = await ask(leaf, [root], [...mesh, way]);
    expect(found.valid).toBe(true);
  });
});

describe('properties', () => {
  const NODES = 6;
  test('any graph of issuers: it ends, and what is valid is proven', async () => {
    const root = await makeRoot();
    const nodes = await Promise.all(
      Array.from({ length: NODES }, (_, n) => make({ subject: `CN=N${String(n % 4)}`, ca: true })),
    );
    const leaf = await makeServer(nodes[0] ?? root, ['a.example']);
    let valid = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(NODES - 1), fc.nat(NODES), fc.boolean()), { maxLength: 16 }),
        async (edges) => {
          const pool: Entity[] = [];
          for (const [subject, issuer, ca] of edges) {
            const { keys, certificate } = nodes[subject] ?? root;
            pool.push(
              await make({ subject: certificate.toJSON().subject, issuer: nodes[issuer] ?? root, keys, ca }),
            );
          }
          const result = await ask(leaf, [root], pool);
          // An edge from the root reaches the leaf's issuer by CAs alone: then, and only then, a path is found.
          expect(result.valid).toBe(reaches(edges));
          if (!result.valid) return;
          valid++;
          const links: readonly Certificate[] = [...result.path, root.certificate];
          for (const [index, certificate] of result.path.entries()) {
            const issuer = links[index + 1];
            if (issuer === undefined) throw new Error('a link is missing');
            expect(issuer.subject.key).toBe(certificate.issuer.key);
            expect(await verifySigned(provider, certificate, issuer)).toBe(true);
            expect(index === 0 || certificate.extensions.basicConstraints?.ca).toBe(true);
          }
        },
      ),
      { numRuns: 60, seed: 2027 },
    );
    expect(valid).toBeGreaterThan(3);
  });

  function reaches(edges: readonly (readonly [number, number, boolean])[]): boolean {
    const trusted = new Set([NODES]);
    for (let round = 0; round < NODES; round++)
      for (const [subject, issuer, ca] of edges) if (ca && trusted.has(issuer)) trusted.add(subject);
    return trusted.has(0);
  }

  test('no change of a signed byte is ever valid, and nothing but a verdict comes of it', async () => {
    const root = await makeRoot();
    const ca = await make({ subject: 'CN=CA', issuer: root, ca: true });
    const leaf = await makeServer(ca, ['a.example']);
    const chain = [leaf.certificate.bytes, ca.certificate.bytes];
    const options = { anchors: [root.certificate], at: AT };
    const reasons = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (which, at, mask, strict) => {
          const changed = chain.map((bytes, index) => {
            const copy = Uint8Array.from(bytes);
            if (index === which) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ mask;
            return copy;
          });
          const result = await validatePath(provider, changed, { ...options, strict });
          expect(result.valid).toBe(false);
          if (!result.valid) reasons.set(result.reason, (reasons.get(result.reason) ?? 0) + 1);
        },
      ),
      { numRuns: 600 },
    );
    expect(reasons.size).toBeGreaterThan(2);
  });
});
