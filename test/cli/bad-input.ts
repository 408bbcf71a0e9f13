import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { report } from '../support/tally.ts';
import { type Ended, errorLines, Sandbox } from './support.ts';

/** Every file that a command reads, in every bad state: a clear refusal, nothing written, nothing secret said. */

const DEFECTS = [
  'empty',
  'truncated',
  'trailing',
  'oversized',
  'wrong-type',
  'wrong-algorithm',
  'corrupted',
  'directory',
  'missing',
] as const;
type Defect = (typeof DEFECTS)[number];

/** Exit codes that differ from 2; `any` where there is no such bad state, since any content will do. */
type Outcomes = Readonly<Partial<Record<Defect, 1 | 'any' | undefined>>>;

/** One file that one command reads. `FILE` stands for it; results go to `result`. */
interface Role {
  readonly line: string;
  /** A good one. */
  readonly good: string;
  /** A file of another type, and one of the right type that is for another algorithm. */
  readonly type?: string;
  readonly algorithm?: string;
  /** Where a byte is changed when it is corrupted, from the end: well inside of what is checked. */
  readonly spot?: number;
  readonly outcomes?: Outcomes;
}

const ANY_CONTENT: Outcomes = {
  empty: 'any',
  truncated: 'any',
  trailing: 'any',
  oversized: 'any',
  'wrong-type': 'any',
  'wrong-algorithm': 'any',
  corrupted: 'any',
};
const NO_ALGORITHM: Outcomes = { 'wrong-algorithm': 'any' };
const VERDICTS: Outcomes = {
  empty: 1,
  truncated: 1,
  trailing: 1,
  'wrong-type': 1,
  'wrong-algorithm': 1,
  corrupted: 1,
};
/** Wrong passwords are told from right ones, but not by what is wrong with them. */
/** Text beside a PEM block is a remark, and what is encrypted cannot be looked into. */
const LOCKED: Outcomes = { ...NO_ALGORITHM, trailing: 'any', corrupted: 'any' };
const PASSWORD: Outcomes = { truncated: 1, corrupted: 1, trailing: 1, 'wrong-algorithm': 'any' };

const ROLES: readonly Role[] = [
  { line: 'key inspect FILE', good: 'maker.der', type: 'image.sig', outcomes: NO_ALGORITHM },
  { line: 'key inspect FILE', good: 'maker.jwk', type: 'policy.json', outcomes: NO_ALGORITHM },
  { line: 'key inspect FILE', good: 'locked.pem', type: 'certificate.pem', outcomes: LOCKED },
  { line: 'key convert --out result FILE', good: 'maker.der', type: 'image.age', outcomes: NO_ALGORITHM },
  { line: 'key convert --out result FILE', good: 'id.txt', type: 'image.bin', outcomes: NO_ALGORITHM },
  {
    line: 'key convert --out result --new-password-file FILE ../maker.der',
    good: 'password',
    type: 'image.sig',
    outcomes: { ...ANY_CONTENT, empty: undefined, oversized: undefined, 'wrong-type': undefined },
  },
  { line: 'key public --out result FILE', good: 'maker.cose', type: 'image.bin', outcomes: NO_ALGORITHM },
  {
    line: 'key public --out result --password-file FILE ../locked.pem',
    good: 'password',
    type: 'image.sig',
    outcomes: PASSWORD,
  },
  {
    line: 'keygen MLDSA44-Ed25519-SHA512 --out result --policy FILE',
    good: 'policy.json',
    spot: 2,
    type: 'maker.der',
    outcomes: NO_ALGORITHM,
  },
  {
    line: 'sign --key FILE --out result ../image.bin',
    good: 'maker.der',
    type: 'image.sig',
    algorithm: 'pump.der',
  },
  {
    line: 'sign --key ../maker.der --key FILE --out result ../image.bin',
    good: 'ec.der',
    type: 'maker-pub.der',
    algorithm: 'maker.der',
  },
  {
    line: 'sign --key ../locked.pem --password-file FILE --out result ../image.bin',
    good: 'password',
    type: 'image.sig',
    outcomes: PASSWORD,
  },
  {
    line: 'sign --key ../maker.der --context @FILE --out result ../image.bin',
    good: 'purpose',
    outcomes: { ...ANY_CONTENT, oversized: undefined },
  },
  { line: 'sign --key ../maker.der --out result FILE', good: 'image.bin', outcomes: ANY_CONTENT },
  {
    line: 'verify --key FILE --signature ../image.sig ../image.bin',
    good: 'maker-pub.der',
    type: 'image.sig',
    algorithm: 'pump-pub.der',
    // Any bytes are a public key of ML-DSA, but not that of the signature.
    outcomes: { corrupted: 1 },
  },
  {
    line: 'verify --key ../maker-pub.der --signature FILE ../image.bin',
    good: 'image.sig',
    type: 'maker-pub.der',
    algorithm: 'ec.sig',
    outcomes: VERDICTS,
  },
  {
    line: 'verify --key ../maker-pub.der --key ../ec-pub.der --signature FILE ../image.bin',
    good: 'dual.sig',
    type: 'policy.json',
    algorithm: 'other-dual.sig',
    outcomes: { empty: 1, 'wrong-type': 1, 'wrong-algorithm': 1, corrupted: 1 },
  },
  {
    line: 'verify --key ../maker-pub.der --signature ../image.sig FILE',
    good: 'image.bin',
    outcomes: { ...ANY_CONTENT, empty: 1, truncated: 1, trailing: 1, oversized: 1, corrupted: 1 },
  },
  {
    line: 'seal --to FILE --out result ../image.bin',
    good: 'pump-pub.der',
    type: 'image.sig',
    algorithm: 'maker-pub.der',
    // Near its beginning: any 32 bytes at its end are a public key of X25519.
    spot: 1230,
  },
  {
    line: 'seal --to FILE --out result ../image.bin',
    good: 'recipient.txt',
    type: 'certificate.pem',
    algorithm: 'kem-pub.der',
  },
  { line: 'seal --to ../pump-pub.der --out result FILE', good: 'image.bin', outcomes: ANY_CONTENT },
  {
    line: 'open --key FILE --out result ../image.age',
    good: 'pump.der',
    type: 'pump-pub.der',
    algorithm: 'maker.der',
    // Any 32 bytes are a seed, but that of another key.
    outcomes: { corrupted: 1 },
  },
  {
    line: 'open --key FILE --out result ../image.age',
    good: 'id.txt',
    type: 'recipient.txt',
    algorithm: 'maker.der',
  },
  {
    line: 'open --key ../pump.der --out result FILE',
    good: 'image.age',
    type: 'image.bin',
    algorithm: 'other.age',
    outcomes: { truncated: 1, trailing: 1, oversized: 1, corrupted: 1, 'wrong-algorithm': 1 },
  },
  {
    line: 'open --key ../pump.der --out result FILE',
    good: 'armored.age',
    type: 'certificate.pem',
    algorithm: 'other.age',
    outcomes: { 'wrong-algorithm': 1 },
  },
  { line: 'policy show FILE', spot: 2, good: 'policy.json', type: 'maker.der', outcomes: NO_ALGORITHM },
  {
    line: 'policy check --policy FILE X25519MLKEM768',
    good: 'policy.json',
    spot: 2,
    type: 'image.bin',
    outcomes: NO_ALGORITHM,
  },
  {
    line: 'policy diff cnsa-2.0 FILE',
    spot: 2,
    good: 'policy.json',
    type: 'maker.jwk',
    outcomes: NO_ALGORITHM,
  },
];

const SETUP = `
set -e
yes firmware | head -c 100000 > image.bin
printf 'correct horse battery staple' > password
printf purpose > purpose
printf -- '-----BEGIN CERTIFICATE-----\\nMAA=\\n-----END CERTIFICATE-----\\n' > certificate.pem
hybridge keygen ML-DSA-44 --format der --form both --out maker.der --public maker-pub.der --quiet
hybridge keygen ECDSA-P256-SHA256 --format der --out ec.der --public ec-pub.der --quiet
hybridge keygen MLKEM768-X25519 --format der --out pump.der --public pump-pub.der --quiet
hybridge keygen ML-KEM-768 --format der --out kem.der --public kem-pub.der --quiet
hybridge keygen X25519 --format age --out other.txt --public other-recipient.txt --quiet
hybridge key convert maker.der --format jwk --out maker.jwk
hybridge key convert maker.der --format cose --out maker.cose
hybridge key convert maker.der --new-password-file password --out locked.pem
hybridge key convert pump.der --format age --out id.txt
hybridge key public pump.der --format age --out recipient.txt
hybridge policy show hybrid-required --json > policy.json
hybridge sign --key maker.der --out image.sig image.bin
hybridge sign --key ec.der --out ec.sig image.bin
hybridge sign --key maker.der --key ec.der --out dual.sig image.bin
hybridge keygen Ed25519 --format der --out ed.der --public ed-pub.der --quiet
hybridge sign --key maker.der --key ed.der --out other-dual.sig image.bin
hybridge seal --to recipient.txt --out image.age image.bin
hybridge seal --to recipient.txt --armor --out armored.age image.bin
hybridge seal --to other-recipient.txt --quiet --out other.age image.bin
for key in maker ec pump; do hybridge key convert $key.der --format raw --out $key.raw; done
`;

const OVERSIZED = 5 * 1024 * 1024;
/** Windows of a secret this long are looked for: short enough to see a part of it, too long to occur by chance. */
const WINDOW = 8;

let sandbox: Sandbox;
let secrets: ReadonlySet<string>;
const counts = new Map<string, number>();

const good = (name: string): Uint8Array => readFileSync(sandbox.path(name));

/** The texts that would give away a part of the secret bytes. */
function textsOf(secret: Uint8Array): string[] {
  const texts: string[] = [];
  for (let at = 0; at + WINDOW <= secret.length; at++) {
    const window = Buffer.from(secret.subarray(at, at + WINDOW));
    // Base64 of whole groups of three, wherever they begin, looks the same in a longer text.
    const groups = window.subarray(0, WINDOW - (WINDOW % 3)).toString('base64');
    texts.push(window.toString('hex'), window.toString('latin1'), [...window].join(','), groups);
    texts.push(groups.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return texts;
}

function corrupted(bytes: Uint8Array, spot: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = copy.length - spot;
  copy[at] = (copy[at] ?? 0) ^ 0x15;
  return copy;
}

/** Puts the file into its bad state. */
function make(file: string, role: Role, defect: Defect): void {
  const bytes = good(role.good);
  const content: Readonly<Record<Exclude<Defect, 'directory' | 'missing'>, () => Uint8Array>> = {
    empty: () => new Uint8Array(0),
    truncated: () => bytes.subarray(0, Math.floor(bytes.length * 0.7)),
    trailing: () => Buffer.concat([bytes, Buffer.from('{')]),
    oversized: () => Buffer.concat([bytes], OVERSIZED),
    'wrong-type': () => good(role.type ?? ''),
    'wrong-algorithm': () => good(role.algorithm ?? ''),
    corrupted: () => corrupted(bytes, role.spot ?? Math.min(20, bytes.length)),
  };
  if (defect === 'directory') mkdirSync(file);
  else if (defect !== 'missing') writeFileSync(file, content[defect]());
}

function expectRefusal({ code, stdout, stderr }: Ended, expected: number): void {
  const said = `--- stdout\n${stdout}--- stderr\n${stderr}`;
  expect(code, said).toBe(expected);
  const answer: unknown = JSON.parse(stdout);
  expect(answer, said).toMatchObject({ ok: false });
  const isVerdict = code === 1 && typeof answer === 'object' && answer !== null && 'valid' in answer;
  expect(errorLines(stderr).length, said).toBe(isVerdict ? 0 : 1);
  expect(stderr, 'a trace is for defects').not.toMatch(/^ {2,}at |unexpected failure/mu);
  for (const line of stderr.split('\n'))
    expect(line === '' || /^(?:error|hint|warning): \S/u.test(line), said).toBe(true);
  for (const text of secrets)
    if ((stdout + stderr).includes(text)) throw new Error(`a secret is told: ${said}`);
}

interface Case {
  readonly role: Role;
  readonly defect: Defect;
  readonly expected: number;
  readonly name: string;
  /** Of every three in a row, over roles as over bad states, one has each remainder by three. */
  readonly turn: number;
}

/** Every role in every bad state that it knows. */
export const ALL_CASES: readonly Case[] = ROLES.flatMap((role, index) =>
  DEFECTS.flatMap((defect, position) => {
    const expected = role.outcomes?.[defect] ?? 2;
    const name = `case-${String(index)}-${defect}`;
    return expected === 'any' ? [] : [{ role, defect, expected, name, turn: index + position }];
  }),
);

/** Makes the tests of these cases. */
export function testBadInput(cases: readonly Case[]): void {
  beforeAll(async () => {
    sandbox = new Sandbox();
    expect(await sandbox.shell(SETUP)).toMatchObject({ code: 0, stderr: '' });
    const [identity = ''] = readFileSync(sandbox.path('id.txt'), 'utf8').match(/AGE-SECRET-KEY-\S+/u) ?? [];
    const encoded = identity.replace(/^.*1/u, '');
    secrets = new Set([
      ...['maker.raw', 'ec.raw', 'pump.raw'].flatMap((name) => textsOf(good(name))),
      ...Array.from({ length: encoded.length - 12 }, (_, at) => encoded.slice(at, at + 12)),
      'correct horse',
      'battery staple',
    ]);
  }, 60_000);

  afterAll(() => {
    sandbox.remove();
    const verdicts = [...counts].map(([code, count]) => `${String(count)} exit ${code}`).join(', ');
    report(`bad input: ${String(cases.length)} cases: ${verdicts}`);
  });

  describe.concurrent('bad input', () => {
    it('is asked of every role: its good file is taken', { timeout: 60_000 }, async () => {
      for (const [index, { line, good: file }] of ROLES.entries()) {
        const cwd = sandbox.path(`good-${String(index)}`);
        mkdirSync(cwd);
        const { code, stderr } = await sandbox.shell(`hybridge ${line.replace('FILE', `../${file}`)}`, {
          cwd,
        });
        expect(code, `${line} (${file}): ${stderr}`).toBe(line.startsWith('policy diff') ? 1 : 0);
      }
    });

    it('would be seen if it told a secret', () => {
      const seed = good('maker.raw');
      expect(seed.length).toBe(32);
      const told = [
        Buffer.from(seed).toString('hex'),
        Buffer.from(seed).toString('base64'),
        `x${Buffer.from(seed.subarray(3, 20)).toString('base64url')}`,
        readFileSync(sandbox.path('id.txt'), 'utf8'),
      ];
      for (const text of told)
        expect(
          [...secrets].some((secret) => text.includes(secret)),
          text,
        ).toBe(true);
    });

    it.each(cases)(
      '$role.line ($role.good): $defect',
      { timeout: 60_000 },
      async ({ role, defect, expected, name }) => {
        const cwd = sandbox.path(name);
        mkdirSync(cwd);
        const file = `${cwd}.input`;
        make(file, role, defect);
        const line = role.line.replace('FILE', file);
        const ended = await sandbox.hybridge([...line.split(' '), '--json'], { cwd });
        expectRefusal(ended, expected);
        expect(readdirSync(cwd), 'nothing is left').toEqual([]);
        counts.set(String(ended.code), (counts.get(String(ended.code)) ?? 0) + 1);
      },
    );
  });
}
