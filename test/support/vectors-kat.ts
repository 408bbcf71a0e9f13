/** NIST-style known answers (.rsp), OpenSSL's evptests, C2SP CCTV, and the SLH-DSA .vec file. */
import { createHash } from 'node:crypto';
import type {
  KemDecapsulateCase,
  KemEncapsulateCase,
  KemKeyCheckCase,
  KemKeyGenCase,
  MlDsaName,
  MlKemName,
  SignatureKeyGenCase,
  SignatureName,
  SignCase,
  VectorCase,
  VerifyCase,
} from './vectors-cases.ts';
import {
  distinct,
  fileLabel,
  fileText,
  hexBytes,
  jsonObject,
  jsonTexts,
  type Origin,
  readMatchingFiles,
  readVectorFiles,
  requireSize,
  type Stanza,
  stanzas,
  type VectorFile,
  VectorFormatError,
} from './vectors-files.ts';
import {
  ML_DSA_SIZES,
  ML_KEM_SIZES,
  mlKemName,
  nameOf,
  signatureSetName,
  isMlDsaName,
} from './vectors-names.ts';

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

function stanzaCase(file: VectorFile, index: number, stanza: Stanza): VectorCase {
  return {
    id: `${fileLabel(file)} stanza ${String(index)}`,
    origin: file.origin,
    note: stanza.comment,
    flags: [],
  };
}

/** ML-KEM: one key pair, one encapsulation, and one ciphertext that implicit rejection answers. */
interface KemKnownAnswers {
  readonly keyGen: readonly KemKeyGenCase[];
  readonly encapsulate: readonly KemEncapsulateCase[];
  readonly decapsulate: readonly KemDecapsulateCase[];
}

/** The .rsp files of ML-KEM. */
export function nistKemKnownAnswers(only?: Origin): KemKnownAnswers {
  const found = readMatchingFiles('nist-kat', /^(kat_MLKEM_|ml-kem-)\d+.*\.rsp$/, only).flatMap((file) => {
    const algorithm = mlKemName(`ML-KEM-${/(\d+)/.exec(file.path)?.[1] ?? ''}`, file.path);
    const sizes = ML_KEM_SIZES[algorithm];
    return stanzas(file, 'count').map((stanza, index) => {
      const common = { ...stanzaCase(file, index, stanza), algorithm };
      const publicKey = requireSize(stanza.hex('pk'), sizes.publicKey, stanza.where);
      const privateKey = requireSize(stanza.hex('sk'), sizes.privateKey, stanza.where);
      const seed = requireSize(join(stanza.hex('d'), stanza.hex('z')), 64, stanza.where);
      const ciphertext = requireSize(stanza.hex('ct'), sizes.ciphertext, stanza.where);
      const sharedSecret = requireSize(stanza.hex('ss'), 32, stanza.where);
      const entropy = requireSize(stanza.hex('msg'), 32, stanza.where);
      const decapsulate = (bytes: Uint8Array, secret: Uint8Array, note: string): KemDecapsulateCase => ({
        ...common,
        note,
        privateKey: { form: 'expanded', bytes: privateKey },
        ciphertext: requireSize(bytes, sizes.ciphertext, stanza.where),
        sharedSecret: requireSize(secret, 32, stanza.where),
        publicKey,
        verdict: 'valid',
      });
      return {
        keyGen: { ...common, seed, publicKey, privateKey },
        encapsulate: { ...common, publicKey, entropy, ciphertext, sharedSecret, verdict: 'valid' as const },
        decapsulate: [
          decapsulate(ciphertext, sharedSecret, 'encapsulated'),
          decapsulate(stanza.hex('ct_n'), stanza.hex('ss_n'), 'implicit rejection'),
        ],
      };
    });
  });
  return {
    keyGen: distinct(found.map((item) => item.keyGen)),
    encapsulate: distinct(found.map((item) => item.encapsulate)),
    decapsulate: distinct(found.flatMap((item) => item.decapsulate)),
  };
}

/** The .rsp files of deterministic ML-DSA with a context: key generation and signing. */
export function nistMlDsaKnownAnswers(only?: Origin): {
  readonly keyGen: readonly SignatureKeyGenCase[];
  readonly sign: readonly SignCase[];
} {
  const found = readMatchingFiles('nist-kat', /^(kat_MLDSA_|ml-dsa-)\d+.det.pure.*\.rsp$/, only).flatMap(
    (file) => {
      const algorithm = mlDsaSet(/(\d+)/.exec(file.path)?.[1] ?? '', file.path);
      const sizes = ML_DSA_SIZES[algorithm];
      return stanzas(file, 'count').map((stanza, index) => {
        const common = { ...stanzaCase(file, index, stanza), algorithm };
        const publicKey = requireSize(stanza.hex('pk'), sizes.publicKey, stanza.where);
        const privateKey = requireSize(stanza.hex('sk'), sizes.privateKey, stanza.where);
        const message = requireSize(stanza.hex('msg'), Number(stanza.text('mlen')), stanza.where);
        const signed = requireSize(stanza.hex('sm'), sizes.signature + message.length, stanza.where);
        return {
          keyGen: {
            ...common,
            seed: requireSize(stanza.hex('xi'), 32, stanza.where),
            publicKey,
            privateKey,
          },
          sign: {
            ...common,
            privateKey: { form: 'expanded' as const, bytes: privateKey },
            publicKey,
            input: { kind: 'message' as const, message, context: stanza.hex('ctx') },
            randomness: undefined,
            signature: signed.slice(0, sizes.signature),
            verdict: 'valid' as const,
          },
        };
      });
    },
  );
  return {
    keyGen: distinct(found.map((item) => item.keyGen)),
    sign: distinct(found.map((item) => item.sign)),
  };
}

/** Headings of SigVer.rsp, with the bytes of a coordinate. */
const CAVP_SETS: Readonly<Record<string, readonly [SignatureName, number]>> = {
  '[P-256,SHA-256]': ['ECDSA-P256-SHA256', 32],
  '[P-256,SHA-384]': ['ECDSA-P256-SHA384', 32],
  '[P-256,SHA-512]': ['ECDSA-P256-SHA512', 32],
  '[P-384,SHA-256]': ['ECDSA-P384-SHA256', 48],
  '[P-384,SHA-384]': ['ECDSA-P384-SHA384', 48],
  '[P-384,SHA-512]': ['ECDSA-P384-SHA512', 48],
  '[P-521,SHA-256]': ['ECDSA-P521-SHA256', 66],
  '[P-521,SHA-384]': ['ECDSA-P521-SHA384', 66],
  '[P-521,SHA-512]': ['ECDSA-P521-SHA512', 66],
};

/** SigVer.rsp of CAVP [FIPS 186-3]: in each section signatures that hold among others with one thing changed. */
export function nistEcdsaVerify(only?: Origin): readonly VerifyCase[] {
  return distinct(
    readMatchingFiles('nist-kat', /^ecdsa_sigver\.rsp$/, only).flatMap((file) =>
      fileText(file)
        .split(/^(?=\[)/m)
        .flatMap((section) => cavpSection(file, section)),
    ),
  );
}

function cavpSection(file: VectorFile, section: string): readonly VerifyCase[] {
  const [heading = '', ...lines] = section.split('\n');
  const set = CAVP_SETS[heading.trim()];
  if (set === undefined) throw new VectorFormatError(`${fileLabel(file)}: no algorithm for "${heading}"`);
  const [algorithm, size] = set;
  const part = {
    ...file,
    path: `${file.path} ${heading.trim()}`,
    bytes: new TextEncoder().encode(lines.join('\n')),
  };
  return stanzas(part).map((stanza, index) => {
    // Numbers of P-521 have 131 digits.
    const number = (name: string): Uint8Array =>
      requireSize(hexBytes(stanza.text(name).padStart(2 * size, '0'), stanza.where), size, stanza.where);
    const result = stanza.text('Result');
    return {
      ...stanzaCase(part, index, stanza),
      note: result,
      algorithm,
      encoding: 'p1363',
      publicKey: {
        form: 'point',
        bytes: join(Uint8Array.of(4), number('Qx'), number('Qy')),
        spki: undefined,
      },
      input: { kind: 'message', message: stanza.hex('Msg'), context: new Uint8Array(0) },
      signature: join(number('R'), number('S')),
      verdict: result.startsWith('P') ? 'valid' : 'invalid',
    };
  });
}

function mlDsaSet(number: string, where: string): MlDsaName {
  const name = signatureSetName(`ML-DSA-${number}`, where);
  if (!isMlDsaName(name)) throw new VectorFormatError(`${where}: ${name} is not ML-DSA`);
  return name;
}

/** OpenSSL's ML-KEM encapsulation tests; keys that must not load have no results. */
export function opensslKemEncapsulate(only?: Origin): readonly KemEncapsulateCase[] {
  return distinct(
    readMatchingFiles('openssl', /^evppkey_ml_kem_\d+_encap\.txt$/, only).flatMap((file) =>
      kemStanzas(file).map((stanza, index) => {
        const refused = refusal(stanza, ['TEST_PARSE_PUBLIC_KEY_ERROR', 'TEST_ENCAPSULATE_ERROR']);
        return {
          ...stanzaCase(file, index, stanza),
          algorithm: mlKemName(stanza.text('Kem'), stanza.where),
          publicKey: stanza.hex('EncodedPublicKey'),
          entropy: stanza.hex('Entropy'),
          ciphertext: refused ? undefined : stanza.hex('Ciphertext'),
          sharedSecret: refused ? undefined : requireSize(stanza.hex('Output'), 32, stanza.where),
          verdict: refused ? 'invalid' : 'valid',
        };
      }),
    ),
  );
}

/** OpenSSL's ML-KEM decapsulation tests with expanded keys; a refused key or ciphertext has no result. */
export function opensslKemDecapsulate(only?: Origin): readonly KemDecapsulateCase[] {
  return distinct(
    readMatchingFiles('openssl', /^evppkey_ml_kem_\d+_decap\.txt$/, only).flatMap((file) =>
      kemStanzas(file).map((stanza, index) => {
        const refused = refusal(stanza, ['TEST_PARSE_PRIVATE_KEY_ERROR', 'TEST_DECAPSULATE_ERROR']);
        return {
          ...stanzaCase(file, index, stanza),
          algorithm: mlKemName(stanza.text('Kem'), stanza.where),
          privateKey: { form: 'expanded', bytes: stanza.hex('EncodedPrivateKey') },
          ciphertext: stanza.hex('Input'),
          sharedSecret: refused ? undefined : requireSize(stanza.hex('Output'), 32, stanza.where),
          publicKey: undefined,
          verdict: refused ? 'invalid' : 'valid',
        };
      }),
    ),
  );
}

function kemStanzas(file: VectorFile): readonly Stanza[] {
  return stanzas(file).filter((stanza) => stanza.has('Kem'));
}

function refusal(stanza: Stanza, expected: readonly string[]): boolean {
  if (!stanza.has('Result')) return false;
  nameOf(expected, stanza.text('Result'), stanza.where);
  return true;
}

/**
 * CCTV's intermediate values and unlucky sampling: encapsulation and decapsulation.
 *
 * Their keys do not follow from d by FIPS 203: they were derived with G(d), as in its draft of 2023, where
 * Algorithm 13 has G(d ‖ k). What is done with the keys is the same in both.
 */
export function cctvKemKnownAnswers(only?: Origin): Omit<KemKnownAnswers, 'keyGen'> {
  const found = cctvKemStanzas(only).map(({ file, family, algorithm, stanza, index }) => {
    const sizes = ML_KEM_SIZES[algorithm];
    const common = { ...stanzaCase(file, index, stanza), note: family, algorithm };
    const publicKey = requireSize(stanza.hex('ek'), sizes.publicKey, stanza.where);
    const ciphertext = requireSize(stanza.hex('c'), sizes.ciphertext, stanza.where);
    const sharedSecret = requireSize(stanza.hex('K'), 32, stanza.where);
    return {
      encapsulate: {
        ...common,
        publicKey,
        entropy: requireSize(stanza.hex('m'), 32, stanza.where),
        ciphertext,
        sharedSecret,
        verdict: 'valid' as const,
      },
      decapsulate: {
        ...common,
        privateKey: {
          form: 'expanded' as const,
          bytes: requireSize(stanza.hex('dk'), sizes.privateKey, stanza.where),
        },
        ciphertext,
        sharedSecret,
        publicKey,
        verdict: 'valid' as const,
      },
    };
  });
  return {
    encapsulate: distinct(found.map((item) => item.encapsulate)),
    decapsulate: distinct(found.map((item) => item.decapsulate)),
  };
}

/** d and the encapsulation key that CCTV derives from it. */
export function cctvKemSeeds(
  only?: Origin,
): readonly { readonly id: string; readonly d: Uint8Array; readonly publicKey: Uint8Array }[] {
  return cctvKemStanzas(only).map(({ stanza }) => ({
    id: stanza.where,
    d: requireSize(stanza.hex('d'), 32, stanza.where),
    publicKey: stanza.hex('ek'),
  }));
}

function cctvKemStanzas(only: Origin | undefined): readonly {
  readonly file: VectorFile;
  readonly family: string;
  readonly algorithm: MlKemName;
  readonly stanza: Stanza;
  readonly index: number;
}[] {
  return ['intermediate', 'unluckysample'].flatMap((family) =>
    readMatchingFiles(`cctv/ml-kem/${family}`, /^ML-KEM-\d+\.txt$/, only).flatMap((file) =>
      stanzas(file).map((stanza, index) => ({ file, family, algorithm: setOfFile(file), stanza, index })),
    ),
  );
}

/** CCTV's ciphertext whose re-encryption differs after a zero byte: a C string comparison would accept it. */
export function cctvKemStrcmp(only?: Origin): readonly KemDecapsulateCase[] {
  return readMatchingFiles('cctv/ml-kem/strcmp', /^ML-KEM-\d+\.txt$/, only).flatMap((file) => {
    const algorithm = setOfFile(file);
    return stanzas(file).map((stanza, index) => ({
      ...stanzaCase(file, index, stanza),
      algorithm,
      privateKey: {
        form: 'expanded' as const,
        bytes: requireSize(stanza.hex('dk'), ML_KEM_SIZES[algorithm].privateKey, stanza.where),
      },
      ciphertext: requireSize(stanza.hex('c'), ML_KEM_SIZES[algorithm].ciphertext, stanza.where),
      sharedSecret: requireSize(stanza.hex('K'), 32, stanza.where),
      publicKey: undefined,
      verdict: 'valid' as const,
    }));
  });
}

/** CCTV's encapsulation keys with a coefficient of q or more: all must be refused. */
export function cctvKemModulus(only?: Origin): readonly KemKeyCheckCase[] {
  return readMatchingFiles('cctv/ml-kem/modulus', /^ML-KEM-\d+\.txt$/, only).flatMap((file) => {
    const algorithm = setOfFile(file);
    return fileText(file)
      .split('\n')
      .map((line, index) => ({ line: line.trim(), index }))
      .filter(({ line }) => line !== '')
      .map(({ line, index }) => ({
        id: `${fileLabel(file)} line ${String(index + 1)}`,
        origin: file.origin,
        note: 'coefficient out of range',
        flags: [],
        algorithm,
        half: 'public' as const,
        key: requireSize(hexBytes(line, file.path), ML_KEM_SIZES[algorithm].publicKey, file.path),
        verdict: 'invalid' as const,
      }));
  });
}

function setOfFile(file: VectorFile): MlKemName {
  return mlKemName(/ML-KEM-\d+/.exec(file.path)?.[0] ?? '', file.path);
}

/** The digest of that many iterations of a procedure. */
export interface AccumulatedCase<Name extends string> extends VectorCase {
  readonly algorithm: Name;
  readonly iterations: number;
  readonly digest: Uint8Array;
}

/**
 * Accumulated ML-KEM answers. Per iteration d, z, m and a random ciphertext are read from SHAKE128(""), and ek, dk,
 * ciphertext, shared secret and the secret of the random ciphertext are absorbed into another SHAKE128.
 *
 * The procedure is CCTV's; its digests are not used: they follow the draft of FIPS 203 as its keys do, see
 * {@link cctvKemKnownAnswers}. These were made with Bouncy Castle.
 */
export function kemAccumulated(only?: Origin): readonly AccumulatedCase<MlKemName>[] {
  return readVectorFiles('accumulated/ml-kem-bouncy-castle.json', only).flatMap((file) =>
    accumulatedRows(file, (name, where) => mlKemName(name, where)),
  );
}

/**
 * Accumulated ML-DSA answers, of CCTV and of Bouncy Castle. Per iteration a seed is read from SHAKE128(""), and the
 * public key and the deterministic signature of the empty message are absorbed into another SHAKE128.
 */
export function mlDsaAccumulated(only?: Origin): readonly AccumulatedCase<MlDsaName>[] {
  return distinct([
    ...readVectorFiles('accumulated/ml-dsa-bouncy-castle.json', only).flatMap((file) =>
      accumulatedRows(file, (name, where) => mlDsaSet(name.replace('ML-DSA-', ''), where)),
    ),
    ...readVectorFiles('cctv/ml-dsa/accumulated.json', only).flatMap((file) => {
      const results = jsonObject(file).object('results');
      return (['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const).flatMap((algorithm) =>
        ['100', '10000', '60000000'].map((iterations) => ({
          id: `${fileLabel(file)} ${algorithm} ${iterations}`,
          origin: file.origin,
          note: '',
          flags: [],
          algorithm,
          iterations: Number(iterations),
          digest: requireSize(results.object(algorithm).hex(iterations), 32, file.path),
        })),
      );
    }),
  ]);
}

function accumulatedRows<Name extends string>(
  file: VectorFile,
  nameOfSet: (text: string, where: string) => Name,
): readonly AccumulatedCase<Name>[] {
  return jsonObject(file)
    .objects('tests')
    .map((test) => ({
      id: `${fileLabel(file)} ${test.text('algorithm')} ${String(test.number('iterations'))}`,
      origin: file.origin,
      note: '',
      flags: [],
      algorithm: nameOfSet(test.text('algorithm'), test.where),
      iterations: test.number('iterations'),
      digest: requireSize(test.hex('digest'), 32, test.where),
    }));
}

/** The endless byte stream of SHAKE128 over the empty string, as CCTV and Go use it for reproducible inputs. */
export class ShakeStream {
  #buffer: Uint8Array = new Uint8Array(0);
  #offset = 0;

  read(length: number): Uint8Array {
    const end = this.#offset + length;
    // An XOF's longer output starts with its shorter one, so growing means hashing again at twice the length.
    if (end > this.#buffer.length) {
      const outputLength = Math.max(2 * this.#buffer.length, end, 1 << 16);
      this.#buffer = new Uint8Array(createHash('shake128', { outputLength }).digest());
    }
    const bytes = this.#buffer.slice(this.#offset, end);
    this.#offset = end;
    return bytes;
  }
}

/** SHAKE128 of everything absorbed. */
export class ShakeSink {
  readonly #hash: ReturnType<typeof createHash>;

  constructor(length: number) {
    this.#hash = createHash('shake128', { outputLength: length });
  }

  absorb(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Uint8Array {
    return new Uint8Array(this.#hash.digest());
  }
}

/** CCTV's ML-DSA messages, chosen so that signing them meets a typical number of rejections. No answers come with them. */
export function cctvMlDsaBenchmark(only?: Origin): readonly (VectorCase & {
  readonly algorithm: MlDsaName;
  readonly message: Uint8Array;
})[] {
  return readMatchingFiles('cctv/ml-dsa/benchmark', /^ML-DSA-\d+(\.alt)?\.json$/, only).flatMap((file) =>
    jsonTexts(file).map((text, index) => ({
      id: `${fileLabel(file)} [${String(index)}]`,
      origin: file.origin,
      note: '',
      flags: [],
      algorithm: mlDsaSet(/ML-DSA-(\d+)/.exec(file.path)?.[1] ?? '', file.path),
      message: new TextEncoder().encode(text),
    })),
  );
}

/** SLH-DSA signatures made by another implementation, deterministic or with the nonce given. */
export function slhDsaVec(only?: Origin): readonly SignCase[] {
  return readVectorFiles('slh-dsa/slh_dsa_generic.vec', only).flatMap((file) =>
    stanzas(file).map((stanza, index) => {
      const algorithm = signatureSetName(stanza.text('Instance'), stanza.where);
      nameOf(['1'], stanza.text('Valid'), stanza.where);
      return {
        ...stanzaCase(file, index, stanza),
        algorithm,
        privateKey: { form: 'expanded', bytes: stanza.hex('PrivateKey') },
        publicKey: stanza.hex('PublicKey'),
        input: { kind: 'message', message: stanza.hex('Msg'), context: new Uint8Array(0) },
        randomness: stanza.optionalHex('Nonce'),
        signature: stanza.hex('Signature'),
        verdict: 'valid',
      };
    }),
  );
}
