import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { must, root } from './support.ts';

/** A house in which every rule of the import table is broken once: each must be named, and nothing else. */

const modules: Readonly<Record<string, readonly string[]>> = {
  // Upwards and sideways, one floor after the other; the chain has no cycle.
  'src/bytes/index.ts': ['../registry/index.ts'],
  'src/encoding/index.ts': ['../registry/index.ts', 'cbor2'],
  'src/registry/index.ts': ['../policy/index.ts'],
  'src/provider/index.ts': ['../policy/index.ts'],
  'src/policy/index.ts': ['../kem/index.ts'],
  'src/events/index.ts': ['../kem/index.ts'],
  'src/kem/index.ts': ['../sign/index.ts'],
  'src/sign/index.ts': ['../keys/index.ts'],
  'src/hpke/index.ts': ['../kem/index.ts', '../sign/index.ts'],
  'src/keys/index.ts': ['../certificates/index.ts'],
  'src/certificates/index.ts': ['../cms/index.ts'],
  'src/certificates/pkijs/index.ts': ['pkijs', 'asn1js'],
  'src/cms/index.ts': ['../cose/index.ts'],
  'src/cose/index.ts': ['../firmware/index.ts'],
  'src/tls/index.ts': ['../firmware/index.ts', 'node:tls'],
  'src/firmware/index.ts': ['../negotiation/index.ts'],
  'src/negotiation/index.ts': ['../terminator/index.ts'],
  'src/terminator/index.ts': ['../inventory/index.ts'],
  'src/inventory/index.ts': ['../cost/index.ts'],
  'src/cost/index.ts': [],
  'src/providers/native/index.ts': ['../../sign/index.ts', 'node:crypto'],
  'src/providers/noble/index.ts': ['@noble/hashes/sha2.js', 'mlkem', '../native/index.ts'],
  'src/default/index.ts': ['../providers/native/index.ts', '../sign/index.ts'],
  'src/testing/index.ts': ['../certificates/index.ts'],
  // Allowed: the root gathers the indexes.
  'src/index.ts': ['./default/index.ts', './kem/index.ts', './kem/inner.ts'],
  // Past the index, and each of the libraries out of its place.
  'src/hpke/seal.ts': ['../kem/inner.ts', '../provider/index.ts', '../bytes/index.ts'],
  'src/kem/inner.ts': [
    '@noble/hashes/sha2.js',
    'mlkem',
    'pkijs',
    'asn1js',
    'cbor2',
    '@redis/client',
    'valibot',
    'commander',
    'node:crypto',
  ],
  'src/certificates/path.ts': ['../providers/native/index.ts', '../default/index.ts', '../index.ts'],
  'src/cost/report.ts': ['../testing/index.ts', '../cli/main.ts', 'hybridge/kem', 'vitest'],
  'src/inventory/scan.ts': ['../../test/support.ts', './missing.ts'],
  'src/sign/a.ts': ['./b.ts'],
  'src/sign/b.ts': ['./a.ts'],
  'src/cli/main.ts': ['../index.ts', '../kem/index.ts', '../bytes/index.ts', 'commander'],
  'bench/main.ts': ['../src/kem/index.ts', '../src/bytes/index.ts', 'vitest'],
  'test/support.ts': ['../src/kem/inner.ts'],
};

const broken = `
  cbor2-in-encoding: src/kem/inner.ts -> node_modules/cbor2
  cli-is-not-imported: src/cost/report.ts -> src/cli/main.ts
  declared-dependencies-only: src/cost/report.ts -> node_modules/vitest
  default-entry: src/default/index.ts -> src/sign/index.ts
  default-from-root-only: src/certificates/path.ts -> src/default/index.ts
  entry-points-use-indexes: src/index.ts -> src/kem/inner.ts
  examples-use-public-entries: bench/main.ts -> src/bytes/index.ts
  files-and-charts-in-cost: src/kem/inner.ts -> node_modules/valibot
  floor-0-bytes: src/bytes/index.ts -> src/registry/index.ts
  floor-1-encoding: src/encoding/index.ts -> src/registry/index.ts
  floor-1-registry: src/registry/index.ts -> src/policy/index.ts
  floor-2-events-store: src/events/index.ts -> src/kem/index.ts
  floor-2-policy: src/policy/index.ts -> src/kem/index.ts
  floor-2-provider: src/provider/index.ts -> src/policy/index.ts
  floor-3-hpke: src/hpke/index.ts -> src/sign/index.ts
  floor-3-kem-sign: src/kem/index.ts -> src/sign/index.ts
  floor-3-kem-sign: src/sign/index.ts -> src/keys/index.ts
  floor-4-keys: src/keys/index.ts -> src/certificates/index.ts
  floor-5-certificates: src/certificates/index.ts -> src/cms/index.ts
  floor-5-certificates: src/certificates/path.ts -> src/default/index.ts
  floor-5-certificates: src/certificates/path.ts -> src/index.ts
  floor-5-certificates: src/certificates/path.ts -> src/providers/native/index.ts
  floor-6-cms-cose: src/cms/index.ts -> src/cose/index.ts
  floor-6-cms-cose: src/cose/index.ts -> src/firmware/index.ts
  floor-6-tls: src/tls/index.ts -> src/firmware/index.ts
  floor-7-firmware-negotiation: src/firmware/index.ts -> src/negotiation/index.ts
  floor-7-firmware-negotiation: src/negotiation/index.ts -> src/terminator/index.ts
  floor-8-inventory-cost: src/cost/report.ts -> src/cli/main.ts
  floor-8-inventory-cost: src/cost/report.ts -> src/testing/index.ts
  floor-8-inventory-cost: src/inventory/index.ts -> src/cost/index.ts
  floor-8-terminator: src/terminator/index.ts -> src/inventory/index.ts
  floor-9-cli-public-only: src/cli/main.ts -> src/bytes/index.ts
  index-only: src/cost/report.ts -> src/cli/main.ts
  index-only: src/hpke/seal.ts -> src/kem/inner.ts
  leaf-providers-stores: src/providers/native/index.ts -> src/sign/index.ts
  leaf-providers-stores: src/providers/noble/index.ts -> src/providers/native/index.ts
  leaves-from-default-only: src/certificates/path.ts -> src/providers/native/index.ts
  no-cycles: src/sign/a.ts -> src/sign/b.ts
  noble-in-its-provider: src/kem/inner.ts -> node_modules/@noble/hashes
  noble-in-its-provider: src/kem/inner.ts -> node_modules/mlkem
  node-builtins-in-their-places: src/kem/inner.ts -> crypto
  pkijs-in-its-engine: src/kem/inner.ts -> node_modules/asn1js
  pkijs-in-its-engine: src/kem/inner.ts -> node_modules/pkijs
  redis-in-its-store: src/kem/inner.ts -> node_modules/@redis/client
  relative-inside-src: src/cost/report.ts -> src/kem/index.ts
  resolvable: src/inventory/scan.ts -> ./missing.ts
  root-is-the-top: src/certificates/path.ts -> src/index.ts
  src-stands-alone: src/inventory/scan.ts -> test/support.ts
  terminal-libraries-in-cli: src/kem/inner.ts -> node_modules/commander
  testing-floors-0-4: src/testing/index.ts -> src/certificates/index.ts
  testing-is-not-imported: src/cost/report.ts -> src/testing/index.ts
`;

interface Report {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { name: string };
    }[];
    readonly ruleSetUsed: {
      readonly forbidden: readonly { readonly name: string; readonly comment?: string }[];
    };
  };
}

let house = '';
let report: Report;

beforeAll(async () => {
  house = mkdtempSync(join(tmpdir(), 'hybridge-imports-'));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  for (const file of ['package.json', 'tsconfig.json', '.dependency-cruiser.mjs']) {
    symlinkSync(join(root, file), join(house, file));
  }
  for (const [file, imports] of Object.entries(modules)) {
    const path = join(house, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      imports.map((name, index) => `import type * as m${index} from '${name}';\n`).join(''),
    );
  }
  // The command fails, as it must; its report is on standard output.
  const shell = 'depcruise --output-type json src bench || true';
  report = JSON.parse(await must('sh', ['-c', shell], { cwd: house })) as Report;
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

test('every broken rule is named with who broke it, and no other', () => {
  const found = report.summary.violations.map(({ rule, from, to }) => {
    const target = to.replace(/^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+).*$/, '$1').replace(/^node:/, '');
    return `${rule.name}: ${from} -> ${target}`;
  });
  expect(found.sort()).toEqual(
    broken
      .trim()
      .split('\n')
      .map((line) => line.trim()),
  );
});

test('every rule is broken above and says why it exists', () => {
  for (const { name, comment } of report.summary.ruleSetUsed.forbidden) {
    expect(broken).toContain(`${name}:`);
    expect(comment?.length ?? 0, name).toBeGreaterThan(40);
  }
});
