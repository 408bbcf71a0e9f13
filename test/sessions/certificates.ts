/** Certificates of the matrix: each kind as files for the clients and as a credential of the listener. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Credential, loadCredential } from '../../src/tls/index.ts';
import { provider } from '../certificates/fixtures.ts';
import { type Hierarchy, type KindName, KINDS, newHierarchy } from '../certificates/tls/chains.ts';

/** Kinds of chains in the matrix. */
export type CertificateKind = Extract<
  KindName,
  'classical' | 'ed25519' | 'ml-dsa-44' | 'ml-dsa-87' | 'mixed' | 'pure' | 'rsa'
>;

/** The certificates of the matrix. */
export const CERTIFICATES: readonly CertificateKind[] = [
  'classical',
  'rsa',
  'ed25519',
  'ml-dsa-44',
  'pure',
  'ml-dsa-87',
  'mixed',
];

/** A hierarchy with the credential of its server. */
export interface Certified<Kind extends KindName = KindName> {
  readonly kind: Kind;
  readonly hierarchy: Hierarchy;
  readonly credential: Credential;
}

/** What a listener takes for the files of a server. */
export async function credentialOf({ chain, key }: Hierarchy['server']): Promise<Credential> {
  return loadCredential(provider, {
    certificate: await readFile(chain, 'utf8'),
    privateKey: await readFile(key, 'utf8'),
  });
}

/** Issues a hierarchy of a kind in a folder. */
export async function certified<Kind extends KindName>(folder: string, kind: Kind): Promise<Certified<Kind>> {
  const hierarchy = await newHierarchy(join(folder, kind), KINDS[kind]);
  return { kind, hierarchy, credential: await credentialOf(hierarchy.server) };
}
