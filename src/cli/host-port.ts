import { CommandError } from './command-error.ts';

/** A host and a port, as options name them. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/**
 * What `HOST:PORT` or `[IPV6]:PORT` means.
 *
 * @param least - The smallest port: 0 where a free one may be taken.
 */
export function hostAndPort(option: string, text: string, least: 0 | 1 = 1): HostPort {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]\s/]+)):(\d{1,5})$/iu.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port >= least && port <= 65_535) return { host, port };
  throw new CommandError('invalid_argument', `${option} ${text}: not a host and a port`, {
    hint: 'write 127.0.0.1:8443, pump.example:443 or [2001:db8::7]:443',
  });
}

/** The same back as a text. */
export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
