/** Names that are asked for [RFC 9525], and names that CAs are limited to [RFC 5280 §4.2.1.10]. */
import { describe, expect, test } from 'vitest';
import {
  EXTENSION,
  type GeneralName,
  nameFrom,
  type NameConstraints,
  type PathFailure,
  type ReferenceName,
  validatePath,
} from '../../../src/certificates/index.ts';
import { der, UTF8_STRING } from '../../../src/encoding/index.ts';
import { AT, type Entity, make, makeRoot, provider } from './pki.ts';

const root = await makeRoot();

async function outcome(
  leaf: Entity,
  name: ReferenceName | undefined,
  pool: readonly Entity[] = [],
): Promise<PathFailure | 'valid'> {
  const input = { certificate: leaf.certificate, pool: pool.map(({ certificate }) => certificate) };
  const result = await validatePath(provider, input, {
    anchors: [root.certificate],
    at: AT,
    ...(name === undefined ? {} : { name }),
  });
  return result.valid ? 'valid' : result.reason;
}

const dns = (name: string): GeneralName => ({ kind: 'dns', name });
const email = (address: string): GeneralName => ({ kind: 'email', address });
const uri = (text: string): GeneralName => ({ kind: 'uri', uri: text });
const ip = (...octets: readonly number[]): GeneralName => ({ kind: 'ip', address: Uint8Array.from(octets) });
const directory = (text: string): GeneralName => ({ kind: 'directory', name: nameFrom(text) });
const other = (type: string): GeneralName => ({ kind: 'other', type, value: Uint8Array.of(5, 0) });
const smtpUtf8 = (address: string): GeneralName => ({
  kind: 'other',
  type: '1.3.6.1.5.5.7.8.9',
  value: der.element(UTF8_STRING, new TextEncoder().encode(address)),
});
const loopback6 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

describe('RFC 9525', () => {
  const matching: readonly (readonly [GeneralName, ReferenceName])[] = [
    [dns('pump.example'), 'pump.example'],
    [dns('pump.example'), 'PUMP.Example'],
    [dns('PUMP.example'), 'pump.example'],
    [dns('pump.example'), 'pump.example.'],
    [dns('*.ward.example'), 'pump.ward.example'],
    [dns('*.ward.example'), 'xn--bcher-kva.ward.example'],
    [dns('xn--bcher-kva.example'), 'bücher.example'],
    [dns('xn--bcher-kva.example'), 'BÜCHER.example'],
    [dns('*.xn--bcher-kva.example'), { dns: 'pump.bücher.example' }],
    [dns('pump_7.example'), 'pump_7.example'],
    [ip(192, 0, 2, 7), '192.0.2.7'],
    [ip(192, 0, 2, 7), { ip: '192.0.2.7' }],
    [ip(...loopback6), '::1'],
    [ip(...loopback6), '0:0:0:0:0:0:0:1'],
    [ip(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 7), '2001:db8::192.0.2.7'],
    [email('ward@hospital.example'), 'ward@Hospital.example'],
    [email('ward@xn--bcher-kva.example'), 'ward@bücher.example'],
    [smtpUtf8('médecin@hospital.example'), 'médecin@hospital.example'],
    [smtpUtf8('médecin@bücher.example'), { email: 'médecin@xn--bcher-kva.example' }],
    [uri('sip:voice.example'), { uri: 'sip:voice.example' }],
    [uri('https://pump.example/status'), 'https://pump.example'],
    [uri('https://user@pump.example:8443/status'), 'HTTPS://PUMP.example/'],
    [uri('spiffe://hospital.example/ward/7'), 'spiffe://hospital.example/ward/7'],
    [
      uri('urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6'),
      { uri: 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6' },
    ],
  ];
  test.each(matching)('%j is %j', async (name, reference) => {
    const leaf = await make({ subject: '', issuer: root, extensions: { subjectAltName: [name] } });
    expect(await outcome(leaf, reference)).toBe('valid');
  });

  const different: readonly (readonly [GeneralName, ReferenceName])[] = [
    [dns('pump.example'), 'other.example'],
    [dns('pump.example'), 'a.pump.example'],
    [dns('pump.example'), 'example'],
    [dns('*.ward.example'), 'ward.example'],
    [dns('*.ward.example'), 'a.b.ward.example'],
    [dns('p*.ward.example'), 'pump.ward.example'],
    [dns('*p.ward.example'), 'pump.ward.example'],
    [dns('xn--*.ward.example'), 'xn--bcher-kva.ward.example'],
    [dns('pump.*.example'), 'pump.ward.example'],
    [dns('*.*.example'), 'pump.ward.example'],
    [dns('*.example'), 'pump.example'],
    [dns('*'), 'pump'],
    [dns('*.'), 'pump.'],
    [dns('pump.example.'), 'pump.example'],
    [dns(' pump.example'), 'pump.example'],
    [dns('192.0.2.7'), '192.0.2.7'],
    [dns('*.0.2.7'), '192.0.2.7'],
    [ip(192, 0, 2, 7), '192.0.2.8'],
    [ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7), '192.0.2.7'],
    [uri('https://192.0.2.7'), '192.0.2.7'],
    [email('ward@hospital.example'), 'Ward@hospital.example'],
    [email('ward@hospital.example'), 'ward@other.example'],
    [email('hospital.example'), 'ward@hospital.example'],
    [dns('hospital.example'), 'ward@hospital.example'],
    [uri('sip:voice.example'), { uri: 'sips:voice.example' }],
    [uri('https://*.example'), 'https://pump.example'],
    [uri('https://pump.example.evil.example'), 'https://pump.example'],
    [uri('https://pump.example@evil.example'), 'https://pump.example'],
    [uri('spiffe://hospital.example/ward/7'), 'spiffe://hospital.example/ward/8'],
    [uri('spiffe://hospital.example/ward/7'), 'spiffe://hospital.example/ward'],
    [uri('urn:uuid:1'), { uri: 'urn:uuid:2' }],
    [directory('CN=pump.example'), 'pump.example'],
  ];
  test.each(different)('%j is not %j', async (name, reference) => {
    const leaf = await make({ subject: '', issuer: root, extensions: { subjectAltName: [name] } });
    expect(await outcome(leaf, reference)).toBe('name-mismatch');
  });

  test('the common name is never asked', async () => {
    const leaf = await make({ subject: 'CN=pump.example,emailAddress=ward@pump.example', issuer: root });
    expect(await outcome(leaf, 'pump.example')).toBe('name-mismatch');
    expect(await outcome(leaf, 'ward@pump.example')).toBe('name-mismatch');
  });

  test.each<ReferenceName>([
    '*.example',
    'pump example',
    'a..example',
    '-a.example',
    'example.7',
    `${'a'.repeat(64)}.example`,
    { dns: 'pump.example:443' },
    { dns: '192.0.2.7' },
    { dns: 'a/b' },
    { ip: 'pump.example' },
    { ip: '192.0.2.07' },
    { ip: '256.0.0.1' },
    { ip: '1::2::3' },
    { ip: '1:2:3:4:5:6:7' },
    { ip: 'fe80::1%eth0' },
    { email: 'ward' },
    { email: '@hospital.example' },
    { email: 'a@b@hospital.example' },
    { uri: 'no uri' },
  ])('%j is no name', async (reference) => {
    await expect(outcome(root, reference)).rejects.toMatchObject({
      code: 'invalid_argument',
      fault: 'caller',
    });
  });
});

describe('name constraints', () => {
  const only = (...permitted: readonly GeneralName[]): NameConstraints => ({ permitted, excluded: [] });
  const not = (...excluded: readonly GeneralName[]): NameConstraints => ({ permitted: [], excluded });
  const subnet = ip(10, 1, 0, 0, 255, 255, 0, 0);

  const table: readonly (readonly [NameConstraints, GeneralName, 'inside' | 'outside'])[] = [
    [only(dns('ward.example')), dns('ward.example'), 'inside'],
    [only(dns('ward.example')), dns('pump.Ward.example'), 'inside'],
    [only(dns('ward.example')), dns('a.b.ward.example'), 'inside'],
    [only(dns('ward.example')), dns('*.ward.example'), 'inside'],
    [only(dns('ward.example')), dns('backward.example'), 'outside'],
    [only(dns('ward.example')), dns('example'), 'outside'],
    [only(dns('pump.ward.example')), dns('*.ward.example'), 'outside'],
    [only(dns('.ward.example')), dns('pump.ward.example'), 'inside'],
    [only(dns('.ward.example')), dns('ward.example'), 'outside'],
    [only(dns('a.example'), dns('b.example')), dns('x.b.example'), 'inside'],
    [only(dns('ward.example')), dns('pump ward.example'), 'outside'],
    [only(dns('*.ward.example')), dns('pump.ward.example'), 'outside'],
    [only(dns('ward.example')), ip(10, 1, 2, 3), 'inside'],
    [not(dns('ward.example')), dns('pump.ward.example'), 'outside'],
    [not(dns('ward.example')), dns('pump.example'), 'inside'],
    [not(dns('pump.ward.example')), dns('*.ward.example'), 'outside'],
    [not(dns('a.pump.ward.example')), dns('*.ward.example'), 'inside'],
    [{ permitted: [dns('example')], excluded: [dns('ward.example')] }, dns('a.ward.example'), 'outside'],
    [{ permitted: [dns('example')], excluded: [dns('ward.example')] }, dns('a.example'), 'inside'],
    [only(subnet), ip(10, 1, 255, 3), 'inside'],
    [only(subnet), ip(10, 2, 0, 3), 'outside'],
    [only(subnet), ip(...loopback6), 'outside'],
    [only(ip(10, 1, 0, 0, 255, 0, 255, 0)), ip(10, 1, 0, 0), 'outside'],
    [only(ip(10, 1, 2, 3)), ip(10, 1, 2, 3), 'outside'],
    [not(subnet), ip(10, 1, 2, 3), 'outside'],
    [not(subnet), ip(10, 2, 2, 3), 'inside'],
    [only(email('hospital.example')), email('ward@Hospital.example'), 'inside'],
    [only(email('hospital.example')), email('ward@a.hospital.example'), 'outside'],
    [only(email('.hospital.example')), email('ward@a.hospital.example'), 'inside'],
    [only(email('.hospital.example')), email('ward@hospital.example'), 'outside'],
    [only(email('ward@hospital.example')), email('ward@hospital.example'), 'inside'],
    [only(email('ward@hospital.example')), email('Ward@hospital.example'), 'outside'],
    [only(email('hospital.example')), email('not an address'), 'outside'],
    [only(email('hospital.example')), smtpUtf8('médecin@hospital.example'), 'inside'],
    [only(email('hospital.example')), smtpUtf8('médecin@evil.example'), 'outside'],
    [not(email('hospital.example')), smtpUtf8('médecin@hospital.example'), 'outside'],
    [only(uri('hospital.example')), uri('https://hospital.example:8443/a'), 'inside'],
    [only(uri('hospital.example')), uri('https://a.hospital.example/'), 'outside'],
    [only(uri('.hospital.example')), uri('https://a.hospital.example/'), 'inside'],
    [only(uri('hospital.example')), uri('https://hospital.example@evil.example/'), 'outside'],
    [only(uri('hospital.example')), uri('https://192.0.2.7/'), 'outside'],
    [not(uri('hospital.example')), uri('urn:uuid:1'), 'outside'],
    [only(directory('O=Hospital,C=CH')), directory('CN=pump,O=Hospital,C=CH'), 'inside'],
    [only(directory('O=hospital,C=CH')), directory('CN=pump,O=Hospital,C=ch'), 'inside'],
    [only(directory('O=Hospital,C=CH')), directory('CN=pump,O=Other,C=CH'), 'outside'],
    [only(directory('O=Hospital,C=CH')), directory('C=CH'), 'outside'],
    [not(directory('O=Hospital')), directory('CN=pump,O=Hospital'), 'outside'],
    [only(other('1.2.3.4')), other('1.2.3.4'), 'outside'],
    [not(other('1.2.3.4')), other('1.2.3.4'), 'outside'],
    [only(other('1.2.3.4')), other('1.2.3.5'), 'inside'],
    [only({ kind: 'registered-id', oid: '1.2.3' }), { kind: 'registered-id', oid: '1.2.3' }, 'outside'],
    [only({ kind: 'registered-id', oid: '1.2.3' }), dns('pump.example'), 'inside'],
  ];
  test.each(table)('%j: %j is %s', async (nameConstraints, name, expected) => {
    const limited = await make({ subject: 'CN=CA', issuer: root, ca: true, extensions: { nameConstraints } });
    const leaf = await make({ subject: '', issuer: limited, extensions: { subjectAltName: [name] } });
    expect(await outcome(leaf, undefined, [limited])).toBe(
      expected === 'inside' ? 'valid' : 'name-constraints',
    );
  });

  test.each([
    ['a0', 'valid'],
    ['a1', 'name-constraints'],
  ])('the empty host name stands for all of them (%s)', async (tag, expected) => {
    const value = Uint8Array.from(Buffer.from(`3006${tag}0430028200`, 'hex'));
    const limited = await make({
      subject: 'CN=CA',
      issuer: root,
      ca: true,
      extensions: { other: [{ oid: EXTENSION.nameConstraints, critical: true, value }] },
    });
    const leaf = await make({
      subject: '',
      issuer: limited,
      extensions: { subjectAltName: [dns('pump.example')] },
    });
    expect(await outcome(leaf, undefined, [limited])).toBe(expected);
  });

  test('addresses in the subject count as e-mail addresses', async () => {
    const limited = await make({
      subject: 'CN=CA',
      issuer: root,
      ca: true,
      extensions: { nameConstraints: only(email('hospital.example')) },
    });
    const leaf = (subject: string): Promise<Entity> => make({ subject, issuer: limited });
    expect(await outcome(await leaf('emailAddress=ward@hospital.example,CN=a'), undefined, [limited])).toBe(
      'valid',
    );
    expect(await outcome(await leaf('emailAddress=ward@evil.example,CN=a'), undefined, [limited])).toBe(
      'name-constraints',
    );
  });

  test('thousands of names and constraints end early', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => dns(`h${String(index)}.example`));
    const limited = await make({
      subject: 'CN=CA',
      issuer: root,
      ca: true,
      extensions: { nameConstraints: only(...many) },
    });
    const leaf = await make({ subject: '', issuer: limited, extensions: { subjectAltName: many } });
    const start = performance.now();
    expect(await outcome(leaf, undefined, [limited])).toBe('name-constraints');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
