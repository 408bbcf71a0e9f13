/** A chain of ours in Chromium, which trusts our root by managed policy, and a client certificate of ours. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { toBase64 } from '../../src/bytes/index.ts';
import type { Certificate } from '../../src/certificates/index.ts';
import { report } from '../support/tally.ts';
import { temporaryFolder } from './peers.ts';
import { type Credential, KINDS, newChain, PASSWORD } from './tls/chains.ts';
import { nodeKnowsMlDsa } from '../support/peers.ts';

const BROWSER = '/usr/bin/chromium';
const POLICIES = '/etc/chromium';
const ANSWER = 'dose table 7';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
];

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: 45_000,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', ({ message }) => {
      resolve({ code: null, output: message });
    });
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

/** A mount namespace of its own: the policies of this browser are nobody else's, and end with it. */
const NAMESPACE = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])];

async function whyNot(): Promise<string | undefined> {
  try {
    accessSync(BROWSER, constants.X_OK);
  } catch {
    return `${BROWSER} is not installed`;
  }
  if (!nodeKnowsMlDsa) return `Node ${process.versions.node} has no ML-DSA`;
  const { code, output } = await run('unshare', [...NAMESPACE, 'mount', '-t', 'tmpfs', 'none', POLICIES]);
  return code === 0 ? undefined : `no mount namespace of its own: ${output.trim()}`;
}

const reason = await whyNot();
if (reason !== undefined) report(`TLS with Chromium: skipped, ${reason}`);

const folder = temporaryFolder();

/** Opens the page in a new Chromium with a policy and, where one is given, a home with client certificates. */
async function open(port: number, policy: object, home?: string): Promise<Ended> {
  const policies = mkdtempSync(join(folder, 'policies-'));
  mkdirSync(join(policies, 'policies/managed'), { recursive: true });
  writeFileSync(join(policies, 'policies/managed/test.json'), JSON.stringify(policy));
  const profile = mkdtempSync(join(folder, 'profile-'));
  const script = `mount --bind "$0" ${POLICIES} && exec ${BROWSER} "$@"`;
  const url = `https://localhost:${String(port)}/`;
  return run(
    'unshare',
    [...NAMESPACE, 'sh', '-c', script, policies, ...FLAGS, `--user-data-dir=${profile}`, '--dump-dom', url],
    { HOME: home ?? mkdtempSync(join(folder, 'home-')) },
  );
}

/** A home folder whose certificate database has this one. */
async function homeOf({ bundle }: Credential): Promise<string> {
  const home = mkdtempSync(join(folder, 'home-'));
  const database = join(home, '.pki/nssdb');
  mkdirSync(database, { recursive: true });
  for (const [program, ...args] of [
    ['certutil', '-N', '--empty-password'],
    ['pk12util', '-i', bundle, '-W', PASSWORD, '-K', ''],
  ] as const) {
    const { code, output } = await run(program, [...args, '-d', `sql:${database}`]);
    if (code !== 0) throw new Error(`${program}: ${output}`);
  }
  return home;
}

const trusting = (root: Certificate): { readonly CACertificates: readonly string[] } => ({
  CACertificates: [toBase64(root.bytes)],
});

/** A server of this process, and what it saw. */
interface Page {
  readonly port: number;
  /** The alerts and other errors of handshakes. */
  readonly errors: string[];
  /** The paths that were asked for on verified connections. */
  readonly asked: string[];
}

async function serving(
  credential: Credential,
  clientRoot: string | undefined,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const [errors, asked]: [string[], string[]] = [[], []];
  const server = createServer(
    {
      cert: readFileSync(credential.chain),
      key: readFileSync(credential.key),
      minVersion: 'TLSv1.3',
      ...(clientRoot !== undefined && {
        ca: readFileSync(clientRoot),
        requestCert: true,
        rejectUnauthorized: true,
      }),
    },
    (request, response) => {
      asked.push(request.url ?? '');
      response.end(`<!doctype html><title>pump</title>${ANSWER}`);
    },
  );
  server.on('tlsClientError', ({ message }) => errors.push(message));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  try {
    await work({ port: address.port, errors, asked });
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

const title = `TLS with Chromium${reason === undefined ? '' : ` (${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  it.each(['browser', 'pure', 'mixed', 'hybrid'] as const)(
    '%s: verifies our chain, and refuses it under another root',
    async (kind) => {
      const { ours, impostor } = await newChain(folder, kind);
      await serving(ours.server, undefined, async ({ port, asked, errors }) => {
        const trusted = await open(port, trusting(ours.root));
        expect(trusted.output).toContain(ANSWER);
        expect(asked.splice(0)).toContain('/');
        const wrong = await open(port, trusting(impostor.root));
        expect(wrong.output).not.toContain(ANSWER);
        expect(errors.join()).toMatch(/unknown ca|certificate unknown/i);
        expect(asked).toEqual([]);
      });
      report(`  TLS, ${KINDS[kind].id} | Node to Chromium, trust by managed policy: ok, wrong root refused`);
    },
  );

  // It keeps client keys in a database of the system's NSS, and those of today import no ML-DSA key.
  it('presents a client certificate of ours, with an ECDSA key', async (context) => {
    if ((await run('pk12util', ['-H'])).code === null) {
      report('TLS with Chromium and client certificates: skipped, no pk12util in PATH');
      context.skip();
    }
    const { ours } = await newChain(join(folder, 'mutual'), 'browser');
    const clients = await newChain(join(folder, 'mutual'), 'classical');
    await serving(ours.server, clients.ours.rootFile, async ({ port, asked }) => {
      const pattern = `https://localhost:${String(port)}`;
      const policy = {
        ...trusting(ours.root),
        AutoSelectCertificateForUrls: [JSON.stringify({ pattern, filter: {} })],
      };
      const known = await open(port, policy, await homeOf(clients.ours.client));
      expect(known.output).toContain(ANSWER);
      expect(asked.splice(0)).toContain('/');
      const stranger = await open(port, policy, await homeOf(clients.impostor.client));
      expect(stranger.output).not.toContain(ANSWER);
      expect(asked).toEqual([]);
    });
    report('  TLS, ML-DSA-65 / 65 / 65 | Chromium with an ECDSA client certificate: ok, a stranger refused');
  });
});
