/** The settings of a terminator in a JSON file, for a command that is started with little more than its name. */
import { HybridgeError } from '../bytes/index.ts';
import { decodeJson } from '../encoding/index.ts';

/** What a settings file may hold: the options of `hybridge tls serve`, by the same names. Nothing is mandatory here. */
export interface TerminatorSettings {
  /** `host:port`. */
  readonly listen?: string;
  readonly upstream?: string;
  readonly mode?: 'http' | 'tcp';
  readonly cert?: readonly string[];
  readonly key?: readonly string[];
  readonly 'password-file'?: string;
  readonly policy?: string;
  readonly 'client-ca'?: readonly string[];
  readonly 'client-auth'?: 'requested' | 'required';
  readonly store?: string;
  readonly floors?: 'alarm' | 'off' | 'refuse';
  readonly 'on-store-lost'?: 'closed' | 'open';
  readonly workers?: number;
  readonly 'ticket-secret-file'?: string;
  readonly 'proxy-protocol'?: boolean;
  readonly health?: string;
  readonly log?: 'ecs' | 'json' | 'text';
  readonly 'drain-seconds'?: number;
}

type Name = keyof TerminatorSettings;

type Kind =
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'flag' | 'number' | 'text' | 'texts' };

const TEXT: Kind = { kind: 'text' };
const TEXTS: Kind = { kind: 'texts' };
const choice = (...values: readonly string[]): Kind => ({ kind: 'choice', values });

const KINDS: Readonly<Record<Name, Kind>> = {
  listen: TEXT,
  upstream: TEXT,
  mode: choice('http', 'tcp'),
  cert: TEXTS,
  key: TEXTS,
  'password-file': TEXT,
  policy: TEXT,
  'client-ca': TEXTS,
  'client-auth': choice('requested', 'required'),
  store: TEXT,
  floors: choice('alarm', 'off', 'refuse'),
  'on-store-lost': choice('closed', 'open'),
  workers: { kind: 'number' },
  'ticket-secret-file': TEXT,
  'proxy-protocol': { kind: 'flag' },
  health: TEXT,
  log: choice('ecs', 'json', 'text'),
  'drain-seconds': { kind: 'number' },
};

const isName = (name: string): name is Name => Object.hasOwn(KINDS, name);

function refused(why: string, details: Readonly<Record<string, string>> = {}): HybridgeError {
  return new HybridgeError('invalid_argument', `settings: ${why}`, { fault: 'caller', details });
}

/** What a member must be, in words; `undefined` when it is. */
function expected(kind: Kind, value: unknown): string | undefined {
  switch (kind.kind) {
    case 'choice':
      return kind.values.some((one) => one === value) ? undefined : `one of ${kind.values.join(', ')}`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'number':
      return Number.isSafeInteger(value) && Number(value) >= 1 ? undefined : 'a whole number of at least 1';
    case 'text':
      return typeof value === 'string' && value !== '' ? undefined : 'a text';
    case 'texts':
      return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
        ? undefined
        : 'a list of texts';
  }
}

function requireSettings(value: object): asserts value is TerminatorSettings {
  for (const [name, member] of Object.entries(value)) {
    if (!isName(name))
      throw refused(`there is no ${JSON.stringify(name)}; there are ${Object.keys(KINDS).join(', ')}`, {
        name,
      });
    const wanted = expected(KINDS[name], member);
    if (wanted !== undefined) throw refused(`${name} must be ${wanted}`, { name });
  }
}

/**
 * Reads a settings file. Every member must be known, of its kind, and there once.
 *
 * @throws {@link HybridgeError} `invalid_encoding` for what is no JSON, `invalid_argument` for a member that is unknown or
 *   of another kind.
 *
 * @example
 * ```ts
 * import { parseSettings } from 'hybridge/terminator';
 *
 * const settings = parseSettings('{ "listen": "0.0.0.0:8443", "upstream": "127.0.0.1:8080", "mode": "http" }');
 * console.log(settings.mode); // http
 * ```
 */
export function parseSettings(text: string): TerminatorSettings {
  const value = decodeJson(text, 'settings', { maxCharacters: 1_048_576 });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused('no object');
  requireSettings(value);
  return Object.freeze({ ...value });
}
