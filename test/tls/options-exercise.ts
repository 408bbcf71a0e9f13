/** Run by the Node.js of each line: what policies come to there, in sessions over loopback. */
import { text } from 'node:stream/consumers';

import { isHybridgeError } from '../../src/bytes/index.ts';
import { defaultProvider } from '../../src/default/index.ts';
import { namedPolicy, POLICY_NAMES } from '../../src/policy/index.ts';
import { type Credential, loadCredential, tlsOptions, tlsPlan } from '../../src/tls/index.ts';
import type { Files, Keys } from './posture-cases.ts';
import { posturesOf } from './sessions.ts';

/** What came of a policy: the group and key of both sides, or the code of the refusal; and the warnings. */
export interface PolicyOutcome {
  readonly got: string;
  readonly warnings: readonly string[];
}

function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && 'ec' in value && 'mlDsa' in value;
}

async function load({ cert, key }: Files): Promise<Credential | string> {
  try {
    return await loadCredential(defaultProvider(), { certificate: cert, privateKey: key });
  } catch (error) {
    if (isHybridgeError(error)) return `${error.code}: ${error.hint ?? ''}`;
    throw error;
  }
}

const AT = new Date('2026-12-01T12:00:00Z');

async function tryPolicy(
  name: (typeof POLICY_NAMES)[number],
  credentials: readonly Credential[],
): Promise<PolicyOutcome> {
  const policy = namedPolicy(name);
  try {
    const server = { policy, at: AT, side: 'server', credentials } as const;
    const { client, server: seen } = await posturesOf({
      server: tlsOptions(server),
      client: tlsOptions({
        policy,
        at: AT,
        side: 'client',
        ca: credentials.map(({ certificatePem }) => certificatePem),
      }),
    });
    const sides = [client, seen].map(
      ({ group, authentication }) => `${group ?? '?'} ${authentication.server.key ?? '?'}`,
    );
    return {
      got: [...new Set(sides)].join(' | '),
      warnings: tlsPlan(server).warnings.map(({ rule }) => rule),
    };
  } catch (error) {
    if (isHybridgeError(error)) return { got: `${error.code}: ${error.hint ?? ''}`, warnings: [] };
    throw error;
  }
}

const input: unknown = JSON.parse(await text(process.stdin));
if (!isKeys(input)) throw new Error('no keys');
const loaded = await Promise.all([load(input.ec), load(input.mlDsa)]);
const credentials = loaded.filter((one) => typeof one !== 'string');
const outcomes: Record<string, PolicyOutcome> = {};
for (const name of POLICY_NAMES) outcomes[name] = await tryPolicy(name, credentials);
process.stdout.write(JSON.stringify({ outcomes, refused: loaded.filter((one) => typeof one === 'string') }));
