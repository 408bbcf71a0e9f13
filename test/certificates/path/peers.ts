/** The questions of `scenarios.ts`, put to ours and to foreign validators. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validatePath } from '../../../src/certificates/index.ts';
import { runPeer } from '../../support/peers.ts';
import { type Entity, provider } from './pki.ts';
import { NOW, type Scenario } from './scenarios.ts';

const pem = (entities: readonly Entity[]): string =>
  entities.map(({ certificate }) => certificate.toPem()).join('');

/** Whether our validation calls a scenario valid. */
export async function ours({ leaf, pool, root, use, host }: Scenario): Promise<boolean> {
  const input = { certificate: leaf.certificate, pool: pool.map(({ certificate }) => certificate) };
  const result = await validatePath(provider, input, {
    anchors: [root.certificate],
    at: NOW,
    ...(use === undefined ? {} : { use }),
    ...(host === undefined ? {} : { name: host }),
  });
  return result.valid;
}

/** A foreign validator: `undefined` where a scenario is not for it. */
export type Validator = (scenario: Scenario) => Promise<boolean | undefined>;

async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'hybridge-path-'));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function file(folder: string, name: string, entities: readonly Entity[]): string {
  const path = join(folder, name);
  writeFileSync(path, pem(entities));
  return path;
}

/** `openssl verify`, strict. */
export const openssl: Validator = ({ leaf, pool, root, use, host }) =>
  inFolder(async (folder) => {
    const { code } = await runPeer('peer-openssl', [
      'verify',
      '-x509_strict',
      '-no-CApath',
      '-no-CAstore',
      '-attime',
      String(Math.floor(NOW.getTime() / 1000)),
      '-CAfile',
      file(folder, 'root.pem', [root]),
      ...(pool.length === 0 ? [] : ['-untrusted', file(folder, 'pool.pem', pool)]),
      ...(use === undefined ? [] : ['-purpose', 'sslserver']),
      ...(host === undefined ? [] : ['-verify_hostname', host]),
      file(folder, 'leaf.pem', [leaf]),
    ]);
    return code === 0;
  });

/** Go's crypto/x509, for any purpose and name. */
export const go: Validator = ({ leaf, pool, root, use }) =>
  use !== undefined
    ? Promise.resolve(undefined)
    : inFolder(async (folder) => {
        const chain = file(folder, 'chain.pem', [leaf, ...pool]);
        const { code } = await runPeer('go-peer', [
          'verify',
          '-ca',
          file(folder, 'root.pem', [root]),
          '-cert',
          chain,
        ]);
        return code === 0;
      });

/** Bouncy Castle's PKIX validator, which is given the path in its order and no purpose. */
export const bouncyCastle: Validator = ({ leaf, pool, root, use, ordered }) =>
  use !== undefined || !ordered
    ? Promise.resolve(undefined)
    : inFolder(async (folder) => {
        const { code } = await runPeer('bc-peer', [
          'verify',
          `ca=${file(folder, 'root.pem', [root])}`,
          `cert=${file(folder, 'leaf.pem', [leaf])}`,
          ...(pool.length === 0 ? [] : [`inter=${file(folder, 'pool.pem', pool)}`]),
        ]);
        return code === 0;
      });
