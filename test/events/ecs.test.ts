import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';

import {
  ATTACK_TECHNIQUES,
  attackTechniques,
  ECS_VERSION,
  type HybridgeEvent,
  toEcs,
  toEcsLine,
} from '../../src/events/index.ts';
import { report, Tally } from '../support/tally.ts';
import { EVENT_TYPES, SAMPLES } from './samples.ts';

interface EcsField {
  readonly type: string;
  readonly normalize: readonly string[];
  readonly allowed_values?: readonly {
    readonly name: string;
    readonly expected_event_types?: readonly string[];
  }[];
}

/** Not a dependency: it is large, and only this suite has a use for it. */
const PACKAGE = '@elastic/ecs';

/** The schema as Elastic publishes it; `undefined` where the package is not installed. */
function schema():
  { readonly version: string; readonly fields: Readonly<Record<string, EcsField>> } | undefined {
  const require = createRequire(import.meta.url);
  try {
    const { version } = require(`${PACKAGE}/package.json`) as { version: string };
    const { EcsFlat } = require(`${PACKAGE}/build/commonjs/ecs_flat.js`) as {
      EcsFlat: Readonly<Record<string, EcsField>>;
    };
    return { version, fields: EcsFlat };
  } catch {
    return undefined;
  }
}

/** The leaves of a document by their dotted names, without our own namespace. */
function leaves(value: object, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([name, field]: [string, unknown]): [string, unknown][] => {
    const path = `${prefix}${name}`;
    if (path === 'hybridge') return [];
    return typeof field === 'object' && field !== null && !Array.isArray(field)
      ? leaves(field, `${path}.`)
      : [[path, field]];
  });
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

const ACCEPTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: (value) => typeof value === 'string',
  match_only_text: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  long: (value) => Number.isSafeInteger(value),
  ip: (value) => typeof value === 'string' && (IPV4.test(value) || value.includes(':')),
  date: (value) => typeof value === 'string' && new Date(value).toISOString() === value,
};

function sample(type: HybridgeEvent['type'], index = 0): HybridgeEvent {
  const found = SAMPLES.filter((event) => event.type === type)[index];
  if (found === undefined) throw new Error(`no sample of ${type}`);
  return found;
}

const published = schema();
if (published === undefined) report(`ECS schema: NOT RUN, ${PACKAGE} is not installed`);

describe.skipIf(published === undefined)('the schema of Elastic', () => {
  const { version = '', fields = {} } = published ?? {};

  test('is of the version that documents name', () => {
    expect(version).toBe(ECS_VERSION);
  });

  test('has every field that documents have, with its type and its allowed values', () => {
    const tally = new Tally('ECS fields');
    const seen = new Set<string>();
    for (const event of SAMPLES) {
      const document = toEcs(event);
      for (const [path, value] of leaves(document)) {
        const field = fields[path];
        const item = { id: `${event.type} ${path}`, verdict: field?.type ?? 'unknown' };
        const values: readonly unknown[] = Array.isArray(value) ? value : [value];
        const allowed = field?.allowed_values?.map(({ name }) => name);
        seen.add(path);
        if (
          field !== undefined &&
          Array.isArray(value) === field.normalize.includes('array') &&
          values.length > 0 &&
          values.every((one) => ACCEPTS[field.type]?.(one) === true) &&
          (allowed === undefined || values.every((one) => allowed.includes(String(one))))
        )
          tally.pass(item);
        else tally.fail(item, `${JSON.stringify(value)} is not ${field?.type ?? 'a field'}`);
      }
      // Each type of an event is one that its categories expect.
      for (const category of document.event.category) {
        const expected = fields['event.category']?.allowed_values?.find(({ name }) => name === category);
        const types = document.event.type.filter(
          (type) => expected?.expected_event_types?.includes(type) === true,
        );
        expect({ event: event.type, category, types: types.length > 0 }).toEqual({
          event: event.type,
          category,
          types: true,
        });
      }
    }
    tally.finish();
    for (const path of ['tls.curve', 'tls.version', 'source.ip', 'destination.port', 'threat.technique.id'])
      expect(seen).toContain(path);
  });
});

describe('toEcs', () => {
  test('has a sample of every type', () => {
    expect(new Set(SAMPLES.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
  });

  test('puts the group into tls.curve and the peer into source', () => {
    expect(toEcs(sample('session'))).toMatchObject({
      '@timestamp': '2026-11-21T12:00:00.123Z',
      ecs: { version: '9.4.0' },
      event: {
        kind: 'event',
        category: ['network', 'session'],
        type: ['connection', 'start'],
        action: 'session',
        outcome: 'success',
        duration: 3_250_000,
      },
      source: { address: '192.0.2.7', ip: '192.0.2.7', port: 51_234 },
      tls: {
        version: '1.3',
        version_protocol: 'tls',
        cipher: 'TLS_AES_256_GCM_SHA384',
        curve: 'X25519MLKEM768',
        established: true,
        resumed: false,
        next_protocol: 'h2',
        client: { server_name: 'pump.example', ja3: '773906b0efdefa24a7f2b8eb6985bf37' },
      },
      hybridge: {
        connection: 'c-1',
        identity: 'uri:urn:dev:ops:pump-17',
        ja4: 't13d1516h2_8daaf6152771_b186095e22b6',
        session: { posture: { key_exchange: 'hybrid', authentication: { server: { scheme: 'mldsa65' } } } },
      },
    });
    const client = toEcs(sample('session', 1));
    expect(client.source).toBeUndefined();
    expect(client.destination).toEqual({ address: '2001:db8::7', ip: '2001:db8::7', port: 443 });
    expect(client.tls).toEqual({ established: true });
  });

  test('gives no address that an index would refuse', () => {
    const { source } = toEcs(sample('session-refused'));
    expect(source).toEqual({ address: 'not:an:address:at:all' });
    const of = (address: string): unknown =>
      toEcs({
        ...sample('session-refused'),
        peer: { address, serverName: undefined, identity: undefined, ja3: undefined, ja4: undefined },
      } as HybridgeEvent).source;
    expect(of('256.0.0.1:80')).toEqual({ address: '256.0.0.1', port: 80 });
    expect(of('192.0.2.1:70000')).toEqual({ address: '192.0.2.1', ip: '192.0.2.1' });
    expect(of('[fe80::1%eth0]:1')).toEqual({ address: 'fe80::1%eth0', ip: 'fe80::1', port: 1 });
    expect(of('[::ffff:192.0.2.1]:443')).toEqual({
      address: '::ffff:192.0.2.1',
      ip: '::ffff:192.0.2.1',
      port: 443,
    });
    expect(of('[1::2::3]:1')).toEqual({ address: '1::2::3', port: 1 });
    expect(of('')).toEqual({ address: '' });
    expect(of('pump.example:443')).toEqual({ address: 'pump.example', port: 443 });
    expect(of('2001:db8::7')).toEqual({ address: '2001:db8::7', ip: '2001:db8::7' });
  });

  test('names the old and the new technique of a downgrade', () => {
    expect(toEcs(sample('downgrade-suspected', 2)).threat).toEqual({
      framework: 'MITRE ATT&CK',
      technique: {
        id: ['T1689', 'T1562', 'T1557'],
        name: ['Downgrade Attack', 'Impair Defenses', 'Adversary-in-the-Middle'],
        subtechnique: { id: ['T1562.010'], name: ['Downgrade Attack'] },
      },
    });
    expect(toEcs(sample('policy-changed')).threat?.technique.subtechnique?.id).toEqual(['T1600.001']);
    expect(toEcs(sample('policy-changed', 1)).threat).toBeUndefined();
    expect(toEcs(sample('session')).threat).toBeUndefined();
  });

  test('never has two kinds of value under one name of our own', () => {
    const kinds = new Map<string, string>();
    const walk = (value: unknown, path: string): void => {
      if (Array.isArray(value)) {
        for (const element of value as unknown[]) walk(element, path);
        return;
      }
      const kind = typeof value;
      expect([path, kinds.get(path) ?? kind]).toEqual([path, kind]);
      kinds.set(path, kind);
      if (typeof value === 'object' && value !== null)
        for (const [name, field] of Object.entries(value)) walk(field, `${path}.${name}`);
    };
    for (const event of SAMPLES) walk(toEcs(event).hybridge, 'hybridge');
    expect(kinds.size).toBeGreaterThan(60);
  });

  test('is one line that controls no terminal', () => {
    for (const event of SAMPLES) {
      const line = toEcsLine(event);
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(toEcs(event))));
    }
  });
});

describe('the table of ATT&CK', () => {
  test('is keyed by id, and says which ids are old', () => {
    for (const [id, technique] of Object.entries(ATTACK_TECHNIQUES)) {
      expect(technique.id).toBe(id);
      expect(technique.parent?.id).toBe(id.includes('.') ? id.split('.')[0] : undefined);
    }
    expect(
      Object.values(ATTACK_TECHNIQUES)
        .filter(({ until }) => until !== undefined)
        .map(({ id }) => id),
    ).toEqual(['T1562.010']);
  });

  test('is used in whole', () => {
    const used = new Set(SAMPLES.flatMap((event) => attackTechniques(event).map(({ id }) => id)));
    expect([...used].sort()).toEqual(Object.keys(ATTACK_TECHNIQUES).sort());
  });
});
