import { cpus } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Command } from '@commander-js/extra-typings';
import { Bench } from 'tinybench';
import {
  createHybridge,
  defaultProvider,
  type Hybridge,
  isHybridgeError,
  portableProvider,
} from '../../index.ts';
import type { KeyDescriptor } from '../../registry/index.ts';
import { CommandError } from '../command-error.ts';
import { keyAlgorithm } from '../keys.ts';
import { jsonOption, quietOption } from '../options.ts';
import { EXIT, finish, note, printTable, run } from '../outcome.ts';
import { showStatus } from '../progress.ts';

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
    throw new CommandError(
      'unsupported',
      `${descriptor.name} is not measured: nothing is signed with it here`,
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
  const results: Result[] = [];
  for (const [operation, work] of Object.entries(await operations(hybridge, descriptor))) {
    // A bench for each, so that the event loop turns in between and the status line is seen.
    await setImmediate();
    const bench = new Bench({ time, warmupTime: time / 4, throws: true }).add(operation, work);
    for (const { result } of await bench.run())
      if ('latency' in result)
        results.push({
          algorithm: descriptor.name,
          operation,
          provider: hybridge.provider.name,
          operationsPerSecond: 1000 / result.latency.p50,
          p50Milliseconds: result.latency.p50,
          p99Milliseconds: result.latency.p99,
          samples: result.latency.samplesCount,
        });
  }
  return results;
}

/** `hybridge bench`: how fast this machine is, provider beside provider. */
export function addBench(program: Command): void {
  program
    .command('bench')
    .description('Measures algorithms on this machine: the default provider beside the portable one.')
    .argument('[algorithms...]', `what to measure (default: ${USUAL.join(' ')})`)
    .option('--time <milliseconds>', 'how long to measure each operation', '300')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge bench ML-DSA-65 --time 100')
    .action((names, flags) =>
      run(async () => {
        const time = Number(flags.time);
        if (!(time >= 1 && time <= 60_000))
          throw new CommandError(
            'invalid_argument',
            `--time ${flags.time}: not from 1 to 60000 milliseconds`,
          );
        const descriptors = (names.length > 0 ? names : USUAL).map(keyAlgorithm);
        const status = showStatus(flags);
        const results: Result[] = [];
        for (const descriptor of descriptors)
          for (const provider of [defaultProvider(), portableProvider()]) {
            status.show(`measuring ${descriptor.name} on ${provider.name}`);
            try {
              results.push(...(await measure(createHybridge({ provider }), descriptor, time)));
            } catch (error) {
              status.clear();
              if (!isHybridgeError(error, 'unsupported')) throw error;
              note(flags, `not measured: ${error.message}`);
            }
          }
        status.clear();
        if (results.length === 0) throw new CommandError('unsupported', 'nothing here can be measured');
        const environment = {
          node: process.version,
          openssl: process.versions.openssl,
          cpu: cpus()[0]?.model ?? 'unknown',
          messageBytes: MESSAGE.length,
        };
        return finish(flags, EXIT.done, { environment, results }, () => {
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
        });
      }),
    );
}
