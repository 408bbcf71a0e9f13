import { cpus } from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import { Bench } from 'tinybench';
import {
  createHybridge,
  defaultProvider,
  type Hybridge,
  HybridgeError,
  portableProvider,
} from '../../index.ts';
import type { KeyDescriptor } from '../../registry/index.ts';
import { interrupted, note, run } from '../command.ts';
import { keyAlgorithm } from '../keys.ts';
import { EXIT, printJson, printTable } from '../outcome.ts';

/** One operation of one algorithm on one provider. */
interface Result {
  readonly algorithm: string;
  readonly operation: string;
  readonly provider: string;
  readonly operationsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly samples: number;
}

const USUAL = ['X25519', 'MLKEM768-X25519', 'ML-KEM-768', 'Ed25519', 'MLDSA65-Ed25519-SHA512', 'ML-DSA-65'];
const MESSAGE = new Uint8Array(1024).fill(7);

async function operations(
  hybridge: Hybridge,
  descriptor: KeyDescriptor,
): Promise<Readonly<Record<string, () => Promise<unknown>>>> {
  if (descriptor.use === 'kem') {
    const { publicKey, privateKey } = await hybridge.generateKeyPair(descriptor.name);
    const { ciphertext } = await hybridge.encapsulate(publicKey);
    return {
      'make keys': () => hybridge.generateKeyPair(descriptor.name),
      encapsulate: () => hybridge.encapsulate(publicKey),
      decapsulate: () => hybridge.decapsulate(privateKey, ciphertext),
    };
  }
  if (descriptor.kind === 'stateful-hash')
    throw new HybridgeError(
      'unsupported',
      `${descriptor.name} is not measured: nothing is signed with it here`,
      {
        fault: 'caller',
      },
    );
  const { name } = descriptor;
  const { publicKey, privateKey } = await hybridge.generateKeyPair(name);
  const signature = await hybridge.sign(privateKey, MESSAGE);
  return {
    'make keys': () => hybridge.generateKeyPair(name),
    sign: () => hybridge.sign(privateKey, MESSAGE),
    verify: () => hybridge.verify(publicKey, MESSAGE, signature),
  };
}

async function measure(
  hybridge: Hybridge,
  descriptor: KeyDescriptor,
  time: number,
): Promise<readonly Result[]> {
  const bench = new Bench({ time, warmupTime: time / 4, throws: true, signal: interrupted });
  const works = await operations(hybridge, descriptor);
  for (const [operation, work] of Object.entries(works)) bench.add(operation, work);
  const tasks = await bench.run();
  return tasks.flatMap(({ name, result }) =>
    'latency' in result
      ? [
          {
            algorithm: descriptor.name,
            operation: name,
            provider: hybridge.provider.name,
            operationsPerSecond: 1000 / result.latency.p50,
            p50Milliseconds: result.latency.p50,
            p99Milliseconds: result.latency.p99,
            samples: result.latency.samplesCount,
          },
        ]
      : [],
  );
}

/** `hybridge bench`: how fast this machine is, provider beside provider. */
export function addBench(program: Command): void {
  program
    .command('bench')
    .description('Measures algorithms on this machine: the default provider beside the portable one.')
    .argument('[algorithms...]', `what to measure (default: ${USUAL.join(' ')})`)
    .option('--time <milliseconds>', 'how long to measure each operation', '300')
    .option('--json', 'print JSON')
    .option('--quiet', 'do not say what is being measured')
    .addHelpText('after', '\nExample:\n  $ hybridge bench ML-DSA-65 Ed25519')
    .action((names, flags) =>
      run(flags, async () => {
        const time = Number(flags.time);
        if (!Number.isFinite(time) || time < 1 || time > 60_000)
          throw new HybridgeError(
            'invalid_argument',
            `--time ${flags.time}: between 1 and 60000 milliseconds`,
            {
              fault: 'caller',
            },
          );
        const descriptors = (names.length > 0 ? names : USUAL).map(keyAlgorithm);
        const results: Result[] = [];
        for (const descriptor of descriptors)
          for (const provider of [defaultProvider(), portableProvider()]) {
            if (interrupted.aborted) throw new HybridgeError('aborted', 'interrupted', { fault: 'caller' });
            if (flags.json !== true) note(flags, `measuring ${descriptor.name} on ${provider.name}`);
            results.push(...(await measure(createHybridge({ provider }), descriptor, time)));
          }
        const environment = {
          node: process.version,
          openssl: process.versions.openssl,
          cpu: cpus()[0]?.model ?? 'unknown',
          messageBytes: MESSAGE.length,
        };
        if (flags.json === true) printJson({ environment, results });
        else
          printTable([
            ['algorithm', 'operation', 'provider', 'per second', 'p50 ms', 'p99 ms'],
            ...results.map((result) => [
              result.algorithm,
              result.operation,
              result.provider,
              result.operationsPerSecond.toFixed(0),
              result.p50Milliseconds.toFixed(3),
              result.p99Milliseconds.toFixed(3),
            ]),
          ]);
        return EXIT.done;
      }),
    );
}
