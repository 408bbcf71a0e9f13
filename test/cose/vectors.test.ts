/** Published messages: RFC 9964, the examples of the COSE working group, RFC 9679. */
import { describe, expect, it } from 'vitest';

import { concat, fromHex, isHybridgeError, toHex, utf8 } from '../../src/bytes/index.ts';
import {
  type CoseVerifyOptions,
  coseKeyThumbprint,
  decodeSign,
  decodeSign1,
  importCoseKey,
  sign1,
  verify1,
  verifyCose,
} from '../../src/cose/index.ts';
import { sigStructureStart } from '../../src/cose/sig-structure.ts';
import { isCborArray } from '../../src/encoding/index.ts';
import { importPrivateKey, importPublicKey } from '../../src/keys/index.ts';
import type { PublicKey } from '../../src/provider/index.ts';
import { findByJose, type SignatureDescriptor, type SignatureName } from '../../src/registry/index.ts';
import { expectBytes, runCases, Skip } from '../support/tally.ts';
import {
  fileLabel,
  type Fields,
  hexBytes,
  jsonObject,
  readMatchingFiles,
  type VectorFile,
} from '../support/vectors-files.ts';
import { bytesAt, elementsOf } from './structures.ts';
import { pairOf, provider } from './support.ts';

const rfc9964 = readMatchingFiles('cose-jose/rfc9964', /\.cose\.json$/);

describe.skipIf(rfc9964.length === 0)('RFC 9964', () => {
  it('COSE_Key, thumbprint, Sig_structure and COSE_Sign1', async () => {
    await runCases(
      'RFC 9964 COSE_Sign1',
      rfc9964.map((file) => ({ file, id: fileLabel(file) })),
      async ({ file }) => {
        const fields = jsonObject(file);
        const message = fields.hex('sign1');
        const { key, kid, kind } = await importCoseKey(provider, fields.hex('key'));
        if (kind !== 'private') throw new Error('not a private key');
        expectBytes(key.publicKey.bytes(), fields.hex('raw_public_key'), 'public key');
        expectBytes(coseKeyThumbprint(provider, key.publicKey), kid ?? new Uint8Array(0), 'thumbprint');

        const verdict = await verify1(provider, key.publicKey, message);
        if (!verdict.valid) throw new Error(verdict.reason);
        expectBytes(verdict.headers.protected.kid ?? new Uint8Array(0), kid ?? new Uint8Array(1), 'kid');
        const protectedBytes = bytesAt(elementsOf(message), 0);
        const start = sigStructureStart(protectedBytes, undefined, new Uint8Array(0), verdict.payload.length);
        expectBytes(concat(start, verdict.payload), fields.hex('raw_to_be_signed'), 'Sig_structure');

        // The published signature is the deterministic one, so the whole message can be made again.
        const again = await sign1(provider, key, verdict.payload, { kid, deterministic: true });
        expectBytes(again, message, 'message');
      },
    );
  });
});

/** The public key of an example: a JWK with texts or hexadecimal in it. */
async function publicKeyOf(key: Fields, algorithm: SignatureName): Promise<PublicKey<SignatureDescriptor>> {
  const part = (name: string): string =>
    key.has(name) ? key.text(name) : Buffer.from(key.hex(`${name}_hex`)).toString('base64url');
  const kty = key.text('kty');
  const jwk =
    kty === 'OKP'
      ? { kty, crv: key.text('crv'), x: part('x') }
      : { kty: 'EC', crv: key.text('crv'), x: part('x'), y: part('y') };
  return importPublicKey(provider, jwk, { algorithm });
}

const CURVES: Readonly<Record<string, SignatureName>> = {
  'P-256': 'ECDSA-P256-SHA256',
  'P-384': 'ECDSA-P384-SHA384',
  'P-521': 'ECDSA-P521-SHA512',
  Ed25519: 'Ed25519',
};

/** What an example says of one signer. */
interface ExampleSigner {
  readonly fields: Fields;
  readonly crv: string;
  readonly external: Uint8Array | undefined;
}

interface Example {
  readonly id: string;
  readonly file: VectorFile;
  readonly kind: 'Sign' | 'Sign1' | 'other';
  readonly message: Uint8Array;
  readonly fails: boolean;
  readonly verdict: string;
  readonly payload: Uint8Array;
  readonly signers: readonly ExampleSigner[];
  readonly toBeSigned: readonly Uint8Array[];
}

function exampleOf(file: VectorFile): Example {
  const fields = jsonObject(file);
  const input = fields.object('input');
  const kind = input.has('sign') ? 'Sign' : input.has('sign0') ? 'Sign1' : 'other';
  const fails = fields.has('fail') && fields.boolean('fail');
  const found =
    kind === 'Sign'
      ? input.object('sign').objects('signers')
      : kind === 'Sign1'
        ? [input.object('sign0')]
        : [];
  const intermediates = kind === 'other' ? undefined : fields.object('intermediates');
  return {
    id: fileLabel(file),
    file,
    kind,
    message: fields.object('output').hex('cbor'),
    fails,
    verdict: kind === 'other' ? 'no signature: refused' : fails ? `${kind} to refuse` : `${kind} to accept`,
    payload: input.has('plaintext')
      ? utf8(input.text('plaintext'))
      : (input.optionalHex('plaintext_hex') ?? new Uint8Array(0)),
    signers: found.map((signer) => ({
      fields: signer,
      crv: signer.object('key').optionalText('crv') ?? 'HSS-LMS',
      external: signer.optionalHex('external'),
    })),
    toBeSigned:
      intermediates === undefined
        ? []
        : kind === 'Sign1'
          ? [intermediates.hex('ToBeSign_hex')]
          : intermediates.objects('signers').map((signer) => signer.hex('ToBeSign_hex')),
  };
}

/** Examples that end otherwise here, and why. */
const EXCEPTIONS: readonly (readonly [RegExp, 'key-missing' | 'algorithm-mismatch', string])[] = [
  [/ecdsa-examples\/ecdsa-04/, 'key-missing', 'P-256 with SHA-512, which has no number in RFC 9864'],
  [/ecdsa-examples\/ecdsa-sig-04/, 'algorithm-mismatch', 'P-256 with SHA-512'],
];

const folders = [
  'CWT',
  'RFC8152',
  'aes-wrap-examples',
  'countersign1',
  'ecdh-wrap-examples',
  'ecdsa-examples',
  'eddsa-examples',
  'hashsig',
  'mac0-tests',
  'sign-tests',
  'sign1-tests',
  'x509-examples',
];
const examples = folders.flatMap((folder) =>
  readMatchingFiles(`cose-jose/cose-wg-examples/${folder}`, /\.json$/).map(exampleOf),
);

describe.skipIf(examples.length === 0)('examples of the COSE working group', () => {
  it('get the verdict that they state', async () => {
    await runCases('COSE WG examples', examples, async (example) => {
      const { id, kind, message, fails, signers } = example;
      if (kind === 'other') {
        expect(() => decodeSign(message)).toThrow(expect.objectContaining({ code: 'invalid_encoding' }));
        // An untagged COSE_Mac0 has the shape of a COSE_Sign1; its algorithm gives it away.
        const { publicKey } = await pairOf('ECDSA-P256-SHA256');
        const outcome = await verify1(provider, publicKey, message).catch((error: unknown) => error);
        if (isHybridgeError(outcome)) expect(outcome.code).toBe('invalid_encoding');
        else expect(outcome).toEqual({ valid: false, reason: 'algorithm-mismatch' });
        return undefined;
      }
      if (signers.some(({ crv }) => crv === 'HSS-LMS')) {
        const { payload } = kind === 'Sign' ? decodeSign(message) : decodeSign1(message);
        expect(payload).toEqual(example.payload);
        return new Skip('decoded; HSS/LMS signatures are verified where firmware is');
      }
      const outcome = await judgeExample(example).catch((error: unknown) => {
        if (fails && isHybridgeError(error, 'invalid_encoding')) return 'refused';
        throw error;
      });
      const exception = EXCEPTIONS.find(([pattern]) => pattern.test(id));
      if (exception !== undefined) {
        expect(outcome).toBe(exception[1]);
        return new Skip(`refused: ${exception[2]}`);
      }
      expect(outcome === 'valid', `${id}: ${outcome}`).toBe(!fails);
      return undefined;
    });
  });

  it('have the Sig_structure that is built here', async () => {
    const cases = examples.filter(({ kind, fails }) => kind !== 'other' && !fails);
    await runCases('COSE WG Sig_structure', cases, ({ kind, message, payload, signers, toBeSigned }) => {
      const received = bytesAt(elementsOf(message), 0);
      const body = toHex(received) === 'a0' ? new Uint8Array(0) : received;
      for (const [index, expected] of toBeSigned.entries()) {
        const external = signers[index]?.external ?? new Uint8Array(0);
        const start = sigStructureStart(
          body,
          kind === 'Sign' ? signerProtected(message, index) : undefined,
          external,
          payload.length,
        );
        expectBytes(concat(start, payload), expected, `signer ${String(index)}`);
      }
    });
  });

  it('of Ed25519 are made again byte for byte', async () => {
    const example = examples.find(({ id }) => id.includes('eddsa-sig-01'));
    if (example === undefined) throw new Error('the example is not there');
    const key = example.signers[0]?.fields.object('key');
    if (key === undefined) throw new Error('the example has no key');
    const part = (name: string): string => Buffer.from(key.hex(`${name}_hex`)).toString('base64url');
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: part('x'), d: part('d') };
    const privateKey = await importPrivateKey(provider, jwk, { algorithm: 'Ed25519' });
    const message = await sign1(provider, privateKey, example.payload, {
      contentType: 0,
      headers: { unprotected: { kid: utf8(key.text('kid')) } },
      polymorphic: true,
    });
    expect(toHex(message)).toBe(toHex(example.message));
  });
});

function signerProtected(message: Uint8Array, index: number): Uint8Array {
  const [, , , signatures = null] = elementsOf(message);
  const layer = isCborArray(signatures) ? (signatures[index] ?? null) : null;
  return bytesAt(isCborArray(layer) ? layer : [], 0);
}

async function judgeExample({ id, kind, message, payload, signers }: Example): Promise<string> {
  const keys = await Promise.all(
    signers.map(({ fields, crv }) => publicKeyOf(fields.object('key'), CURVES[crv] ?? 'Ed25519')),
  );
  const [first] = keys;
  if (first === undefined) throw new Error('no key');
  const options: CoseVerifyOptions = {
    externalAad: signers[0]?.external,
    understood: id.includes('Appendix_C_1_4') ? ['reserved'] : [],
  };
  if (kind === 'Sign1') {
    const verdict = await verify1(provider, first, message, options);
    if (verdict.valid) expect(verdict.payload).toEqual(payload);
    return verdict.valid ? 'valid' : verdict.reason;
  }
  const verdict = await verifyCose(provider, keys, message, options);
  if (verdict.valid) {
    expect(verdict.payload).toEqual(payload);
    expect(verdict.signers).toHaveLength(keys.length);
    return 'valid';
  }
  const [signer] = verdict.signers;
  return signer?.valid === false ? signer.reason : verdict.reason;
}

const composite = readMatchingFiles('cose-jose/composite', /\.jose\.json$/);

describe.skipIf(composite.length === 0)('examples of the composite draft', () => {
  it('are JWS of an older revision, with which no key of today agrees', async () => {
    await runCases(
      'composite draft JWK',
      composite.map((file) => ({ file, id: fileLabel(file), verdict: 'older encoding: refused' })),
      async ({ file }) => {
        const jwk = jsonObject(file).object('jwk');
        expect(findByJose(jwk.text('alg')).map(({ kind }) => kind)).toContain('composite-signature');
        // Their public keys hold points without the first byte 04, their signatures a randomizer.
        await expect(
          importPublicKey(provider, { kty: 'AKP', alg: jwk.text('alg'), pub: jwk.text('pub') }),
        ).rejects.toMatchObject({ code: 'invalid_length' });
      },
    );
  });
});

describe('RFC 9679 §6', () => {
  it('the thumbprint of a P-256 key', async () => {
    const hex = hexBytes(
      'a40102' +
        '2001' +
        '21582065eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d' +
        '2258201e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c',
      'key',
    );
    const { kind, key } = await importCoseKey(provider, hex);
    if (kind !== 'public') throw new Error('not a public key');
    expect(coseKeyThumbprint(provider, key)).toEqual(
      fromHex('496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec'),
    );
  });
});
