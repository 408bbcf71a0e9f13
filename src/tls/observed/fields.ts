import { isIP } from 'node:net';

import type { ObservedEndpoint } from './session.ts';

/** Says what is wrong with a line. */
export type Refuse = (problem: string) => never;

/** The members of a JSON object, read by name and kind; what is absent or null is `undefined`. */
export interface Fields {
  readonly text: (name: string) => string | undefined;
  readonly number: (name: string) => number | undefined;
  readonly boolean: (name: string) => boolean | undefined;
  readonly object: (name: string) => Fields | undefined;
  /** Code points: a list of numbers from 0 to 65535. */
  readonly codes: (name: string) => readonly number[] | undefined;
  readonly texts: (name: string) => readonly string[] | undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a number can be a code point of a TLS registry. */
export function isCode(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

/** Reads the members of an object; a member of another kind than it has to be is refused. */
export function fieldsOf(value: unknown, what: string, refuse: Refuse): Fields {
  if (!isRecord(value)) return refuse(`${what} is no object`);
  const member = (name: string): unknown =>
    Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined;
  const wrong = (name: string, kind: string): never => refuse(`${what}: ${name} is no ${kind}`);
  const list = <Element>(
    name: string,
    kind: string,
    isElement: (element: unknown) => element is Element,
  ): readonly Element[] | undefined => {
    const found = member(name);
    if (found === undefined) return undefined;
    return Array.isArray(found) && found.every(isElement) ? found : wrong(name, kind);
  };
  return {
    text(name) {
      const found = member(name);
      return found === undefined || typeof found === 'string' ? found : wrong(name, 'text');
    },
    number(name) {
      const found = member(name);
      return found === undefined || typeof found === 'number' ? found : wrong(name, 'number');
    },
    boolean(name) {
      const found = member(name);
      return found === undefined || typeof found === 'boolean' ? found : wrong(name, 'truth value');
    },
    object(name) {
      const found = member(name);
      return found === undefined ? undefined : fieldsOf(found, `${what}.${name}`, refuse);
    },
    codes: (name) => list(name, 'list of code points', isCode),
    texts: (name) => list(name, 'list of texts', (element) => typeof element === 'string'),
  };
}

/** An end of a connection, from its two fields. */
export function endpoint(
  address: string | undefined,
  port: number | undefined,
  side: string,
  refuse: Refuse,
): ObservedEndpoint {
  if (address === undefined || isIP(address) === 0) return refuse(`the address of the ${side} is none`);
  if (!isCode(port)) return refuse(`the port of the ${side} is none`);
  return { address, port };
}
