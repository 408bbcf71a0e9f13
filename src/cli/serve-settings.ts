/** What `hybridge tls serve` is told, by options and by a file, as the data that its processes start with. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseCertificates } from '../certificates/index.ts';
import { defaultProvider } from '../index.ts';
import { inspectKey } from '../keys/index.ts';
import type { Policy } from '../policy/index.ts';
import { parseSettings, type TerminatorSettings, type Upstream } from '../terminator/index.ts';
import { loadCredential } from '../tls/index.ts';
import { CommandError, inFile } from './command-error.ts';
import { hostAndPort, type HostPort } from './host-port.ts';
import { readSmall } from './input.ts';
import { type CommonFlags, note } from './outcome.ts';
import { existingPassword } from './password.ts';
import { isPolicyName, loadPolicy } from './policy-file.ts';
import { isRedisUrl } from './store.ts';

/** The options of the command, by their names in a settings file; numbers are still texts. */
export interface ServeFlags extends CommonFlags {
  readonly config?: string | undefined;
  readonly listen?: string | undefined;
  readonly upstream?: string | undefined;
  readonly mode?: 'http' | 'tcp' | undefined;
  readonly cert?: readonly string[] | undefined;
  readonly key?: readonly string[] | undefined;
  readonly passwordFile?: string | undefined;
  readonly policy?: string | undefined;
  readonly clientCa?: readonly string[] | undefined;
  readonly clientAuth?: 'requested' | 'required' | undefined;
  readonly store?: string | undefined;
  readonly floors?: 'alarm' | 'off' | 'refuse' | undefined;
  readonly onStoreLost?: 'closed' | 'open' | undefined;
  readonly workers?: number | undefined;
  readonly ticketSecretFile?: string | undefined;
  readonly proxyProtocol?: boolean | undefined;
  readonly health?: string | undefined;
  readonly log?: 'ecs' | 'json' | 'text' | undefined;
  readonly drainSeconds?: number | undefined;
}

/** Certificates with their key, in PEM. The key is not encrypted any more: this is a secret. */
export interface PemCredential {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What may change while sessions live: it is read again on SIGHUP. */
export interface Reloadable {
  readonly policy: Policy;
  readonly credentials: readonly PemCredential[];
  readonly client:
    { readonly mode: 'requested' | 'required'; readonly anchors: readonly Uint8Array[] } | undefined;
}

/** What a process starts with. Plain data: it is copied to workers. */
export interface ServeSettings extends Reloadable {
  readonly kind: 'serve';
  readonly listen: HostPort;
  readonly upstream: Upstream;
  readonly store:
    { readonly kind: 'redis'; readonly url: string } | { readonly kind: 'sqlite'; readonly path: string };
  readonly floors: { readonly enforce: 'alarm' | 'refuse'; readonly onLost: 'closed' | 'open' } | undefined;
  readonly ticketSecret: Uint8Array;
  readonly log: 'ecs' | 'json' | 'text';
}

/** What the command was told in the end. */
export interface ServePlan {
  readonly settings: ServeSettings;
  readonly workers: number;
  readonly health: HostPort | undefined;
  readonly drainMilliseconds: number;
  /** Reads the files again. */
  readonly reread: () => Promise<Reloadable>;
}

/** Options win over the file, whose paths are relative to its own folder. */
async function withFile(flags: ServeFlags): Promise<ServeFlags> {
  const { config } = flags;
  if (config === undefined) return flags;
  const bytes = await readSmall(config, 'settings file');
  const file = await inFile(config, () => parseSettings(new TextDecoder().decode(bytes)));
  const folder = config === '-' ? '.' : dirname(config);
  const path = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : resolve(folder, text);
  const paths = (texts: readonly string[] | undefined): readonly string[] | undefined =>
    texts?.map((text) => resolve(folder, text));
  const fromFile: ServeFlags = {
    listen: file.listen,
    upstream: file.upstream,
    mode: file.mode,
    passwordFile: path(file['password-file']),
    policy: file.policy === undefined || isPolicyName(file.policy) ? file.policy : path(file.policy),
    clientCa: paths(file['client-ca']),
    clientAuth: file['client-auth'],
    store: file.store !== undefined && isRedisUrl(file.store) ? file.store : path(file.store),
    floors: file.floors,
    onStoreLost: file['on-store-lost'],
    workers: file.workers,
    ticketSecretFile: path(file['ticket-secret-file']),
    proxyProtocol: file['proxy-protocol'],
    health: file.health,
    log: file.log,
    drainSeconds: file['drain-seconds'],
    // Certificates and keys go together.
    ...(flags.cert === undefined && flags.key === undefined && pairOf(file, paths)),
  };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return { ...fromFile, ...Object.fromEntries(given) };
}

function pairOf(
  { cert, key }: TerminatorSettings,
  paths: (texts: readonly string[] | undefined) => readonly string[] | undefined,
): Pick<ServeFlags, 'cert' | 'key'> {
  return { cert: paths(cert), key: paths(key) };
}

function required(option: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new CommandError('invalid_argument', `${option} is missing`, {
    hint: 'give it as an option, or in the file of --config',
  });
}

/** Says so when other users can read a secret; refusing would break volumes that cannot do better. */
function warnOfReaders(flags: ServeFlags, path: string): void {
  if (path === '-' || process.platform === 'win32') return;
  if ((statSync(path).mode & 0o077) !== 0)
    note(flags, `warning: ${path} can be read by others; its mode should be 0600`);
}

async function readCredential(flags: ServeFlags, certPath: string, keyPath: string): Promise<PemCredential> {
  const certificate = await readSmall(certPath, 'certificate');
  const key = await readSmall(keyPath, 'key');
  warnOfReaders(flags, keyPath);
  return inFile(keyPath, async () => {
    const isEncrypted = inspectKey(key).kind === 'encrypted';
    if (isEncrypted && flags.passwordFile === undefined)
      throw new CommandError('invalid_argument', 'an encrypted key', {
        hint: 'give its password in a file: --password-file FILE',
      });
    const credential = await loadCredential(defaultProvider(), {
      certificate,
      privateKey: key,
      ...(isEncrypted && { password: await existingPassword(flags, keyPath) }),
    });
    return { certificate: credential.certificatePem, privateKey: credential.privateKeyPem };
  });
}

async function readCredentials(flags: ServeFlags): Promise<readonly PemCredential[]> {
  const { cert = [], key = [] } = flags;
  if (cert.length === 0 || cert.length !== key.length)
    throw new CommandError(
      'invalid_argument',
      `${cert.length} certificates and ${key.length} keys: they are given in pairs`,
      { hint: 'for instance --cert ec.pem --key ec.key --cert pq.pem --key pq.key' },
    );
  const credentials: PemCredential[] = [];
  for (const [index, path] of cert.entries())
    credentials.push(await readCredential(flags, path, key[index] ?? ''));
  return credentials;
}

async function readClient({ clientCa, clientAuth }: ServeFlags): Promise<Reloadable['client']> {
  if (clientCa === undefined) {
    if (clientAuth === undefined) return undefined;
    throw new CommandError('invalid_argument', '--client-auth needs --client-ca');
  }
  const anchors: Uint8Array[] = [];
  for (const path of clientCa) {
    const bytes = await readSmall(path, 'certificate');
    const certificates = await inFile(path, () => parseCertificates(bytes));
    anchors.push(...certificates.map((certificate) => certificate.bytes));
  }
  return { mode: clientAuth ?? 'required', anchors };
}

async function readReloadable(flags: ServeFlags): Promise<Reloadable> {
  return {
    policy: await loadPolicy(flags.policy ?? 'hybrid-preferred'),
    credentials: await readCredentials(flags),
    client: await readClient(flags),
  };
}

async function readTicketSecret(flags: ServeFlags): Promise<Uint8Array> {
  const { ticketSecretFile: path } = flags;
  if (path === undefined) return new Uint8Array(randomBytes(32));
  const secret = await readSmall(path, 'ticket secret', 4096);
  warnOfReaders(flags, path);
  if (secret.length >= 32) return secret;
  throw new CommandError('invalid_argument', `${path}: ${secret.length} bytes, at least 32 are needed`, {
    fault: 'input',
    hint: 'make one with: head -c 32 /dev/urandom > FILE',
    details: { file: path },
  });
}

/** Floors are for those who have somewhere to keep them, unless they are asked for. */
function floorsOf({ floors, store, onStoreLost }: ServeFlags, workers: number): ServeSettings['floors'] {
  const enforce = floors ?? (store === undefined ? 'off' : 'refuse');
  if (enforce === 'off') {
    if (onStoreLost === undefined) return undefined;
    throw new CommandError('invalid_argument', '--on-store-lost is about floors, and there are none', {
      hint: 'add --store FILE, or --store redis://HOST:PORT for several machines; or leave --on-store-lost out',
    });
  }
  if (store === undefined && workers > 1)
    throw new CommandError(
      'invalid_argument',
      '--floors with several workers needs a store that they share',
      {
        hint: 'add --store FILE, or --store redis://HOST:PORT for several machines',
      },
    );
  return { enforce, onLost: onStoreLost ?? 'open' };
}

/** Puts together what the command was told, and reads the files. */
export async function readServePlan(given: ServeFlags): Promise<ServePlan> {
  const flags = await withFile(given);
  const { mode = 'tcp', proxyProtocol = false, store, workers = 1 } = flags;
  const listen = hostAndPort('--listen', required('--listen', flags.listen), 0);
  const upstream = hostAndPort('--upstream', required('--upstream', flags.upstream));
  const health = flags.health === undefined ? undefined : hostAndPort('--health', flags.health, 0);
  const floors = floorsOf(flags, workers);
  return {
    workers,
    health,
    drainMilliseconds: (flags.drainSeconds ?? 30) * 1000,
    settings: {
      kind: 'serve',
      ...(await readReloadable(flags)),
      listen,
      upstream: { ...upstream, mode, proxyProtocol },
      store:
        store !== undefined && isRedisUrl(store)
          ? { kind: 'redis', url: store }
          : { kind: 'sqlite', path: store ?? ':memory:' },
      floors,
      ticketSecret: await readTicketSecret(flags),
      log: flags.log ?? 'text',
    },
    reread: async () => readReloadable(await withFile(given)),
  };
}
