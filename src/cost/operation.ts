/** One primitive operation on a device. */
import type { Use } from '../policy/index.ts';
import { assemble } from './assemble.ts';
import { requireCount } from './check.ts';
import type { Context } from './context.ts';
import type { CostOperation } from './data/types.ts';
import {
  aeadLatency,
  codeOf,
  hashLatency,
  implementationsOf,
  larger,
  latencyOf,
  named,
  stackOf,
} from './implementation.ts';
import { objectsOf } from './objects.ts';
import type { Prediction, Step } from './prediction.ts';
import { type Figure, noData, quantity } from './quantity.ts';
import type { OperationScenario } from './scenario.ts';
import { messageHash, type MessageHash, registered } from './work.ts';

const USES: Readonly<Record<CostOperation, Use>> = {
  aead: 'aead',
  agree: 'key-establishment',
  decaps: 'key-establishment',
  encaps: 'key-establishment',
  hash: 'hash',
  keygen: 'key-establishment',
  sign: 'signature-create',
  verify: 'signature-verify',
};

function useOf(algorithm: string, operation: CostOperation): Use {
  return operation === 'keygen' && registered(algorithm)?.use === 'signature'
    ? 'signature-create'
    : USES[operation];
}

const NOTHING_SENT = quantity(0, 'ms', { status: 'measured', because: 'nothing is sent' });
const NO_AIRTIME = noData('ms', 'nothing is sent');

interface Asked {
  readonly algorithm: string;
  readonly operation: CostOperation;
  readonly bytes: number;
  /** What runs over the message before the signature does. */
  readonly hash: MessageHash | undefined;
}

function stepsOf(context: Context, { algorithm, operation, bytes, hash }: Asked): readonly Step[] {
  const label = `${algorithm} ${operation}`;
  if (operation === 'hash') return [{ label, kind: 'cpu', time: hashLatency(context, algorithm, bytes) }];
  if (operation === 'aead') return [{ label, kind: 'cpu', time: aeadLatency(context, algorithm, bytes) }];
  const work: Step = { label, kind: 'cpu', time: latencyOf(context, algorithm, operation) };
  if (hash === undefined) return [work];
  const reading = hashLatency(context, hash.hash, bytes * hash.passes);
  return [{ label: `${hash.hash} of the message`, kind: 'cpu', time: reading }, work];
}

/** The deeper of both, which run one after the other; that of the hash is small and may be unknown. */
function stackIn(context: Context, { algorithm, operation, hash }: Asked): Figure<'bytes'> {
  const own = stackOf(context, algorithm, operation);
  const reading = hash && stackOf(context, hash.hash, 'hash');
  return reading?.known === true ? larger(own, reading) : own;
}

/** What one operation takes: time, stack and objects beside it, code. Nothing is transferred. */
export function predictOperation(context: Context, scenario: OperationScenario): Prediction {
  const { operation } = scenario;
  const algorithm = named(context, scenario.algorithm);
  const { messageBytes } = scenario;
  const bytes = requireCount('messageBytes', messageBytes ?? 0);
  // An empty message is hashed as well: what is not known of one byte is not known of none.
  const hash = messageBytes === undefined ? undefined : messageHash(algorithm, operation);
  const asked: Asked = { algorithm, operation, bytes, hash };
  const use = { algorithm, operation };
  return assemble(context, {
    title: `${algorithm} ${operation}${messageBytes === undefined ? '' : ` of ${messageBytes} bytes`} on ${context.device.title}`,
    items: [],
    flights: [],
    steps: stepsOf(context, asked),
    ram: [...objectsOf(algorithm, operation), { label: 'stack', bytes: stackIn(context, asked) }],
    flash: codeOf(context, [use]),
    transmit: NOTHING_SENT,
    receive: NOTHING_SENT,
    airtime: NO_AIRTIME,
    implementations: implementationsOf(context, [use]),
    assumptions:
      hash === undefined
        ? []
        : [`The message is read piecewise with ${hash.hash}, whose code is there already.`],
    algorithms: [{ algorithm, use: useOf(algorithm, operation) }],
  });
}
