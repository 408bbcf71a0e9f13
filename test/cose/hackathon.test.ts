/**
 * COSE and JOSE artifacts that other implementers brought to the IETF PQC hackathon. JWS is no format of this library;
 * its signatures are verified here over its signing input [RFC 7515 §5.2], with the keys that this library reads.
 */
import { describe, expect, it } from 'vitest';

import { concat, fromBase64Url, fromUtf8, utf8 } from '../../src/bytes/index.ts';
import { type DraftNumbers, importCoseKey, verify1 } from '../../src/cose/index.ts';
import { decodeCbor, der, isCborMap } from '../../src/encoding/index.ts';
import { importKey, importPublicKey } from '../../src/keys/index.ts';
import { PublicKey } from '../../src/provider/index.ts';
import { findByJose, signature, type SignatureDescriptor } from '../../src/registry/index.ts';
import { verify } from '../../src/sign/index.ts';
import { expectBytes, report } from '../support/tally.ts';
import { jsonObject, readMatchingFiles } from '../support/vectors-files.ts';
import { readZip } from '../support/zip.ts';
import { bytesAt, elementsOf, sign1ToBeSigned } from './structures.ts';
import { provider } from './support.ts';

/** The numbers that the artifacts use: each draft made requests of its own, and -51 and -52 are in both. */
const NUMBERS: readonly DraftNumbers[] = [
  { 'SLH-DSA-SHA2-128s': -51, 'SLH-DSA-SHAKE-128s': -52 },
  {
    'MLDSA44-ECDSA-P256-SHA256': -51,
    'MLDSA65-ECDSA-P256-SHA512': -52,
    'MLDSA87-ECDSA-P384-SHA512': -53,
    'MLDSA44-Ed25519-SHA512': -54,
    'MLDSA65-Ed25519-SHA512': -55,
    'MLDSA87-Ed448-SHAKE256': -56,
  },
];

const archives = readMatchingFiles('pqc-certificates/jose_cose_v1', /\.zip$/).map((file) => ({
  producer: file.path.slice(file.path.lastIndexOf('/') + 1, -4),
  files: new Map(readZip(file.bytes).map(({ name, bytes }) => [name.replace(/^.*\//, ''), bytes])),
}));
const [consensus] = readMatchingFiles('pqc-certificates', /^consensus\.json$/);

/** What came of one artifact. */
type Outcome = 'accepted' | 'accepted once translated' | 'older encoding, refused';

function descriptorOf(jose: string): SignatureDescriptor {
  const [found] = findByJose(jose);
  if (found === undefined || found.kind === 'obsolete' || found.use !== 'signature')
    throw new Error(`${jose}: no signature algorithm`);
  return found;
}

function fileOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`${name} is not in the archive`);
  return bytes;
}

/** The ECDSA halves of these artifacts are as an earlier revision had them: points without 04, and r ‖ s. */
const OLDER = /-ES\d+$/;

describe.skipIf(archives.length === 0)('hackathon COSE artifacts', () => {
  it('are accepted, or differ as their drafts have changed', async () => {
    const rows: (readonly [producer: string, algorithm: string, ...outcomes: Outcome[]])[] = [];
    for (const { producer, files } of archives)
      for (const name of files.keys()) {
        const algorithm = /^(.+)_cose_sign1\.cbor$/.exec(name)?.[1];
        if (algorithm === undefined) continue;
        const descriptor = descriptorOf(algorithm);
        const older = OLDER.test(algorithm);
        expect(acceptedByOthers(producer, algorithm)).toBe(true);
        rows.push([
          producer,
          algorithm,
          await coseKeys(files, algorithm, descriptor, older),
          await message(files, algorithm, descriptor, older),
          await jwk(files, algorithm, descriptor, older),
          await jws(files, algorithm, descriptor, older),
        ]);
      }
    for (const row of [['producer', 'algorithm', 'COSE_Key', 'COSE_Sign1', 'JWK', 'JWS'], ...rows])
      report(
        row
          .map((cell) => cell.padEnd(25))
          .join(' ')
          .trimEnd(),
      );
    expect(rows.length).toBe(11);
    expect(rows.flat().filter((cell) => cell === 'older encoding, refused').length).toBe(6);
  });
});

/** The other implementations reported Y for the artifact, and none N. */
function acceptedByOthers(producer: string, algorithm: string): boolean {
  if (consensus === undefined) throw new Error('no consensus.json');
  const said = jsonObject(consensus)
    .object('artifacts_jose_cose_v1')
    .object(producer)
    .object(`${algorithm} cose`);
  return said.texts('Y').length > 0 && said.texts('N').length === 0;
}

function numbersFor(descriptor: SignatureDescriptor): DraftNumbers {
  return NUMBERS.find((numbers) => Object.hasOwn(numbers, descriptor.name)) ?? {};
}

async function coseKeys(
  files: ReadonlyMap<string, Uint8Array>,
  algorithm: string,
  descriptor: SignatureDescriptor,
  older: boolean,
): Promise<Outcome> {
  const drafts = numbersFor(descriptor);
  const read = (half: string) =>
    importCoseKey(provider, fileOf(files, `${algorithm}_cose_key_${half}.cbor`), { drafts });
  if (older) {
    await expect(read('pub')).rejects.toMatchObject({ code: 'invalid_length' });
    await expect(read('priv')).rejects.toMatchObject({ code: 'invalid_length' });
    return 'older encoding, refused';
  }
  const priv = await read('priv');
  const pub = await read('pub');
  if (priv.kind !== 'private' || pub.kind !== 'public') throw new Error('the halves are mixed up');
  expectBytes(priv.key.publicKey.bytes(), pub.key.bytes(), algorithm);
  expectBytes(pub.kid ?? new Uint8Array(0), priv.kid ?? new Uint8Array(1), 'kid');
  expect(pub.key.algorithm.name).toBe(descriptor.name);
  return 'accepted';
}

async function message(
  files: ReadonlyMap<string, Uint8Array>,
  algorithm: string,
  descriptor: SignatureDescriptor,
  older: boolean,
): Promise<Outcome> {
  const drafts = numbersFor(descriptor);
  const bytes = fileOf(files, `${algorithm}_cose_sign1.cbor`);
  const keyFile = fileOf(files, `${algorithm}_cose_key_pub.cbor`);
  if (older) {
    const key = translatedKey(keyFile, descriptor);
    expect(await verify1(provider, key, bytes, { drafts })).toEqual({
      valid: false,
      reason: 'signature-invalid',
    });
    const translated = translatedSignature(bytes, descriptor);
    expect(await verify(provider, key, sign1ToBeSigned(bytes), translated)).toBe(true);
    return 'accepted once translated';
  }
  const { kind, key } = await importCoseKey(provider, keyFile, { drafts });
  if (kind !== 'public') throw new Error('not a public key');
  const verdict = await verify1(provider, key, bytes, { drafts });
  if (!verdict.valid) throw new Error(`${algorithm}: ${verdict.reason}`);
  expectBytes(verdict.payload, fileOf(files, 'payload.txt'), 'payload');
  if (descriptor.identifiers.cose === undefined)
    expect((await verify1(provider, key, bytes)).valid, 'a draft nobody named').toBe(false);
  return 'accepted';
}

async function jwk(
  files: ReadonlyMap<string, Uint8Array>,
  algorithm: string,
  descriptor: SignatureDescriptor,
  older: boolean,
): Promise<Outcome> {
  const pub = fileOf(files, `${algorithm}_jwk_pub.json`);
  if (older) {
    await expect(importPublicKey(provider, pub)).rejects.toMatchObject({ code: 'invalid_length' });
    return 'older encoding, refused';
  }
  const publicKey = await importPublicKey(provider, pub, { format: 'jwk' });
  const { kind, key } = await importKey(provider, fileOf(files, `${algorithm}_jwk_priv.json`));
  if (kind !== 'private') throw new Error('not a private key');
  expect(publicKey.algorithm.name).toBe(descriptor.name);
  expectBytes(key.publicKey.bytes(), publicKey.bytes(), algorithm);
  return 'accepted';
}

/** A JWS in compact form: header.payload.signature. */
async function jws(
  files: ReadonlyMap<string, Uint8Array>,
  algorithm: string,
  descriptor: SignatureDescriptor,
  older: boolean,
): Promise<Outcome> {
  const [header = '', payload = '', encoded = ''] = fromUtf8(fileOf(files, `${algorithm}_jws.txt`))
    .trim()
    .split('.');
  expect(JSON.parse(fromUtf8(fromBase64Url(header)))).toMatchObject({ alg: algorithm });
  expectBytes(fromBase64Url(payload), fileOf(files, 'payload.txt'), 'payload');
  const input = utf8(`${header}.${payload}`);
  const value = fromBase64Url(encoded);
  const key = older
    ? translatedKey(fileOf(files, `${algorithm}_cose_key_pub.cbor`), descriptor)
    : await importPublicKey(provider, fileOf(files, `${algorithm}_jwk_pub.json`), { use: 'signature' });
  const signed = older ? translatedValue(value, descriptor) : value;
  expect(await verify(provider, key, input, signed)).toBe(true);
  expect(await verify(provider, key, utf8(`${header}.${payload}A`), signed)).toBe(false);
  return older ? 'accepted once translated' : 'accepted';
}

/** Bytes of the public keys and signatures of ML-DSA [FIPS 204 Table 2]. */
const ML_DSA = { 'ML-DSA-44': [1312, 2420], 'ML-DSA-65': [1952, 3309], 'ML-DSA-87': [2592, 4627] } as const;

function mlDsaSizes(descriptor: SignatureDescriptor): readonly [publicKey: number, signature: number] {
  if (descriptor.kind !== 'composite-signature') throw new Error('not a composite');
  return ML_DSA[descriptor.postQuantum];
}

function translatedKey(coseKey: Uint8Array, descriptor: SignatureDescriptor): PublicKey<SignatureDescriptor> {
  const map = decodeCbor(coseKey, 'COSE_Key');
  const pub = isCborMap(map) ? map.get(-1) : undefined;
  if (!(pub instanceof Uint8Array)) throw new Error('no public key');
  const [size] = mlDsaSizes(descriptor);
  return new PublicKey(
    signature(descriptor.name),
    concat(pub.subarray(0, size), Uint8Array.of(4), pub.subarray(size)),
  );
}

function translatedSignature(bytes: Uint8Array, descriptor: SignatureDescriptor): Uint8Array {
  return translatedValue(bytesAt(elementsOf(bytes), 3), descriptor);
}

function translatedValue(value: Uint8Array, descriptor: SignatureDescriptor): Uint8Array {
  const [, size] = mlDsaSizes(descriptor);
  const integers = value.subarray(size);
  return concat(
    value.subarray(0, size),
    der.sequence(
      der.unsignedInteger(integers.subarray(0, integers.length / 2)),
      der.unsignedInteger(integers.subarray(integers.length / 2)),
    ),
  );
}
