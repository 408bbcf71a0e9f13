import { describe, expect, expectTypeOf, test } from 'vitest';

import { createEventStream, type HybridgeEvent, toJsonLine } from '../../src/events/index.ts';
import { judge, namedPolicy } from '../../src/policy/index.ts';
import { kem } from '../../src/registry/index.ts';
import { HOSTILE, SAMPLES } from './samples.ts';

const at = new Date('2026-11-21T12:00:00Z');

const failed = (primitive: string): HybridgeEvent => ({
  type: 'self-test-failed',
  at,
  provider: 'default',
  backend: 'noble 0.7.1',
  primitive,
});
const primitiveOf = (event: HybridgeEvent): string =>
  event.type === 'self-test-failed' ? event.primitive : event.type;

async function take(iterator: AsyncIterator<HybridgeEvent>, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    const { done, value } = (await iterator.next()) as IteratorResult<HybridgeEvent, undefined>;
    names.push(done === true ? 'end' : primitiveOf(value));
  }
  return names;
}

describe('listeners', () => {
  test('get every event in order until they stop', () => {
    const events = createEventStream();
    const seen: string[] = [];
    events.emit(failed('before'));
    const stop = events.subscribe((event) => seen.push(primitiveOf(event)));
    for (const name of ['a', 'b', 'c']) events.emit(failed(name));
    stop();
    stop();
    events.emit(failed('after'));
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  test('that throw or reject reach neither the emitter nor each other', async () => {
    const errors: unknown[] = [];
    const events = createEventStream({ onListenerError: (error) => errors.push(error) });
    const seen: string[] = [];
    events.subscribe(() => {
      throw new Error('thrown');
    });
    events.subscribe(async () => {
      throw new Error('rejected');
    });
    events.subscribe(() => ({
      then: () => {
        throw new Error('a bad promise');
      },
    }));
    events.subscribe((event) => seen.push(primitiveOf(event)));
    expect(() => {
      events.emit(failed('a'));
    }).not.toThrow();
    await new Promise((resolve) => setTimeout(resolve));
    expect(seen).toEqual(['a']);
    expect(errors.map((error) => (error as Error).message).sort()).toEqual([
      'a bad promise',
      'rejected',
      'thrown',
    ]);
  });

  test('may fail without anybody being told, and the one told may fail too', async () => {
    const silent = createEventStream();
    silent.subscribe(() => {
      throw new Error('thrown');
    });
    silent.subscribe(async () => Promise.reject(new Error('rejected')));
    silent.emit(failed('a'));
    const worse = createEventStream({
      onListenerError: () => {
        throw new Error('this too');
      },
    });
    worse.subscribe(() => {
      throw new Error('thrown');
    });
    expect(() => {
      worse.emit(failed('a'));
    }).not.toThrow();
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setTimeout(resolve));
  });

  test('that emit are served in order: all see the same sequence', () => {
    const events = createEventStream();
    const [first, second]: [string[], string[]] = [[], []];
    events.subscribe((event) => {
      first.push(primitiveOf(event));
      if (primitiveOf(event) === 'a') events.emit(failed('nested'));
    });
    events.subscribe((event) => second.push(primitiveOf(event)));
    events.emit(failed('a'));
    events.emit(failed('b'));
    expect(first).toEqual(['a', 'nested', 'b']);
    expect(second).toEqual(first);
  });

  test('may subscribe and stop others while an event is delivered', () => {
    const events = createEventStream();
    const seen: string[] = [];
    let stopVictim: () => void = () => undefined;
    events.subscribe((event) => {
      if (primitiveOf(event) !== 'a') return;
      stopVictim();
      events.subscribe((later) => seen.push(`late ${primitiveOf(later)}`));
    });
    stopVictim = events.subscribe((event) => seen.push(`victim ${primitiveOf(event)}`));
    events.emit(failed('a'));
    events.emit(failed('b'));
    expect(seen).toEqual(['late b']);
  });

  test('one function may subscribe twice', () => {
    const events = createEventStream();
    let calls = 0;
    const listener = (): void => {
      calls++;
    };
    const stop = events.subscribe(listener);
    events.subscribe(listener);
    events.emit(failed('a'));
    stop();
    events.emit(failed('b'));
    expect(calls).toBe(3);
  });
});

describe('loops', () => {
  test('get what is emitted from their beginning on, buffered', async () => {
    const events = createEventStream();
    events.emit(failed('before'));
    const iterator = events[Symbol.asyncIterator]();
    for (const name of ['a', 'b']) events.emit(failed(name));
    expect(await take(iterator, 2)).toEqual(['a', 'b']);
    const pending = [iterator.next(), iterator.next()];
    events.emit(failed('c'));
    events.emit(failed('d'));
    expect(
      (await Promise.all(pending)).map(({ value }) => (value === undefined ? '' : primitiveOf(value))),
    ).toEqual(['c', 'd']);
  });

  test('lose the oldest events when they are slow, and are told how many', async () => {
    const events = createEventStream({ capacity: 3 });
    const slow = events[Symbol.asyncIterator]();
    const quick = events[Symbol.asyncIterator]();
    for (let index = 0; index < 10; index++) {
      events.emit(failed(String(index)));
      await quick.next();
    }
    expect(await slow.next()).toEqual({ done: false, value: { type: 'events-dropped', at, count: 7 } });
    expect(await take(slow, 3)).toEqual(['7', '8', '9']);
    events.emit(failed('x'));
    expect(await take(slow, 1)).toEqual(['x']);
    expect(await take(quick, 0)).toEqual([]);
  });

  test('hold bounded memory however much is emitted', async () => {
    const events = createEventStream({ capacity: 10 });
    const iterator = events[Symbol.asyncIterator]();
    for (let index = 0; index < 100_000; index++) events.emit(failed(String(index)));
    expect(await iterator.next()).toMatchObject({ value: { type: 'events-dropped', count: 99_990 } });
    const names = await take(iterator, 10);
    expect([names[0], names[9]]).toEqual(['99990', '99999']);
  });

  test('end when they are left', async () => {
    const events = createEventStream();
    const seen: string[] = [];
    const loop = (async () => {
      for await (const event of events) {
        seen.push(primitiveOf(event));
        if (seen.length === 2) break;
      }
    })();
    for (const name of ['a', 'b', 'c']) events.emit(failed(name));
    await loop;
    expect(seen).toEqual(['a', 'b']);
    const iterator = events[Symbol.asyncIterator]();
    events.emit(failed('d'));
    await iterator.return?.();
    events.emit(failed('e'));
    expect(await take(iterator, 1)).toEqual(['end']);
  });

  test('get what is buffered when the stream closes, then end', async () => {
    const events = createEventStream();
    const buffered = events[Symbol.asyncIterator]();
    const waiting = events[Symbol.asyncIterator]();
    const seen: string[] = [];
    events.subscribe((event) => seen.push(primitiveOf(event)));
    events.emit(failed('a'));
    await waiting.next();
    const pending = waiting.next();
    events.close();
    events.close();
    events.emit(failed('b'));
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await take(buffered, 3)).toEqual(['a', 'end', 'end']);
    expect(await take(events[Symbol.asyncIterator](), 1)).toEqual(['end']);
    events.subscribe((event) => seen.push(`late ${primitiveOf(event)}`));
    events.emit(failed('c'));
    expect(seen).toEqual(['a']);
  });

  test('want a capacity of at least one', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, Infinity])
      expect(() => createEventStream({ capacity })).toThrow(
        expect.objectContaining({ code: 'invalid_argument', fault: 'caller' }) as Error,
      );
  });
});

describe('toJsonLine', () => {
  const policy = namedPolicy('hybrid-preferred');
  const { reasons } = judge(policy, 'key-establishment', kem('X25519'), at);
  const examples: readonly HybridgeEvent[] = [
    {
      type: 'policy-refused',
      at,
      policy: 'pq-only',
      policyVersion: 1,
      use: 'key-establishment',
      algorithm: 'X25519',
      reasons: [{ rule: 'no-classical', text: 'A quantum computer breaks it.', source: 'house' }],
    },
    {
      type: 'policy-warned',
      at,
      policy: policy.name,
      policyVersion: policy.version,
      use: 'key-establishment',
      algorithm: 'X25519',
      reasons,
    },
    {
      type: 'transition-accepted',
      at,
      accepted: 'ECDSA-P256-SHA256',
      waived: 'ML-DSA-65',
      until: new Date('2028-01-01'),
    },
    failed('ML-KEM-768'),
    { type: 'events-dropped', at, count: 3 },
  ];

  // Written out by hand: these names are read by programs that we do not know.
  test('has permanent field names', () => {
    expect(examples.map(toJsonLine)).toEqual([
      '{"time":"2026-11-21T12:00:00.000Z","type":"policy-refused","policy":"pq-only","policyVersion":1,"use":"key-establishment","algorithm":"X25519","reasons":[{"rule":"no-classical","text":"A quantum computer breaks it.","source":"house"}]}\n',
      '{"time":"2026-11-21T12:00:00.000Z","type":"policy-warned","policy":"hybrid-preferred","policyVersion":1,"use":"key-establishment","algorithm":"X25519","reasons":[{"rule":"classical-key-establishment","text":"What is recorded today can be decrypted once a quantum computer exists.","source":"NIST IR 8547, initial public draft (November 2024)"}]}\n',
      '{"time":"2026-11-21T12:00:00.000Z","type":"transition-accepted","accepted":"ECDSA-P256-SHA256","waived":"ML-DSA-65","until":"2028-01-01T00:00:00.000Z"}\n',
      '{"time":"2026-11-21T12:00:00.000Z","type":"self-test-failed","provider":"default","backend":"noble 0.7.1","primitive":"ML-KEM-768"}\n',
      '{"time":"2026-11-21T12:00:00.000Z","type":"events-dropped","count":3}\n',
    ]);
    expect(new Set(examples.map(({ type }) => type)).size).toBe(examples.length);
  });

  test('is one line whatever the texts hold', () => {
    const line = toJsonLine(failed('a\n"b"\r\u2028\ud800\u0000'));
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({ primitive: 'a\n"b"\r\u2028\ud800\u0000' });
  });

  test('holds no character that controls a terminal, and reads back as it was', () => {
    for (const event of SAMPLES) {
      const line = toJsonLine(event);
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      const { at: time, ...rest } = event;
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ time, ...rest })));
    }
    expect(JSON.parse(toJsonLine(failed(HOSTILE)))).toMatchObject({ primitive: HOSTILE });
  });

  test('writes dates at any depth, and leaves out what is not known', () => {
    const ended = SAMPLES.find(({ type }) => type === 'downgrade-ended');
    const session = SAMPLES.findLast(({ type }) => type === 'session');
    if (ended === undefined || session === undefined) throw new Error('no samples');
    expect(toJsonLine(ended)).toContain('"since":"2026-11-21T11:00:00.000Z"');
    expect(Object.keys((JSON.parse(toJsonLine(session)) as { posture: object }).posture)).toEqual([
      'keyExchange',
      'authentication',
      'reason',
    ]);
  });

  test('events are plain by type: no field can hold bytes, keys or functions', () => {
    // What is left of a type when its objects and lists are opened.
    type Leaf<T> = T extends Date | boolean | number | string | undefined
      ? T
      : T extends readonly (infer Element)[]
        ? Leaf<Element>
        : T extends Uint8Array | ((...arguments_: never) => unknown)
          ? T
          : { readonly [Name in keyof T]: Leaf<T[Name]> }[keyof T];
    type Plain = Date | boolean | number | string | undefined;
    expectTypeOf<
      Leaf<{ reasons: readonly { key: Uint8Array; text: string }[]; more: { deep: { call: () => void } } }>
    >().toEqualTypeOf<string | Uint8Array | (() => void)>();
    expectTypeOf<Leaf<HybridgeEvent>>().toExtend<Plain>();
    // Nothing is left out of the check by a type that hides what it holds.
    expectTypeOf<Leaf<HybridgeEvent>>().not.toBeAny();
    expectTypeOf<Leaf<{ hidden: unknown }>>().not.toExtend<Plain>();
    // @ts-expect-error A key has no place in an event.
    createEventStream().emit({ ...failed('x'), key: new Uint8Array(32) });
  });
});
