/** The clients of the matrix: programs of the kit, and every line of Node.js. */
import { join } from 'node:path';

import { CLIENTS, type ClientName } from '../certificates/tls/clients.ts';
import { CLIENT_GROUPS, OPENSSL_3_0 } from './groups.ts';
import type { Caller, Lack } from './matrix.ts';
import { isRecent, type NodeClient } from './nodes.ts';

const refused = (reason: string): Lack => ({ reason, shows: 'refused' });
const givenUp = (reason: string): Lack => ({ reason, shows: 'given-up' });

function allMlDsa(lack: Lack): Caller['lacks'] {
  return { 'ml-dsa-44': lack, pure: lack, 'ml-dsa-87': lack };
}

/** From the notes of the kit, and as seen here; everything else works. */
const LACKS: Readonly<Partial<Record<ClientName, Caller['lacks']>>> = {
  jdk: {
    ...allMlDsa(refused('SunJSSE lists no ML-DSA')),
    mixed: refused('SunJSSE lists no ML-DSA, not for certificates either'),
  },
  botan: {
    ...allMlDsa(refused('its TLS has no ML-DSA, its X.509 has')),
    ed25519: refused('its TLS has no EdDSA'),
  },
  nss: { ed25519: refused('tstclnt lists no EdDSA by itself') },
  gnutls: {
    ...allMlDsa(givenUp('it lists ML-DSA, and is built without it')),
    mixed: givenUp('it lists ML-DSA, and is built without it'),
  },
};

/** A program of the kit. */
export function programCaller(name: ClientName, folder: string): Caller {
  const client = CLIENTS[name];
  let kept = 0;
  return {
    name: client.name,
    groups: CLIENT_GROUPS[name],
    lacks: LACKS[name] ?? {},
    resumes: name === 'openssl' || name === 'botan',
    call: ({ port, hierarchy, group, session }) =>
      client.call({
        folder,
        port,
        root: hierarchy.rootFile,
        group,
        session: session && {
          // Botan resumes whatever it finds.
          file: join(folder, `${name}-${String(session === 'keep' ? ++kept : kept)}.session`),
          resume: session === 'resume',
        },
      }),
  };
}

const NODE_20 = refused('OpenSSL 3.0 has no ML-DSA');

/** A line of Node.js, by itself: without Hybridge. */
export function nodeCaller({ version, call }: NodeClient): Caller {
  const recent = isRecent(version);
  let kept: string | undefined;
  return {
    name: `Node ${version}`,
    groups: recent ? CLIENT_GROUPS.node : OPENSSL_3_0,
    lacks: recent ? {} : { ...allMlDsa(NODE_20), mixed: givenUp('OpenSSL 3.0 has no ML-DSA') },
    resumes: true,
    async call({ port, hierarchy, group, session }) {
      const { answered, error, ticket } = await call({
        port,
        root: hierarchy.rootFile,
        group,
        ticket: session === 'resume' ? kept : undefined,
      });
      kept = ticket;
      return { answered, output: error };
    },
  };
}
