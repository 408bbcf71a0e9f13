import type { Command } from '@commander-js/extra-typings';
import { defaultProvider } from '../../../index.ts';
import { formatProbe, probe, type ProbeReport } from '../../../tls/index.ts';
import { CommandError } from '../../command-error.ts';
import { jsonOption, quietOption } from '../../options.ts';
import { EXIT, finish, printLine, run } from '../../outcome.ts';
import { showStatus } from '../../progress.ts';

/** What `HOST:PORT` or `[IPV6]:PORT` names; there is no default port, so that nothing is probed by mistake. */
function destination(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]\s/]+)):(\d{1,5})$/iu.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535)
    throw new CommandError('invalid_argument', `not a host and a port: ${text}`, {
      hint: 'write pump.example:443, 192.0.2.7:8443 or [2001:db8::7]:443',
    });
  return { host, port };
}

function milliseconds(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  const value = Number(seconds);
  if (!(value >= 0.1 && value <= 120))
    throw new CommandError('invalid_argument', `--timeout ${seconds} is no number of seconds`, {
      hint: 'from 0.1 to 120',
    });
  return Math.round(1000 * value);
}

const isQuantumSafe = ({ summary }: ProbeReport): boolean =>
  summary.keyExchange === 'hybrid' || summary.keyExchange === 'post-quantum';

/** `hybridge tls probe`: what a server does with hybrid hellos, from outside. */
export function addProbe(tls: Command): void {
  tls
    .command('probe')
    .description(
      'Finds out what a TLS server does with each group, version and kind of signature, with split and large hellos, ' +
        'and what a handshake costs: exit 1 when it has no hybrid or post-quantum key exchange.',
    )
    .argument('<host:port>', 'for instance pump.example:443 or [2001:db8::7]:443')
    .option('--all', 'try every group and every signature scheme, and rank the groups')
    .option('--server-name <name>', 'ask for this server name (default: the host, unless it is an address)')
    .option('--timeout <seconds>', 'how long to wait for each answer (default: 5)')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge tls probe 127.0.0.1:8443')
    .action((where, flags) =>
      run(async () => {
        const status = showStatus(flags);
        const report = await probe({
          ...destination(where),
          serverName: flags.serverName,
          all: flags.all,
          timeoutMs: milliseconds(flags.timeout),
          provider: defaultProvider(),
          onProgress: ({ done, planned, what }) => {
            status.show(`${done} of ${planned}: ${what}`);
          },
        }).finally(status.clear);
        return finish(flags, isQuantumSafe(report) ? EXIT.done : EXIT.negative, report, () => {
          for (const line of formatProbe(report).split('\n')) printLine(line);
        });
      }),
    );
}
