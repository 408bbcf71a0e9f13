/** Flash of a TLS client beside the algorithms that it runs: whole clients that somebody compiled. */
import type { Context } from './context.ts';
import type { Footprint } from './data/types.ts';
import type { Need } from './prediction.ts';
import { noData, quantity, weaker } from './quantity.ts';

/** A client of the data that stands for a kind of client. */
interface Client {
  readonly client: string;
  readonly title: string;
  /** What is in its flash already; the code of other algorithms comes on top. */
  readonly includes: readonly string[];
}

const WITH_CERTIFICATES: Client = {
  client: 'cert P-256',
  title: 'TLS client with certificates',
  includes: ['P-256', 'ECDSA-P256-SHA256'],
};
const WITHOUT: Client = {
  client: 'PSK+X25519',
  title: 'TLS client without certificates',
  includes: ['X25519'],
};

/** Code differs so much between 32-bit cores. */
const OTHER_CORE = 0.3;

/**
 * The client and the code of the algorithms that it lacks. Between libraries the client differs three times; the smallest
 * one that the data has is taken, and the next is the upper bound.
 */
export function clientFlash(context: Context, resumes: boolean, code: Need['items']): Need['items'] {
  const wanted = resumes ? WITHOUT : WITH_CERTIFICATES;
  const own = code.filter(({ label }) => !wanted.includes.includes(label));
  return [...own, { label: wanted.title, bytes: clientBytes(context, wanted) }];
}

function clientBytes({ data, device }: Context, { client, title }: Client): Need['items'][number]['bytes'] {
  const [smallest, next] = clientsOf(data.footprints, client);
  if (smallest === undefined) return noData('bytes', `no data: flash of a ${title}`);
  const bound = next ?? smallest;
  const band = device.core === smallest.core ? 0 : OTHER_CORE;
  return quantity(
    smallest.flashBytes,
    'bytes',
    {
      status: band === 0 ? weaker(smallest.status, bound.status) : 'estimate',
      sources: [...new Set([smallest.source, bound.source])],
      because: `${smallest.stack}, ${client}, whole client on ${smallest.core}${next === undefined ? '' : `; at most ${next.stack}`}`,
    },
    smallest.flashBytes * (1 - band),
    bound.flashBytes * (1 + band),
  );
}

function clientsOf(footprints: readonly Footprint[], client: string): readonly Footprint[] {
  return footprints.filter((one) => one.client === client).toSorted((a, b) => a.flashBytes - b.flashBytes);
}
