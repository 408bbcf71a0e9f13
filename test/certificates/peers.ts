/** Other implementations as verifiers of what we issue, and as issuers of what we verify. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll } from 'vitest';

import { toHex } from '../../src/bytes/index.ts';
import type { Certificate } from '../../src/certificates/index.ts';
import type { SignatureDescriptor } from '../../src/registry/index.ts';
import { askPeer, findPeer, runPeer } from '../support/peers.ts';

const script = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url));
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

let files = 0;

/** A folder for the files of one suite, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hybridge-certificates-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes a file and gives its path. */
export function writeFile(folder: string, contents: Uint8Array | string): string {
  const path = join(folder, `file-${String(files++)}`);
  writeFileSync(path, contents);
  return path;
}

/** Answers of a program that reads lines: for each what it made, or an error that says why not. */
async function askLines(
  peer: string,
  args: readonly string[],
  lines: readonly string[],
): Promise<readonly (Error | readonly string[])[]> {
  const answered = await askPeer(peer, args, {
    input: new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')),
    timeout: 600_000,
  });
  const answers = text(answered).trim().split('\n');
  if (answers.length !== lines.length) throw new Error(`${peer}: ${String(answers.length)} answers`);
  return answers.map((answer) => {
    const [verdict, ...made] = answer.split(' ');
    return verdict === 'ok' ? made : new Error(answer);
  });
}

/** Bouncy Castle; see peers/CertificatePeer.java for the commands. */
export function askBouncyCastle(
  commands: readonly string[],
): Promise<readonly (Error | readonly string[])[]> {
  const jars = join(dirname(findPeer('bc-peer') ?? ''), '..', 'sid', 'usr', 'share', 'java');
  const path = ['bcprov', 'bcpkix', 'bcutil'].map((name) => join(jars, `${name}.jar`)).join(':');
  // The optimising compiler costs a short run a second, and makes large RSA keys three times as fast.
  const compiler = commands.length > 40 ? [] : ['-XX:TieredStopAtLevel=1'];
  return askLines('peer-java', [...compiler, '-cp', path, script('CertificatePeer.java')], commands);
}

/** pyca/cryptography on requests. */
export function askPythonAboutRequests(
  requests: readonly Uint8Array[],
): Promise<readonly (Error | readonly string[])[]> {
  return askLines('peer-python3', [script('verify_certificates.py'), 'request'], requests.map(toHex));
}

/** A root and a certificate under it. */
export interface Chain {
  readonly root: Certificate;
  readonly leaf: Certificate;
}

/** One that verifies; the answer is `undefined`, or why it refuses. */
export interface Verifier {
  readonly name: string;
  /** The program that must be installed. */
  readonly peer: string | undefined;
  /** Whether it knows the algorithm of a signature. */
  readonly knows: (algorithm: SignatureDescriptor) => boolean;
  /** Whether it refuses certificates with such a key, whoever issued them. */
  readonly refusesKey?: (leaf: Certificate) => boolean;
  readonly verify: (folder: string, chains: readonly Chain[]) => Promise<readonly (Error | undefined)[]>;
}

const isKind =
  (...kinds: readonly SignatureDescriptor['kind'][]): Verifier['knows'] =>
  ({ kind }) =>
    kinds.includes(kind);

const refusal = (answer: unknown): Error | undefined => (answer instanceof Error ? answer : undefined);

/** A verifier that is asked once a chain, with files. */
function eachAlone(
  verify: (folder: string, root: string, leaf: string) => Promise<unknown>,
): Verifier['verify'] {
  return async (folder, chains) => {
    const answers: (Error | undefined)[] = [];
    for (const chain of chains) {
      const root = writeFile(folder, chain.root.toPem());
      const leaf = writeFile(folder, chain.leaf.toPem());
      answers.push(await verify(folder, root, leaf).then(() => undefined, refusal));
    }
    return answers;
  };
}

function requireSaid(said: string, expected: string): void {
  if (!said.includes(expected)) throw new Error(said.trim().slice(0, 200));
}

const openssl: Verifier = {
  name: 'OpenSSL',
  peer: 'peer-openssl',
  knows: isKind('ecdsa', 'rsa', 'eddsa', 'ml-dsa', 'slh-dsa'),
  // It wants to decode every key, and knows no composite.
  refusesKey: ({ keyAlgorithm }) => keyAlgorithm.oid.startsWith('1.3.6.1.5.5.7.6.'),
  verify: eachAlone((_, root, leaf) =>
    askPeer('peer-openssl', ['verify', '-x509_strict', '-CAfile', root, leaf]),
  ),
};

const go: Verifier = {
  name: 'Go',
  peer: 'go-peer',
  knows: ({ kind, name }) => kind === 'rsa' || kind === 'ml-dsa' || /^(?:ECDSA-P|Ed25519)/.test(name),
  verify: eachAlone(async (_, root, leaf) => {
    requireSaid(text(await askPeer('go-peer', ['verify', '-ca', root, '-cert', leaf])), '"ok":true');
  }),
};

const botan: Verifier = {
  name: 'Botan',
  peer: 'peer-botan',
  knows: isKind('ecdsa', 'rsa', 'eddsa', 'ml-dsa', 'slh-dsa'),
  verify: eachAlone(async (_, root, leaf) => {
    const { stdout, stderr } = await runPeer('peer-botan', ['cert_verify', leaf, root]);
    requireSaid(text(stdout) + stderr, 'passes validation checks');
  }),
};

const nss: Verifier = {
  name: 'NSS',
  peer: 'peer-certutil',
  knows: ({ kind, name }) => kind === 'rsa' || kind === 'ml-dsa' || name.startsWith('ECDSA-P'),
  // It has no usage that a key of ML-KEM is adequate for.
  refusesKey: ({ extensions }) => extensions.keyUsage?.includes('digitalSignature') !== true,
  verify: eachAlone(async (folder, root, leaf) => {
    const database = `sql:${mkdtempSync(join(folder, 'nss-'))}`;
    const certutil = (...args: readonly string[]): Promise<Uint8Array> =>
      askPeer('peer-certutil', [...args, '-d', database]);
    await certutil('-N', '--empty-password');
    await certutil('-A', '-n', 'root', '-t', 'CT,C,C', '-i', root);
    await certutil('-A', '-n', 'leaf', '-t', ',,', '-i', leaf);
    requireSaid(text(await certutil('-V', '-n', 'leaf', '-u', 'V')), 'certificate is valid');
  }),
};

const python: Verifier = {
  name: 'Python',
  peer: 'peer-python3',
  knows: ({ kind, name }) => ['rsa', 'eddsa', 'ml-dsa'].includes(kind) || name.startsWith('ECDSA'),
  verify: async (_, chains) =>
    (
      await askLines(
        'peer-python3',
        [script('verify_certificates.py')],
        chains.map(({ root, leaf }) => `${toHex(root.bytes)} ${toHex(leaf.bytes)}`),
      )
    ).map(refusal),
};

const jdk: Verifier = {
  name: 'JDK',
  peer: 'peer-java',
  knows: ({ kind, name }) => ['rsa', 'eddsa', 'ml-dsa'].includes(kind) || name.startsWith('ECDSA-P'),
  verify: async (_, chains) =>
    (
      await askLines(
        'peer-java',
        ['-XX:TieredStopAtLevel=1', script('JdkPeer.java')],
        chains.map(({ root, leaf }) => `${toHex(root.bytes)} ${toHex(leaf.bytes)}`),
      )
    ).map(refusal),
};

const bouncyCastle: Verifier = {
  name: 'Bouncy Castle',
  peer: 'bc-peer',
  knows: () => true,
  verify: async (_, chains) =>
    (
      await askBouncyCastle(chains.map(({ root, leaf }) => `chain ${toHex(root.bytes)} ${toHex(leaf.bytes)}`))
    ).map(refusal),
};

const node: Verifier = {
  name: 'Node',
  peer: undefined,
  knows: isKind('ecdsa', 'rsa', 'eddsa', 'ml-dsa', 'slh-dsa'),
  verify: (_, chains) =>
    Promise.resolve(
      chains.map(({ root, leaf }) => {
        const issuer = new X509Certificate(root.bytes);
        const certificate = new X509Certificate(leaf.bytes);
        return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
          ? undefined
          : new Error('does not verify');
      }),
    ),
};

export const VERIFIERS: readonly Verifier[] = [openssl, bouncyCastle, go, botan, nss, python, jdk, node];
