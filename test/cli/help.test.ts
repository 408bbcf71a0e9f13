import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  'policy list': [],
  'policy show': [],
  'policy check': [],
  'policy diff': [],
  bench: [],
} as const;

/** Examples whose answer is a negative verdict. */
const NEGATIVE: readonly string[] = ['policy diff'];

const SETUP = [
  'set -e',
  'printf firmware > image.bin',
  'hybridge keygen ML-DSA-65 --out maker.pem --quiet',
  'hybridge keygen MLKEM768-X25519 --out pump.pem --quiet',
  'hybridge sign --key maker.pem --out image.sig image.bin',
  'hybridge seal --to pump.pub --out image.age image.bin',
].join('\n');

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = new Sandbox();
  expect(await sandbox.shell(SETUP)).toMatchObject({ code: 0, stderr: '' });
});

afterAll(() => {
  sandbox.remove();
});

/** The commands that a help text lists. */
function listed(help: string): string[] {
  const [, list = ''] = help.split('\nCommands:\n');
  return [...list.matchAll(/^ {2}([a-z]+)/gmu)].flatMap(([, name]) =>
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
        const below = listed(await helpOf(name));
        return below.length === 0 ? [name] : below.map((sub) => `${name} ${sub}`);
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
      for (const file of needs) expect(example).toContain(file);
      // Each in a folder where its outputs are not yet.
      const inputs = needs.map((file) => `../${file}`).join(' ');
      const folder = `example-${name.replace(' ', '-')}`;
      const setup = `mkdir ${folder}; cd ${folder}; ${inputs === '' ? '' : `cp ${inputs} .;`}`;
      const { code, stdout, stderr } = await sandbox.shell(`${setup} ${example}`);
      expect(stderr.replaceAll(/\r\u001b\[K[^\r\n]*/gu, ''), example).toBe('');
      expect(code, example).toBe(NEGATIVE.includes(name) ? 1 : 0);
      const [, out] = / --out (\S+)/u.exec(example) ?? [];
      if (out === undefined) expect(stdout, example).not.toBe('');
      else expect(existsSync(sandbox.path(folder, out)), example).toBe(true);
    }
  });
});
