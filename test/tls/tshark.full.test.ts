import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createContext, runInContext } from 'node:vm';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  alertName,
  cipherSuiteName,
  decodeClientHello,
  decodeServerHello,
  encodeClientHello,
  encodeServerHello,
  extensionName,
  helloFlights,
} from '../../src/tls/index.ts';
import { mutated, Numbers } from '../support/mutate.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { report, runCases } from '../support/tally.ts';
import { ACK, captureOf, frameOf, ipPacket, RST, SYN } from './captures.ts';
import { recordings, theyRead, type Utterance, weRead } from './corpus.ts';
import { clientHelloFields, inRecords, recordedHellos, serverHelloFields, takes } from './hello-fixtures.ts';
import { askTshark } from './tshark.ts';

describeWithPeer(['peer-tshark', '_tree'], 'tshark, asked now', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hybridge-tshark-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function compare(
    suite: string,
    ours: readonly Utterance[],
    theirs: readonly Utterance[],
  ): Promise<unknown> {
    expect(ours.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(
      theirs.map(({ id, verdict }) => `${id} ${verdict}`),
    );
    const cases = theirs.map((item, index) => ({ ...item, actual: ours[index]?.fields }));
    return runCases(suite, cases, ({ fields, actual }) => {
      expect(actual).toEqual(fields);
    });
  }

  it('says of the recordings what is stored beside them', async () => {
    for (const { name, file, capture, frames } of recordings()) {
      const path = join(folder, file);
      writeFileSync(path, capture);
      expect(await askTshark(path), name).toEqual(frames);
    }
  });

  it('reads recordings in other forms as we do', async () => {
    const [one] = recordings().filter(({ name }) => name === 'openssl');
    if (one === undefined) expect.unreachable();
    const path = join(folder, 'openssl.pcapng');
    writeFileSync(path, one.capture);
    const forms = [
      ['nanoseconds', '-F', 'nsecpcap'],
      ['modified pcap', '-F', 'pcap'],
      ['raw IP', '-F', 'pcap', '-C', '14', '-T', 'rawip'],
      ['loopback', '-F', 'pcapng', '-C', '10', '-T', 'null'],
      ['pcapng again', '-F', 'pcapng', '-A', '1970-01-02T00:00:00Z'],
    ] as const;
    for (const [form, ...args] of forms) {
      const target = join(folder, form.replaceAll(' ', '-'));
      await askPeer('_tree', ['/usr/bin/editcap', ...args, path, target]);
      const { utterances, problems } = await weRead(readFileSync(target));
      expect(problems).toEqual([]);
      await compare(`tshark, ${form}`, utterances, theyRead(await askTshark(target)));
    }
  });

  it('reads hellos that no peer sends as we do', async () => {
    const clients = fc.sample(clientHelloFields, { numRuns: 400, seed: 5 });
    const servers = fc.sample(serverHelloFields, { numRuns: 400, seed: 5 });
    const frames = clients.flatMap((fields, index) => {
      const port = 10_000 + index;
      const answer = servers[index];
      const say = (from: 'client' | 'server', sequence: number, flags: number, payload: Uint8Array) => ({
        data: frameOf(1, ipPacket({ from, sequence, flags, payload }, 4, port)),
      });
      return [
        say('client', 100, SYN, new Uint8Array(0)),
        say('server', 500, SYN | ACK, new Uint8Array(0)),
        say('client', 101, ACK, inRecords(encodeClientHello(fields))),
        ...(answer === undefined ? [] : [say('server', 501, ACK, inRecords(encodeServerHello(answer)))]),
      ];
    });
    const capture = captureOf(frames, { format: 'pcapng', little: true, linkType: 1 });
    const path = join(folder, 'arbitrary.pcapng');
    writeFileSync(path, capture);
    const { utterances, problems } = await weRead(capture);
    expect(problems).toEqual([]);
    // Names of protocols are octets, of which tshark prints only what is text; JA4 has them in hexadecimal.
    const withoutNames = ({ fields: { alpn, ...fields }, ...item }: Utterance): Utterance => ({
      ...item,
      fields: { ...fields, protocols: Array.isArray(alpn) ? alpn.length : 0 },
    });
    const theirs = theyRead(await askTshark(path));
    await compare('tshark, arbitrary hellos', utterances.map(withoutNames), theirs.map(withoutNames));
  });

  it('has the same names for cipher suites, extensions and alerts', async () => {
    const tables = Buffer.from(await askPeer('peer-tshark', ['-G', 'values'])).toString('utf8');
    const values = (field: string): readonly (readonly [code: number, name: string])[] =>
      tables.split('\n').flatMap((line) => {
        const [kind, of, code, name] = line.split('\t');
        return kind === 'V' && of === field && name !== undefined ? [[Number(code), name] as const] : [];
      });
    const agree = (
      what: string,
      table: readonly (readonly [number, string])[],
      name: (code: number) => string | undefined,
    ): void => {
      const known = table.filter(([code]) => {
        const ours = name(code);
        return ours !== undefined && !ours.startsWith('0x');
      });
      const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
      const different = known.filter(([code, theirs]) => plain(name(code) ?? '') !== plain(theirs));
      report(`${what}: ${String(known.length)} names compared`);
      expect(different).toEqual([]);
      expect(known.length).toBeGreaterThan(25);
    };
    agree('cipher suites', values('tls.handshake.ciphersuite'), cipherSuiteName);
    // tshark has the plural of delegated_credential [RFC 9345 §4.1.1].
    const extensions = values('tls.handshake.extension.type').filter(([code]) => code !== 34);
    agree('extensions', extensions, extensionName);
    agree('alerts', values('tls.alert_message.desc'), alertName);
  });
});

describe('a large capture', () => {
  it('takes no more memory than its bound, whatever is left open or done', async () => {
    setFlagsFromString('--expose-gc');
    const context = createContext();
    // What is garbage in one turn of the event loop is gone in the next.
    const collect = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      runInContext('gc()', context);
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const [hello] = await recordedHellos();
    if (hello === undefined) expect.unreachable();
    const data = inRecords(hello.message);
    const noise = Buffer.concat(
      Array<Uint8Array>(8).fill(Uint8Array.of(23, 3, 3, 0x20, 0, ...new Uint8Array(0x2000))),
    );
    const head = captureOf([], { format: 'pcap', little: true, linkType: 101 });
    function* pieces(): Generator<Uint8Array> {
      yield head;
      // 6,000 connections of 65 KiB: every other one is told to be over.
      for (let index = 0; index < 6000; index++) {
        const port = 1000 + index;
        const say = (from: 'client' | 'server', sequence: number, flags: number, payload: Uint8Array) => ({
          data: ipPacket({ from, sequence, flags, payload }, 4, port),
        });
        const frames = [
          say('client', 100, SYN, new Uint8Array(0)),
          say('client', 101, ACK, data),
          say('client', 101 + data.length, ACK, noise.subarray(0, 60_000)),
          ...(index % 2 === 0 ? [say('server', 500, RST, new Uint8Array(0))] : []),
        ];
        yield captureOf(frames, { format: 'pcap', little: true, linkType: 101 }).subarray(head.length);
      }
    }
    await collect();
    const before = process.memoryUsage();
    let most = 0;
    let found = 0;
    for await (const { clientHellos } of helloFlights(pieces())) {
      expect(clientHellos).toHaveLength(1);
      if (++found % 500 !== 0) continue;
      await collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before.arrayBuffers);
    }
    report(`6,000 connections of 65 KiB: at most ${(most / 2 ** 20).toFixed(0)} MiB of buffers`);
    expect(found).toBe(6000);
    expect(most).toBeLessThan(80 * 2 ** 20);
  });
});

describe('broken hellos', () => {
  it('100,000 of them are refused as the fault of the peer, or read', async () => {
    const hellos = await recordedHellos();
    const numbers = new Numbers(1);
    const counts = { refused: 0, taken: 0 };
    for (let round = 0; round < 100_000; round++) {
      const hello = hellos[round % hellos.length];
      if (hello === undefined) expect.unreachable();
      const broken = mutated(hello.message, numbers);
      const decode = hello.kind === 'client' ? decodeClientHello : decodeServerHello;
      counts[takes(() => decode(broken)) ? 'taken' : 'refused']++;
    }
    report(`broken hellos: ${String(counts.refused)} refused, ${String(counts.taken)} still well-formed`);
    expect(counts.refused).toBeGreaterThan(50_000);
  });
});
