import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, Sandbox } from './support.ts';

let sandbox: Sandbox;

/** Runs a command, ends it by a signal once `begun` says so, and tells how it ended. */
async function interrupted(
  args: readonly string[],
  signal: NodeJS.Signals,
  begun: () => boolean | Promise<boolean>,
): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly said: string }> {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: sandbox.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, by) => {
      resolve({ code, signal: by });
    });
  });
  const patience = AbortSignal.timeout(20_000);
  while (!(await begun())) {
    patience.throwIfAborted();
    await setTimeout(5);
  }
  child.kill(signal);
  return { ...(await ended), said };
}

const temporaries = (folder: string): string[] =>
  readdirSync(sandbox.path(folder)).filter((name) => name.endsWith('.tmp'));

const SETUP = [
  'set -e; truncate -s 20G huge; truncate -s 1G large; mkdir sealing opening replacing encrypting decrypting signing verifying; printf old > replacing/out',
  'hybridge keygen ML-DSA-44 --out maker.pem --quiet',
  'hybridge keygen MLKEM768-X25519 --out pump.pem --quiet',
  'hybridge seal --to pump.pub --out large.age large',
  'hybridge keygen ML-KEM-512 --out kem.pem --quiet; hybridge cms encrypt --to kem.pub --out large.p7m --quiet large',
  'hybridge cert new-ca --key maker.pem --subject CN=Maker --out ca.crt --quiet',
  'hybridge keygen ML-DSA-44 --out leaf.pem --quiet',
  'hybridge cert issue --cert ca.crt --key maker.pem --public-key leaf.pub --subject CN=Leaf --profile code-signing --out leaf.crt --quiet',
  'hybridge cms sign --key leaf.pem --cert leaf.crt --out large.p7s --quiet large',
].join('\n');

beforeAll(async () => {
  sandbox = new Sandbox();
  expect(await sandbox.shell(SETUP)).toMatchObject({ code: 0, stderr: '' });
});

afterAll(() => {
  sandbox.remove();
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it.each([
    ['seal', ['seal', '--to', 'pump.pub', '--out', 'sealing/out', 'huge'], 'sealing', []],
    ['open', ['open', '--key', 'pump.pem', '--out', 'opening/out', 'large.age'], 'opening', []],
    [
      'seal over a file',
      ['seal', '--to', 'pump.pub', '--out', 'replacing/out', '--force', 'huge'],
      'replacing',
      ['out'],
    ],
    [
      'cms encrypt',
      ['cms', 'encrypt', '--to', 'kem.pub', '--out', 'encrypting/out', 'huge'],
      'encrypting',
      [],
    ],
    [
      'cms decrypt',
      ['cms', 'decrypt', '--key', 'kem.pem', '--out', 'decrypting/out', 'large.p7m'],
      'decrypting',
      [],
    ],
    [
      'cms sign',
      ['cms', 'sign', '--key', 'leaf.pem', '--cert', 'leaf.crt', '--out', 'signing/out', 'huge'],
      'signing',
      [],
    ],
    [
      'cms verify',
      ['cms', 'verify', '--anchor', 'ca.crt', '--out', 'verifying/out', 'large.p7s'],
      'verifying',
      [],
    ],
  ])('ends %s, and nothing half-written stays', async (_, args, folder, left) => {
    const ended = await interrupted(args, signal, () => temporaries(folder).length > 0);
    expect(ended).toEqual({ code: null, signal, said: '' });
    expect(readdirSync(sandbox.path(folder))).toEqual(left);
  });

  it('ends sign before it has written anything', async () => {
    const before = sandbox.list();
    let looks = 0;
    const ended = await interrupted(
      ['sign', '--key', 'maker.pem', '--out', 'huge.sig', 'huge'],
      signal,
      () => ++looks > 100,
    );
    expect(ended).toEqual({ code: null, signal, said: '' });
    expect(sandbox.list()).toEqual(before);
  });

  it('ends a command that waits for its input', async () => {
    let looks = 0;
    const ended = await interrupted(['key', 'inspect', '-'], signal, () => ++looks > 100);
    expect(ended).toEqual({ code: null, signal, said: '' });
  });

  it('ends a bench', async () => {
    let looks = 0;
    const ended = await interrupted(['bench', '--time', '2000'], signal, () => ++looks > 100);
    expect(ended).toMatchObject({ code: null, signal });
  });
});

describe('a shell', () => {
  it.each([
    ['INT', 130],
    ['TERM', 143],
  ])('sees SIG%s as %d', async (signal, code) => {
    const line = `(exec hybridge seal --to pump.pub --out sealing/out huge) & sleep 1; kill -${signal} $!; wait $!`;
    // Without job control the shell would have the command ignore SIGINT.
    const ended = await sandbox.shell(`set -m; ${line}`);
    expect(ended.code).toBe(code);
    expect(sandbox.list('sealing')).toEqual([]);
  });

  it('whose reader went away gets its files', async () => {
    const { stdout } = await sandbox.shell(
      'hybridge keygen ML-DSA-44 --out late.pem | true; echo "${PIPESTATUS[0]}"; ls late.*',
    );
    expect(stdout).toBe('0\nlate.pem\nlate.pub\n');
  });

  it('whose reader had enough of a long document gets the verdict, not so one whose disk is full', async () => {
    const { stdout } = await sandbox.shell(
      'echo "{years: {from: 2027, to: 2036}, classes: {pump: {device: nrf52840, devices: 1, updates: {perYear: 1, ' +
        'imageBytes: 9, signatures: [Ed25519]}}}, plans: {p: {to: {}, schedule: {shares: {2027: 1}}}}}" > fleet.yaml; ' +
        'hybridge cost whatif fleet.yaml --json | true; echo "${PIPESTATUS[0]}"; ' +
        'hybridge cost whatif fleet.yaml --json > /dev/full 2> said; echo $?; grep -c "no space left" said',
    );
    expect(stdout).toBe('0\n2\n1\n');
  });
});
