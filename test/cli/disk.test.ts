import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../support/tally.ts';
import { type Ended, errorLines, Sandbox } from './support.ts';

/** Disks that are full and files that are not ours. Root may do anything, so it gives up what lets it. */
const isRoot = process.getuid?.() === 0;
const AS_ANYBODY = 'setpriv --bounding-set -dac_override,-dac_read_search --inh-caps -all';
const unprivileged = isRoot ? AS_ANYBODY : '';
const cannotGiveUp = isRoot && spawnSync('bash', ['-c', `${AS_ANYBODY} true`]).status !== 0;

const BUT_FULL = 'size=64k,nr_inodes=16';

let sandbox: Sandbox;
/** Why there is no small disk to fill; `undefined` when there is one. */
let noDisk: string | undefined;

const SETUP = [
  'set -e; mkdir disk locked; printf firmware > image.bin; head -c 200000 /dev/urandom > large',
  'hybridge keygen ML-DSA-44 --out maker.pem --quiet',
  'hybridge keygen MLKEM768-X25519 --out pump.pem --quiet',
  'hybridge seal --to pump.pub --out large.age large',
  'hybridge cert new-ca --key maker.pem --subject CN=Maker --out ca.crt --quiet',
  'for name in kem leaf; do [ $name = kem ] && a=ML-KEM-512 || a=ML-DSA-44; hybridge keygen $a --out $name.pem --quiet; done',
  'by="--cert ca.crt --key maker.pem --quiet"',
  'hybridge cert issue $by --public-key kem.pub --subject CN=Kem --profile encryption --out kem.crt',
  'hybridge cert issue $by --public-key leaf.pub --subject CN=Leaf --profile code-signing --out leaf.crt',
  'hybridge cms encrypt --to kem.crt --out large.p7m --quiet large',
  'hybridge cms sign --key leaf.pem --cert leaf.crt --out large.p7s --quiet large',
].join('\n');

beforeAll(async () => {
  sandbox = new Sandbox();
  expect(await sandbox.shell(SETUP)).toMatchObject({ code: 0, stderr: '' });
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', BUT_FULL, 'tmpfs', sandbox.path('disk')]);
  if (mount.status !== 0) noDisk = 'no small disk can be mounted here';
  if (noDisk !== undefined) report(`disk: not run: ${noDisk}`);
  if (cannotGiveUp) report('permissions: not run: root cannot give up its privileges here');
});

afterAll(() => {
  if (noDisk === undefined) spawnSync('umount', [sandbox.path('disk')]);
  sandbox.remove();
});

function expectRefusal(ended: Ended, message: string): void {
  expect(errorLines(ended.stderr), ended.stderr).toEqual([`error: ${message}`]);
  expect(ended.code).toBe(2);
  expect(ended.stdout).toBe('');
}

describe('a disk that runs full', () => {
  // 60 kB of 64 are taken: enough is left for a small file, not for two or for a large one.
  const fill = (bytes: number): void => {
    writeFileSync(sandbox.path('disk/ballast'), new Uint8Array(bytes));
  };

  it.each([
    ['seal', 'hybridge seal --to pump.pub --out disk/out large', 16 * 1024],
    ['seal, armored', 'hybridge seal --armor --to pump.pub --out disk/out large', 16 * 1024],
    ['open', 'hybridge open --key pump.pem --out disk/out large.age', 16 * 1024],
    ['sign', 'hybridge sign --key maker.pem --out disk/out image.bin', 64 * 1024],
    ['keygen', 'hybridge keygen ML-DSA-44 --out disk/out', 64 * 1024],
    ['key convert', 'hybridge key convert maker.pem --out disk/out', 64 * 1024],
    ['key public', 'hybridge key public maker.pem --out disk/out', 64 * 1024],
    ['cert new-ca', 'hybridge cert new-ca --key maker.pem --subject CN=A --out disk/out', 64 * 1024],
    ['cms sign', 'hybridge cms sign --key leaf.pem --cert leaf.crt --out disk/out large', 16 * 1024],
    ['cms verify', 'hybridge cms verify --anchor ca.crt --out disk/out large.p7s', 16 * 1024],
    ['cms encrypt', 'hybridge cms encrypt --to kem.crt --out disk/out large', 16 * 1024],
    ['cms decrypt', 'hybridge cms decrypt --key kem.pem --out disk/out large.p7m', 16 * 1024],
  ])('stops %s, and nothing stays', async (_, line, ballast) => {
    if (noDisk !== undefined) return;
    fill(ballast);
    expectRefusal(await sandbox.shell(line), 'cannot write disk/out: no space left on the device');
    expect(readdirSync(sandbox.path('disk'))).toEqual(['ballast']);
  });

  it('leaves neither key when there is room for one', async () => {
    if (noDisk !== undefined) return;
    fill(60 * 1024);
    expectRefusal(
      await sandbox.shell('hybridge keygen ML-DSA-44 --out disk/k.pem'),
      'cannot write disk/k.pub: no space left on the device',
    );
    expect(readdirSync(sandbox.path('disk'))).toEqual(['ballast']);
  });

  it('leaves what was to be replaced', async () => {
    if (noDisk !== undefined) return;
    fill(0);
    const kept = await sandbox.shell(
      'hybridge keygen ML-DSA-44 --out disk/k.pem --quiet; sha256sum disk/k.*',
    );
    fill(52 * 1024);
    const refused = await sandbox.shell('hybridge keygen ML-DSA-44 --out disk/k.pem --force');
    expectRefusal(refused, 'cannot write disk/k.pub: no space left on the device');
    expect((await sandbox.shell('sha256sum disk/k.*')).stdout).toBe(kept.stdout);
    expect(readdirSync(sandbox.path('disk')).sort()).toEqual(['ballast', 'k.pem', 'k.pub']);
  });
});

describe.skipIf(cannotGiveUp)('without permission', () => {
  const shell = (line: string): Promise<Ended> =>
    sandbox.shell(
      unprivileged === '' ? line : `function hybridge { ${unprivileged} hybridge "$@"; }; ${line}`,
    );

  it.each([
    ['sign --key', 'hybridge sign --key secret --out x image.bin', 'read secret'],
    ['sign', 'hybridge sign --key maker.pem --out x secret', 'read secret'],
    ['sign --context', 'hybridge sign --key maker.pem --context @secret --out x image.bin', 'read secret'],
    ['verify --signature', 'hybridge verify --key maker.pub --signature secret image.bin', 'read secret'],
    ['seal --to', 'hybridge seal --to secret --out x image.bin', 'read secret'],
    ['open', 'hybridge open --key pump.pem --out x secret', 'read secret'],
    ['key inspect', 'hybridge key inspect secret', 'read secret'],
    ['policy show', 'hybridge policy show secret', 'read secret'],
    ['cert inspect', 'hybridge cert inspect secret', 'read secret'],
    ['cert verify --anchor', 'hybridge cert verify ca.crt --anchor secret', 'read secret'],
    ['cms verify', 'hybridge cms verify --anchor ca.crt secret', 'read secret'],
    ['sign --out', 'hybridge sign --key maker.pem --out locked/x image.bin', 'write locked/x'],
    ['keygen', 'hybridge keygen ML-DSA-44 --out locked/x', 'write locked/x'],
    ['keygen --public', 'hybridge keygen ML-DSA-44 --out x --public locked/x', 'write locked/x'],
    ['open --out', 'hybridge open --key pump.pem --out locked/x large.age', 'write locked/x'],
  ])('%s is refused, and nothing stays', async (_, line, what) => {
    writeFileSync(sandbox.path('secret'), 'secret');
    chmodSync(sandbox.path('secret'), 0);
    chmodSync(sandbox.path('locked'), 0o555);
    const before = sandbox.list();
    expectRefusal(await shell(line), `cannot ${what}: permission denied`);
    expect(sandbox.list()).toEqual(before);
    expect(sandbox.list('locked')).toEqual([]);
  });

  it('--force replaces a file that may not be written, in a folder that may', async () => {
    mkdirSync(sandbox.path('own'));
    writeFileSync(sandbox.path('own/k.pem'), 'old');
    chmodSync(sandbox.path('own/k.pem'), 0o444);
    const ended = await shell('hybridge keygen ML-DSA-44 --out own/k.pem --force --quiet');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(sandbox.path('own/k.pem'), 'utf8')).toContain('PRIVATE KEY');
    expect(sandbox.list('own')).toEqual(['k.pem', 'k.pub']);
  });
});
