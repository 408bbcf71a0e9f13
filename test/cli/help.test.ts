import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namedPolicy } from '../../src/policy/index.ts';
import { createSqliteStore } from '../../src/stores/sqlite/index.ts';
import { Sandbox } from './support.ts';

/** Every command, the way to its help, and what its example needs to be there. */
const COMMANDS = {
  '': [],
  keygen: [],
  'key inspect': ['maker.pem'],
  'key convert': ['maker.pem'],
  'key public': ['maker.pem'],
  sign: ['maker.pem', 'image.bin'],
  verify: ['maker.pub', 'image.sig', 'image.bin'],
  seal: ['pump.pub', 'image.bin'],
  open: ['pump.pem', 'image.age'],
  explain: [],
  providers: [],
  'cert new-ca': ['pki/root.key'],
  'cert request': ['pki/pump.key'],
  'cert issue': ['pki/pump.csr', 'pki/ca.pem', 'pki/ca.key'],
  'cert verify': ['pki/pump.pem', 'pki/root.pem', 'pki/ca.pem'],
  'cert inspect': ['pki/pump.pem'],
  'cert lint': ['pki/pump.pem', 'pki/ca.pem'],
  'cert crl': ['pki/ca.pem', 'pki/ca.key', 'pki/pump.pem'],
  'cms sign': ['pki/maker.key', 'pki/maker.pem', 'pki/report.pdf'],
  'cms verify': ['pki/root.pem', 'pki/report.pdf', 'pki/report.p7s'],
  'cms encrypt': ['pki/ward.pem', 'pki/report.pdf'],
  'cms decrypt': ['pki/ward.key', 'pki/ward.pem', 'pki/report.p7m'],
  'policy list': [],
  'policy show': [],
  'policy check': [],
  'policy diff': [],
  'policy exceptions': ['ward-7.json', 'floors.db'],
  'policy floors': ['floors.db'],
  'policy render': [],
  'tls hello': ['capture.pcapng'],
  'tls probe': [],
  'tls rules': [],
  'tls serve': ['pki/ec.pem', 'pki/ec.key', 'pki/pq.pem', 'pki/pq.key'],
  'cost predict': [],
  'cost compare': [],
  'cost whatif': ['fleet.yaml'],
  'cost check': ['budget.json'],
  'cost advise': [],
  'cost calibrate': ['board.csv'],
  'cost report': [],
  bench: [],
  'bench compare': ['a.json', 'b.json'],
} as const;

/** Examples that go on until they are told to end. */
const SERVING: readonly string[] = ['tls serve'];

/** Examples whose answer is a negative verdict. */
const NEGATIVE: readonly string[] = ['policy diff'];

const SETUP = [
  'set -e',
  'printf firmware > image.bin',
  'hybridge keygen ML-DSA-65 --out maker.pem --quiet',
  'hybridge keygen MLKEM768-X25519 --out pump.pem --quiet',
  'hybridge sign --key maker.pem --out image.sig image.bin',
  'hybridge bench X25519 --time 1 --out a.json --quiet; cp a.json b.json',
  "printf 'algorithm,operation,implementation,cycles\\nML-DSA-65,verify,ours,2610000\\n' > board.csv",
  'hybridge seal --to pump.pub --out image.age image.bin',
  'mkdir pki; cd pki; printf report > report.pdf',
  'for name in root ca pump maker; do hybridge keygen ML-DSA-44 --out $name.key --quiet; done',
  'hybridge keygen ML-KEM-768 --out ward.key --quiet',
  'hybridge cert new-ca --key root.key --subject CN=Root --out root.pem --quiet',
  'hybridge cert request --key ca.key --subject CN=CA --out ca.csr --quiet',
  'hybridge cert issue ca.csr --cert root.pem --key root.key --profile ca --out ca.pem --quiet',
  'by="--cert ca.pem --key ca.key --quiet"',
  'hybridge cert request --key pump.key --subject CN=Pump --san pump.example --out pump.csr --quiet',
  'hybridge cert issue pump.csr $by --profile tls-server --out pump.pem',
  'hybridge keygen ECDSA-P256-SHA256 --out ec.key --quiet; hybridge keygen ML-DSA-44 --out pq.key --quiet',
  'for name in ec pq; do hybridge cert issue $by --public-key $name.pub --subject CN=Front --profile tls-server --san localhost --chain --out $name.pem; done',
  'hybridge cert issue $by --public-key maker.pub --subject CN=Maker --profile code-signing --chain --out maker.pem',
  'hybridge cert issue $by --public-key ward.pub --subject CN=Ward --profile encryption --out ward.pem',
  'hybridge cms sign --key maker.key --cert maker.pem --detached --out report.p7s --quiet report.pdf',
  'hybridge cms encrypt --to ward.pem --out report.p7m --quiet report.pdf',
].join('\n');

const FLEET = `
years: { from: 2028, to: 2030 }
classes:
  pump:
    devices: 900
    device: nrf52840
    link: lte-m
    sessions: { perDay: 4, group: X25519, signature: ECDSA-P256-SHA256 }
plans:
  hybrid:
    to: { group: X25519MLKEM768, signature: ML-DSA-44 }
    schedule: { shares: { 2029: 1 } }
`;
const BUDGET = {
  budgets: [
    {
      name: 'update',
      device: 'nrf52840',
      scenario: { kind: 'firmware-update', imageBytes: 65_536, signatures: ['ML-DSA-65'] },
      limits: { ramBytes: 262_144 },
    },
  ],
} as const;

const CAPTURE = join(import.meta.dirname, '../../vectors/tls-hello/chromium.pcapng');

/** Where examples expect a server; the one of the tests listens somewhere else. */
const SERVER = '127.0.0.1:8443';

let sandbox: Sandbox;
let server: Server;

beforeAll(async () => {
  sandbox = new Sandbox();
  expect(await sandbox.shell(SETUP)).toMatchObject({ code: 0, stderr: '' });
  copyFileSync(CAPTURE, sandbox.path('capture.pcapng'));
  writeFileSync(
    sandbox.path('ward-7.json'),
    JSON.stringify({ ...namedPolicy('hybrid-required'), name: 'ward-7' }),
  );
  writeFileSync(sandbox.path('fleet.yaml'), FLEET);
  writeFileSync(sandbox.path('budget.json'), JSON.stringify(BUDGET));
  await createSqliteStore({ path: sandbox.path('floors.db') }).close();
  const [cert, key] = ['pump.pem', 'pump.key'].map((name) => readFileSync(sandbox.path('pki', name)));
  server = createServer({ cert, key }, (socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
  sandbox.remove();
});

/** An example with the server of the tests in place of the one that it names. */
function atServer(example: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return example.replace(SERVER, `127.0.0.1:${String(address.port)}`);
}

/** The commands that a help text lists. */
function listed(help: string): string[] {
  const [, list = ''] = help.split('\nCommands:\n');
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gmu)].flatMap(([, name]) =>
    name === undefined || name === 'help' ? [] : [name],
  );
}

const helpOf = async (name: string): Promise<string> => {
  const { code, stdout, stderr } = await sandbox.hybridge([...name.split(' ').filter(Boolean), '--help']);
  expect({ code, stderr }, name).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe.concurrent('help', () => {
  it('is tested for every command there is', async () => {
    const found = await Promise.all(
      listed(await helpOf('')).map(async (name) => {
        const help = await helpOf(name);
        const below = listed(help).map((sub) => `${name} ${sub}`);
        // Commands with others below them do nothing by themselves, unless they take arguments.
        return below.length === 0 || help.includes('\nArguments:\n') ? [name, ...below] : below;
      }),
    );
    expect(new Set(['', ...found.flat()])).toEqual(new Set(Object.keys(COMMANDS)));
  });

  it.each(Object.entries(COMMANDS))('of "%s" has an example that runs', async (name, needs) => {
    const help = await helpOf(name);
    const examples = [...help.matchAll(/^ {2}\$ (hybridge .+)$/gmu)].map(([, example]) => example ?? '');
    expect(examples.length, help).toBeGreaterThan(0);
    for (const example of examples) {
      expect(example.startsWith(`hybridge ${name}`), example).toBe(true);
      for (const file of needs) expect(example).toContain(basename(file));
      // Each in a folder where its outputs are not yet.
      const inputs = needs.map((file) => `../${file}`).join(' ');
      const folder = `example-${name.replace(' ', '-')}`;
      const setup = `mkdir ${folder}; cd ${folder}; ${inputs === '' ? '' : `cp ${inputs} .;`}`;
      if (SERVING.includes(name)) {
        // Served until it says that it is ready, however long that takes.
        const ended = await sandbox.shell(
          `${setup} ${example.replace(SERVER, '127.0.0.1:0')} > said & ` +
            'until grep -q ready: said || ! kill -0 $!; do sleep 0.1; done; kill $!; wait $!; code=$?; cat said; exit $code',
        );
        expect(ended.code, ended.stderr).toBe(0);
        expect(ended.stdout, example).toMatch(/^ready: /u);
        continue;
      }
      const { code, stdout, stderr } = await sandbox.shell(`${setup} ${atServer(example)}`);
      expect(stderr.replaceAll(/\r\u001b\[K[^\r\n]*/gu, ''), example).toBe('');
      expect(code, example).toBe(NEGATIVE.includes(name) ? 1 : 0);
      const [, out] = / (?:--out|>) (\S+)/u.exec(example) ?? [];
      if (out === undefined) expect(stdout, example).not.toBe('');
      else expect(existsSync(sandbox.path(folder, out)), example).toBe(true);
    }
  });
});
