/** Families that no package holds: made by foreign implementations that are installed as peers. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonBytes, objectsOf, objectOf, parseJson } from './json.ts';

/** A file that a peer made. */
export interface GeneratedFile {
  readonly family: string;
  readonly path: string;
  readonly packed: boolean;
  readonly what: string;
  /** The peer's own version. */
  readonly by: string;
  readonly command: string;
  /** Whether the same peer makes the same bytes again. */
  readonly reproducible: boolean;
}

const BOUNCY_CASTLE = 'Bouncy Castle 1.86.2 on OpenJDK 27.0.1';

/** What `--generate` writes. */
export const GENERATED: readonly GeneratedFile[] = [
  {
    family: 'composite',
    path: 'composite/composite-mldsa-bouncy-castle.json',
    packed: true,
    what: 'composite ML-DSA: key, self-signed certificate, signatures without and with a context, all 18 algorithms',
    by: BOUNCY_CASTLE,
    command: 'CompositeKnownAnswers signatures (vectors/importer/CompositeKnownAnswers.java)',
    reproducible: true,
  },
  {
    family: 'composite',
    path: 'composite/composite-mlkem-bouncy-castle.json',
    packed: true,
    what: 'composite ML-KEM: key, ciphertext, shared secret, all 12 algorithms',
    by: BOUNCY_CASTLE,
    command: 'CompositeKnownAnswers kems (vectors/importer/CompositeKnownAnswers.java)',
    reproducible: true,
  },
  {
    family: 'accumulated',
    path: 'accumulated/ml-kem-bouncy-castle.json',
    packed: false,
    what: 'ML-KEM: one digest over 100 and one over 10 000 key generations, encapsulations and decapsulations, by the procedure of C2SP CCTV',
    by: BOUNCY_CASTLE,
    command: 'LatticeKnownAnswers ml-kem (vectors/importer/LatticeKnownAnswers.java)',
    reproducible: true,
  },
  {
    family: 'accumulated',
    path: 'accumulated/ml-dsa-bouncy-castle.json',
    packed: false,
    what: 'ML-DSA: one digest over 100 and one over 1000 key generations and deterministic signatures, by the procedure of C2SP CCTV',
    by: BOUNCY_CASTLE,
    command: 'LatticeKnownAnswers ml-dsa (vectors/importer/LatticeKnownAnswers.java)',
    reproducible: true,
  },
  {
    family: 'hash-ml-dsa',
    path: 'hash-ml-dsa/hash-ml-dsa-bouncy-castle.json',
    packed: true,
    what: 'HashML-DSA with SHA-512: deterministic and hedged signatures, with and without a context',
    by: BOUNCY_CASTLE,
    command: 'LatticeKnownAnswers hash-ml-dsa (vectors/importer/LatticeKnownAnswers.java)',
    reproducible: true,
  },
  {
    family: 'encrypted-keys',
    path: 'encrypted-keys/encrypted-keys-openssl.json',
    packed: false,
    what: 'ML-KEM, ML-DSA, SLH-DSA and classical keys under a password: PBKDF2 with three hashes and scrypt',
    by: 'OpenSSL 3.6.5',
    command: 'openssl genpkey; openssl pkcs8 -topk8 (-v2 CIPHER -v2prf PRF, or -scrypt)',
    reproducible: false,
  },
  {
    family: 'age',
    path: 'age/cases.json',
    packed: true,
    what: 'age v1 files to a post-quantum recipient, around the borders of the 64 KiB chunk; byte i of a plaintext is (7i + floor(i/256)) mod 256',
    by: 'age 1.3.2',
    command: 'age-keygen -pq; age -r age1pq1...',
    reproducible: false,
  },
];

const AGE_SIZES = [0, 1, 32, 1000, 65_535, 65_536, 65_537, 131_072];

const ENCRYPTED = [
  { algorithm: 'ML-KEM-512', options: ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA256'] },
  { algorithm: 'ML-KEM-768', options: ['-scrypt'] },
  { algorithm: 'ML-KEM-1024', options: ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA512'] },
  { algorithm: 'ML-DSA-44', options: ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA256'] },
  { algorithm: 'ML-DSA-65', options: ['-scrypt', '-scrypt_N', '1024', '-scrypt_r', '8', '-scrypt_p', '2'] },
  { algorithm: 'ML-DSA-87', options: ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA384', '-iter', '100000'] },
  { algorithm: 'SLH-DSA-SHA2-128f', options: ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA256'] },
  { algorithm: 'X25519', options: ['-scrypt'] },
  { algorithm: 'Ed448', options: ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA512'] },
] as const;

/** Makes the files of {@link GENERATED} below `vectors`, with the peers installed below `peers`. */
export function generate(peers: string, store: (file: GeneratedFile, bytes: Uint8Array) => void): void {
  const bytes = new Map<string, () => Uint8Array>([
    ['composite/composite-mldsa-bouncy-castle.json', () => composites(peers, 'signatures', /^MLDSA/)],
    ['composite/composite-mlkem-bouncy-castle.json', () => composites(peers, 'kems', /^MLKEM(?!.*-BP)/)],
    ['accumulated/ml-kem-bouncy-castle.json', () => java(peers, 'LatticeKnownAnswers', ['ml-kem'])],
    ['accumulated/ml-dsa-bouncy-castle.json', () => java(peers, 'LatticeKnownAnswers', ['ml-dsa'])],
    ['hash-ml-dsa/hash-ml-dsa-bouncy-castle.json', () => java(peers, 'LatticeKnownAnswers', ['hash-ml-dsa'])],
    ['encrypted-keys/encrypted-keys-openssl.json', () => encryptedKeys(peers)],
    ['age/cases.json', () => ageFiles(peers)],
  ]);
  for (const file of GENERATED) {
    const make = bytes.get(file.path);
    if (make === undefined) throw new Error(`nothing makes ${file.path}`);
    store(file, make());
  }
}

/** How many cases a generated file holds. */
export function generatedCases(bytes: Uint8Array): number {
  return objectsOf(objectOf(parseJson(bytes))['tests']).length;
}

function inTemporaryFolder<T>(action: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'hybridge-vectors-'));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function composites(peers: string, kind: string, names: RegExp): Uint8Array {
  const algorithms = execFileSync(join(peers, 'bin', 'bc-peer'), ['algs'], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => names.test(name));
  return java(peers, 'CompositeKnownAnswers', [kind, ...algorithms]);
}

/** The JSON that a program beside this file prints when it runs on Bouncy Castle. */
function java(peers: string, program: string, args: readonly string[]): Uint8Array {
  return inTemporaryFolder((folder) => {
    const jars = ['bcprov', 'bcpkix', 'bcutil'].map((name) =>
      join(peers, 'sid/usr/share/java', `${name}.jar`),
    );
    const path = [folder, ...jars].join(':');
    const run = (peer: string, arguments_: readonly string[]): string =>
      execFileSync(join(peers, 'bin', peer), arguments_, { encoding: 'utf8', maxBuffer: 1 << 26 });
    run('peer-javac', ['-nowarn', '-cp', path, '-d', folder, join(import.meta.dirname, `${program}.java`)]);
    return jsonBytes(parseJson(new TextEncoder().encode(run('peer-java', ['-cp', path, program, ...args]))));
  });
}

function encryptedKeys(peers: string): Uint8Array {
  return inTemporaryFolder((folder) => {
    const openssl = (args: readonly string[]): Buffer =>
      execFileSync(join(peers, 'bin', 'peer-openssl'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const tests = ENCRYPTED.map(({ algorithm, options }) => {
      const key = join(folder, algorithm);
      const password = `correct horse ${algorithm}`;
      openssl(['genpkey', '-algorithm', algorithm, '-out', key]);
      const encrypted = openssl(['pkcs8', '-topk8', '-in', key, '-passout', `pass:${password}`, ...options]);
      const pkcs8 = openssl(['pkcs8', '-topk8', '-nocrypt', '-in', key, '-outform', 'DER']);
      return {
        name: algorithm,
        note: options.join(' '),
        flags: [algorithm],
        result: 'valid',
        password,
        encrypted: encrypted.toString('utf8'),
        pkcs8: pkcs8.toString('base64'),
      };
    });
    return jsonBytes({ tests });
  });
}

function ageFiles(peers: string): Uint8Array {
  return inTemporaryFolder((folder) => {
    mkdirSync(folder, { recursive: true });
    const identityFile = join(folder, 'identity');
    execFileSync(join(peers, 'bin', 'peer-age-keygen'), ['-pq', '-o', identityFile], { stdio: 'ignore' });
    const text = readFileSync(identityFile, 'utf8');
    const identity = /^AGE-SECRET-KEY-PQ-1\S+$/m.exec(text)?.[0];
    const recipient = /age1pq1\S+/.exec(text)?.[0];
    if (identity === undefined || recipient === undefined)
      throw new Error('age-keygen: unexpected identity file');
    const tests = AGE_SIZES.map((size) => {
      const plaintext = Uint8Array.from({ length: size }, (_, index) => (7 * index + (index >> 8)) & 0xff);
      const input = join(folder, 'plain');
      writeFileSync(input, plaintext);
      const sealed = execFileSync(join(peers, 'bin', 'peer-age'), ['-r', recipient, input], {
        maxBuffer: 1 << 26,
      });
      return {
        size,
        sha256: createHash('sha256').update(plaintext).digest('hex'),
        file: sealed.toString('base64'),
      };
    });
    return jsonBytes({ identity, recipient, tests });
  });
}

/** Where peers are installed. */
export function peersFolder(): string {
  const folder = process.env['PEERS_ROOT'];
  if (folder === undefined || !existsSync(join(folder, 'bin')))
    throw new Error(
      '--generate needs the environment variable PEERS_ROOT: the folder in which peers are installed',
    );
  return folder;
}
