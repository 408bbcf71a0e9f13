/** Chains that peers make, and what lint has to say of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from 'vitest';

import { lintChain, type LintFinding } from '../../src/certificates/index.ts';
import { scratchFolder } from '../support/key-files.ts';
import { askPeer } from '../support/peers.ts';
import { runCases } from '../support/tally.ts';

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const show = (findings: readonly LintFinding[]): readonly string[] =>
  findings.map(({ severity, rule, where, text: said }) => `${severity} ${rule} ${where}: ${said}`);

/** A chain that a peer made. */
export interface Chain {
  readonly id: string;
  readonly verdict: string;
  /** The leaf, and then the root. */
  readonly certificates: readonly Uint8Array[];
}

/** What clean chains may have: notices that are true of them. */
const NOTICES: ReadonlySet<string> = new Set([
  // They hold their root.
  'chain-root-included',
  // Composites are of a draft.
  'draft-algorithm',
]);

/** Fails where a rule finds something that is no such notice. */
export function expectClean({ certificates }: Chain, also: readonly string[] = []): void {
  const findings = lintChain(certificates).filter(({ rule }) => !NOTICES.has(rule) && !also.includes(rule));
  expect(show(findings)).toEqual([]);
}

/** Chains of Bouncy Castle with these signature algorithms. */
export async function lintBouncyCastle(algorithms: readonly string[]): Promise<void> {
  const folder = scratchFolder();
  const cases = algorithms.map((id) => ({ id, verdict: 'clean' }));
  const { passed } = await runCases('lint, Bouncy Castle', cases, async ({ id, verdict }) => {
    const [root, leaf] = [join(folder, `${id}-ca`), join(folder, `${id}-leaf`)];
    await askPeer('bc-peer', ['selfsigned', `alg=${id}`, 'ca=true', `out=${root}`]);
    await askPeer('bc-peer', ['issue', `alg=${id}`, `ca=${root}.pem`, `cakey=${root}.key`, `out=${leaf}`]);
    const certificates = [readFileSync(`${leaf}.pem`), readFileSync(`${root}.pem`)];
    // 365 days, for a TLS server, and longer than its root by the time between the two: the truth.
    expectClean({ id, verdict, certificates }, ['validity-long-tls', 'chain-validity']);
  });
  expect(passed).toBe(algorithms.length);
}

/** Certificates of Bouncy Castle with keys that cannot sign, issued by an ML-DSA-87 CA. */
export async function lintBouncyCastleKems(algorithms: readonly string[]): Promise<void> {
  const folder = scratchFolder();
  const root = join(folder, 'ca');
  await askPeer('bc-peer', ['selfsigned', 'alg=ML-DSA-87', 'ca=true', `out=${root}`]);
  const cases = algorithms.map((id) => ({ id, verdict: 'clean' }));
  await runCases('lint, Bouncy Castle KEM', cases, async ({ id, verdict }) => {
    const [key, leaf] = [join(folder, `${id}.key`), join(folder, id)];
    await askPeer('bc-peer', ['keygen', `alg=${id}`, `out=${key}`]);
    const ca = [`ca=${root}.pem`, `cakey=${root}.key`];
    await askPeer('bc-peer', ['issue', `alg=${id}`, `pub=${key}.pub`, ...ca, `out=${leaf}`]);
    const certificates = [readFileSync(`${leaf}.pem`), readFileSync(`${root}.pem`)];
    expectClean({ id, verdict, certificates }, ['chain-validity']);
  });
}

/** Chains of the JDK's keytool. */
export async function lintJdk(algorithms: readonly string[]): Promise<void> {
  const store = ['-keystore', join(scratchFolder(), 'store.p12'), '-storepass', 'changeit'];
  const cases = algorithms.map((id) => ({ id, verdict: 'clean' }));
  await runCases('lint, JDK keytool', cases, async ({ id, verdict }) => {
    const [root, leaf] = [`root-${id}`, `leaf-${id}`];
    const make = (alias: string, name: string, ...options: readonly string[]): Promise<Uint8Array> =>
      askPeer('peer-keytool', [
        ...['-genkeypair', '-alias', alias, '-keyalg', 'ML-DSA', '-groupname', id, '-dname', name],
        ...store,
        ...options.flatMap((option) => (option.startsWith('-') ? option.split(' ') : ['-ext', option])),
      ]);
    await make(root, 'CN=Root', 'bc:c=ca:true', 'ku:c=keyCertSign,cRLSign', '-validity 1800');
    const leafExtensions = ['san=dns:pump.example', 'ku:c=digitalSignature', 'eku=serverAuth'];
    await make(leaf, 'CN=pump.example', ...leafExtensions, `-signer ${root}`, '-validity 90');
    const certificates = [leaf, root].map((alias) =>
      askPeer('peer-keytool', ['-exportcert', '-alias', alias, ...store]),
    );
    // Serial numbers are 64 random bits as they come: one in 256 is too short to look like it.
    expectClean({ id, verdict, certificates: await Promise.all(certificates) }, ['serial-entropy']);
  });
}
