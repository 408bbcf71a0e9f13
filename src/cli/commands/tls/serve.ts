import cluster from 'node:cluster';
import type { AddressInfo } from 'node:net';
import { type Command, Option } from '@commander-js/extra-typings';
import {
  type DrainOptions,
  type HealthSource,
  runWorker,
  serveHealth,
  superviseWorkers,
  type WorkerChange,
} from '../../../terminator/index.ts';
import { wholeNumber } from '../../certificates.ts';
import { expected } from '../../command-error.ts';
import { formatHostPort } from '../../host-port.ts';
import { interrupt } from '../../interruption.ts';
import { each, jsonOption, passwordFileOption, quietOption } from '../../options.ts';
import { type CommonFlags, EXIT, type ExitCode, flushOutput, printLine, run } from '../../outcome.ts';
import { type Tell, tellIn } from '../../serve-notes.ts';
import { reload, serve } from '../../serve-process.ts';
import { readServePlan, type ServeFlags, type ServePlan, type ServeSettings } from '../../serve-settings.ts';

/** What serves, in this process or in workers. */
interface Running extends HealthSource {
  readonly address: AddressInfo;
  reload(settings: ServeSettings): Promise<void>;
  drain(options: DrainOptions): Promise<unknown>;
  close(): Promise<void>;
}

async function alone(settings: ServeSettings): Promise<Running> {
  const { terminator, address, end } = await serve(settings);
  return {
    address,
    readiness: () => terminator.readiness(),
    metrics: () => terminator.metrics(),
    reload: (changed) => reload(changed, terminator),
    drain: (options) => terminator.drain(options),
    async close() {
      await terminator.close();
      await end();
    },
  };
}

function tellChange(change: WorkerChange, tell: Tell): void {
  switch (change.change) {
    case 'started':
      tell('info', `worker ${change.process} started`);
      return;
    case 'ended':
      tell(
        'warning',
        `worker ${change.process} ended with ${change.reason}; another starts in ${change.restartMilliseconds} ms`,
      );
      return;
    case 'failed':
      tell(
        'warning',
        `no worker could be started: ${change.reason}; another try in ${change.restartMilliseconds} ms`,
      );
  }
}

const isSettings = (value: unknown): value is ServeSettings =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'serve';

/** Reads the files again and puts what they hold into force; what cannot be read leaves everything as it is. */
async function rereadInto(running: Running, plan: ServePlan, tell: Tell): Promise<void> {
  try {
    await running.reload({ ...plan.settings, ...(await plan.reread()) });
    tell('info', 'policy and certificates were read again and are in force');
  } catch (error) {
    // Whatever it is, even a defect, sessions are not to end for it.
    const { message, hint } = expected(error) ?? { message: `unexpected failure: ${String(error)}` };
    tell('error', `${message}; policy and certificates stay as they were`, hint);
  }
}

/** `timeout`, `npm` and terminals signal a process and its group: two signals so close are one wish. */
const ONE_WISH_MILLISECONDS = 250;

/** Until a signal ends it: the first lets sessions end, the second ends them. */
async function untilSignalled(
  running: Running,
  plan: ServePlan,
  tell: Tell,
  ready: () => void,
): Promise<ExitCode> {
  const now = new AbortController();
  // One after the other: the files that were changed last are in force in the end.
  let rereading: Promise<void> = Promise.resolve();
  const onHangup = (): void => {
    rereading = rereading.then(() => rereadInto(running, plan, tell));
  };
  let askedAt: number | undefined;
  let stop: () => void = () => undefined;
  let second: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      stop();
    } else if (performance.now() - askedAt > ONE_WISH_MILLISECONDS) {
      second = signal;
      now.abort();
    }
  };
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  process.on('SIGHUP', onHangup).on('SIGTERM', onSignal).on('SIGINT', onSignal);
  // Whoever hears that it is ready may send a signal at once.
  ready();
  await stopped;
  tell('info', 'draining; a second signal ends all sessions at once');
  await running.drain({ timeoutMs: plan.drainMilliseconds, signal: now.signal });
  await running.close();
  if (second !== undefined) {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    interrupt(second);
  }
  return EXIT.done;
}

function printReady(
  flags: CommonFlags,
  { settings, workers }: ServePlan,
  address: AddressInfo,
  health: AddressInfo | undefined,
): void {
  const listen = { host: address.address, port: address.port };
  const probes = health && { host: health.address, port: health.port };
  if (flags.json === true)
    // One line, so that whoever waits for it need not guess where it ends.
    process.stdout.write(
      `${JSON.stringify({ ok: true, ready: true, listen, health: probes, workers, process: process.pid })}\n`,
    );
  else if (flags.quiet !== true)
    printLine(
      `ready: ${formatHostPort(listen)} to ${formatHostPort(settings.upstream)} (${settings.upstream.mode})` +
        (probes === undefined ? '' : `, health on ${formatHostPort(probes)}`),
    );
}

async function serveUntilSignalled(flags: ServeFlags): Promise<ExitCode> {
  const plan = await readServePlan(flags);
  const { settings, workers } = plan;
  const tell = tellIn(settings.log, flags);
  const running: Running =
    workers === 1
      ? await alone(settings)
      : await superviseWorkers({
          workers,
          settings,
          onChange: (change) => {
            tellChange(change, tell);
          },
        });
  try {
    const health = plan.health && (await serveHealth(running, plan.health));
    try {
      return await untilSignalled(running, plan, tell, () => {
        printReady(flags, plan, running.address, health?.address);
      });
    } finally {
      await health?.close();
    }
  } finally {
    await running.close();
  }
}

const least1 =
  (option: string): ((text: string) => number) =>
  (text) =>
    wholeNumber(option, text, 1, 86_400);

/** `hybridge tls serve`: a TLS front for a service. */
export function addServe(tls: Command): void {
  tls
    .command('serve')
    .description(
      'Terminates TLS for a service: each session is what the policy decides, and the service is told what it is. ' +
        'SIGHUP reads policy and certificates again, SIGTERM lets sessions end. The log goes to standard error.',
    )
    .option('--listen <host:port>', 'where devices connect to')
    .option('--upstream <host:port>', 'the service')
    .addOption(
      new Option('--mode <mode>', 'what goes through: bytes, or requests of HTTP/1.1 (default: tcp)').choices(
        ['tcp', 'http'] as const,
      ),
    )
    .option('--cert <file>', 'certificate with its issuers; may be repeated', each)
    .option('--key <file>', 'the private key of the certificate given at the same place', each)
    .addOption(passwordFileOption)
    .option('--policy <name|file>', 'what sessions may be (default: hybrid-preferred)')
    .option('--client-ca <file>', "roots of devices' certificates; may be repeated", each)
    .addOption(
      new Option(
        '--client-auth <mode>',
        'whether a device must have a certificate (default: required)',
      ).choices(['required', 'requested'] as const),
    )
    .option('--store <file|url>', 'where floors are kept: a file, or redis://HOST:PORT for several machines')
    .addOption(
      new Option(
        '--floors <verdict>',
        'what a session weaker than its device has proven comes to (default: refuse with --store, else off)',
      ).choices(['refuse', 'alarm', 'off'] as const),
    )
    .addOption(
      new Option(
        '--on-store-lost <direction>',
        'what happens to sessions that need a floor meanwhile (default: open)',
      ).choices(['open', 'closed'] as const),
    )
    .option('--workers <number>', 'processes (default: 1)', least1('--workers'))
    .option(
      '--ticket-secret-file <file>',
      'at least 32 random bytes, the same wherever sessions are to resume',
    )
    .option('--proxy-protocol', 'begin each connection to the service with the header of PROXY protocol v2')
    .option('--health <host:port>', 'answer /healthz, /readyz and /metrics there, over plain HTTP')
    .addOption(
      new Option('--log <format>', 'how events are written (default: text)').choices([
        'ecs',
        'json',
        'text',
      ] as const),
    )
    .option(
      '--drain-seconds <number>',
      'how long sessions may take to end (default: 30)',
      least1('--drain-seconds'),
    )
    .option('--config <file>', 'these options as the members of a JSON object; options win')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge tls serve --listen 127.0.0.1:8443 --upstream 127.0.0.1:8080 --cert ec.pem --key ec.key --cert pq.pem --key pq.key',
    )
    .action(async (flags) => {
      if (cluster.isWorker) {
        runWorker({ isSettings, start: serve, reload });
        return;
      }
      await run(() => serveUntilSignalled(flags));
      await flushOutput();
      // A process that ends by itself stops catching signals first, and the echo of the one that ended it would kill it.
      process.exit();
    });
}
