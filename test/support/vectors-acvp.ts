/** NIST ACVP: ML-KEM, ML-DSA and SLH-DSA [FIPS 203, 204, 205]. */
import type {
  HashName,
  KemDecapsulateCase,
  KemEncapsulateCase,
  KemKeyCheckCase,
  KemKeyGenCase,
  MlDsaName,
  SignatureKeyGenCase,
  SignCase,
  SignedInput,
  SlhDsaName,
  VectorCase,
  Verdict,
  VerifyCase,
} from './vectors-cases.ts';
import {
  distinct,
  Fields,
  fileLabel,
  jsonObject,
  jsonObjects,
  type Origin,
  readVectorFiles,
  requireSize,
  type VectorFile,
  VectorFormatError,
} from './vectors-files.ts';
import { isMlDsaName, ML_DSA_SIZES, ML_KEM_SIZES, mlKemName, signatureSetName } from './vectors-names.ts';

interface Test {
  readonly file: VectorFile;
  readonly group: Fields;
  readonly test: Fields;
}

function tests(path: string, only: Origin | undefined): readonly Test[] {
  return readVectorFiles(path, only).flatMap((file) => {
    const root = jsonObject(file);
    // Data without groups is one group.
    const groups = root.has('testGroups') ? root.objects('testGroups') : [root];
    return groups.flatMap((group) => group.objects('tests').map((test) => ({ file, group, test })));
  });
}

function common({ file, test }: Test): VectorCase {
  return {
    id: `${fileLabel(file)} tcId ${String(test.number('tcId'))}`,
    origin: file.origin,
    note: test.optionalText('reason') ?? '',
    flags: [],
  };
}

const verdictOf = (passed: boolean): Verdict => (passed ? 'valid' : 'invalid');

/** ML-KEM.KeyGen_internal. */
export function acvpKemKeyGen(only?: Origin): readonly KemKeyGenCase[] {
  return distinct(
    tests('acvp/ml-kem-keygen.json', only).map((item) => {
      const { group, test } = item;
      const algorithm = mlKemName(group.text('parameterSet'), group.where);
      const sizes = ML_KEM_SIZES[algorithm];
      return {
        ...common(item),
        algorithm,
        seed: new Uint8Array([
          ...requireSize(test.hex('d'), 32, test.where),
          ...requireSize(test.hex('z'), 32, test.where),
        ]),
        publicKey: requireSize(test.hex('ek'), sizes.publicKey, test.where),
        privateKey: requireSize(test.hex('dk'), sizes.privateKey, test.where),
      };
    }),
  );
}

function kemFunction(name: string, only: Origin | undefined): readonly Test[] {
  return tests('acvp/ml-kem-encapdecap.json', only).filter(({ group }) => group.text('function') === name);
}

/** ML-KEM.Encaps_internal. */
export function acvpKemEncapsulate(only?: Origin): readonly KemEncapsulateCase[] {
  return distinct(
    kemFunction('encapsulation', only).map((item) => {
      const { group, test } = item;
      const algorithm = mlKemName(group.text('parameterSet'), group.where);
      const sizes = ML_KEM_SIZES[algorithm];
      return {
        ...common(item),
        algorithm,
        publicKey: requireSize(test.hex('ek'), sizes.publicKey, test.where),
        entropy: requireSize(test.hex('m'), 32, test.where),
        ciphertext: requireSize(test.hex('c'), sizes.ciphertext, test.where),
        sharedSecret: requireSize(test.hex('k'), 32, test.where),
        verdict: 'valid',
      };
    }),
  );
}

/** ML-KEM.Decaps from the seed or the expanded key, implicit rejection among them. */
export function acvpKemDecapsulate(only?: Origin): readonly KemDecapsulateCase[] {
  return distinct(
    kemFunction('decapsulation', only).map((item) => {
      const { group, test } = item;
      const algorithm = mlKemName(group.text('parameterSet'), group.where);
      const sizes = ML_KEM_SIZES[algorithm];
      const form = group.oneOf('keyFormat', ['seed', 'expanded']);
      return {
        ...common(item),
        algorithm,
        privateKey:
          form === 'seed'
            ? { form, bytes: new Uint8Array([...test.hex('d'), ...test.hex('z')]) }
            : { form, bytes: requireSize(test.hex('dk'), sizes.privateKey, test.where) },
        ciphertext: requireSize(test.hex('c'), sizes.ciphertext, test.where),
        sharedSecret: requireSize(test.hex('k'), 32, test.where),
        publicKey: test.optionalHex('ek'),
        verdict: 'valid',
      };
    }),
  );
}

/** The checks of FIPS 203 §7.2 and §7.3. */
export function acvpKemKeyCheck(only?: Origin): readonly KemKeyCheckCase[] {
  const half = (name: string, field: string, kind: KemKeyCheckCase['half']): readonly KemKeyCheckCase[] =>
    kemFunction(name, only).map((item) => ({
      ...common(item),
      algorithm: mlKemName(item.group.text('parameterSet'), item.group.where),
      half: kind,
      key: item.test.hex(field),
      verdict: verdictOf(item.test.boolean('testPassed')),
    }));
  return distinct([
    ...half('encapsulationKeyCheck', 'ek', 'public'),
    ...half('decapsulationKeyCheck', 'dk', 'private'),
  ]);
}

/** ML-DSA.KeyGen_internal. */
export function acvpMlDsaKeyGen(only?: Origin): readonly SignatureKeyGenCase[] {
  return distinct(
    tests('acvp/ml-dsa-keygen.json', only).map((item) => {
      const { group, test } = item;
      const algorithm = mlDsaName(group);
      const sizes = ML_DSA_SIZES[algorithm];
      return {
        ...common(item),
        algorithm,
        seed: requireSize(test.hex('seed'), 32, test.where),
        publicKey: requireSize(test.hex('pk'), sizes.publicKey, test.where),
        privateKey: requireSize(test.hex('sk'), sizes.privateKey, test.where),
      };
    }),
  );
}

/** SLH-DSA key generation; the seed is SK.seed || SK.prf || PK.seed. */
export function acvpSlhDsaKeyGen(only?: Origin): readonly SignatureKeyGenCase[] {
  return distinct(
    ['acvp/slh-dsa-keygen.json', 'acvp/slh-dsa-keygen-all12.json']
      .flatMap((path) => tests(path, only))
      .map((item) => {
        const { group, test } = item;
        return {
          ...common(item),
          algorithm: slhDsaName(group),
          seed: new Uint8Array([...test.hex('skSeed'), ...test.hex('skPrf'), ...test.hex('pkSeed')]),
          publicKey: test.hex('pk'),
          privateKey: requireSize(test.hex('sk'), 2 * test.hex('pk').length, test.where),
        };
      }),
  );
}

function mlDsaName(fields: Fields): MlDsaName {
  const name = signatureSetName(fields.text('parameterSet'), fields.where);
  if (!isMlDsaName(name))
    throw new VectorFormatError(`${fields.where}: ${name} is not an ML-DSA parameter set`);
  return name;
}

function slhDsaName(fields: Fields): SlhDsaName {
  const name = signatureSetName(fields.text('parameterSet'), fields.where);
  if (isMlDsaName(name))
    throw new VectorFormatError(`${fields.where}: ${name} is not an SLH-DSA parameter set`);
  return name;
}

/** ML-DSA signing: pure with context, and external µ. */
export function acvpMlDsaSign(only?: Origin): readonly SignCase[] {
  return distinct(
    readVectorFiles('acvp/ml-dsa-siggen.json', only).flatMap((file) =>
      jsonObjects(file).map((test): SignCase => {
        const algorithm = mlDsaName(test);
        const sizes = ML_DSA_SIZES[algorithm];
        const internal = test.oneOf('signatureInterface', ['external', 'internal']) === 'internal';
        const randomness = test.boolean('deterministic')
          ? undefined
          : requireSize(test.hex('rnd'), 32, test.where);
        return {
          id: `${fileLabel(file)} tcId ${String(test.number('tcId'))}`,
          origin: file.origin,
          note: '',
          flags: [],
          algorithm,
          privateKey: { form: 'expanded', bytes: requireSize(test.hex('sk'), sizes.privateKey, test.where) },
          publicKey: undefined,
          input: test.boolean('externalMu')
            ? { kind: 'mu', mu: requireSize(test.hex('mu'), 64, test.where) }
            : internal
              ? { kind: 'internal', message: test.hex('message') }
              : { kind: 'message', message: test.hex('message'), context: test.hex('context') },
          randomness,
          signature: requireSize(test.hex('signature'), sizes.signature, test.where),
          verdict: 'valid',
        };
      }),
    ),
  );
}

/** ML-DSA verification: pure, HashML-DSA with many hashes, external µ and internal. */
export function acvpMlDsaVerify(only?: Origin): readonly VerifyCase[] {
  return distinct(
    tests('acvp/ml-dsa-sigver.json', only).map((item) => {
      const { group, test } = item;
      const algorithm = mlDsaName(group);
      return {
        ...common(item),
        algorithm,
        encoding: 'raw',
        publicKey: {
          form: 'raw',
          bytes: requireSize(test.hex('pk'), ML_DSA_SIZES[algorithm].publicKey, test.where),
          spki: undefined,
        },
        input: signedInput(group, test),
        signature: test.hex('signature'),
        verdict: verdictOf(test.boolean('testPassed')),
      };
    }),
  );
}

/** HashML-DSA signing, made with Bouncy Castle in ACVP's terms: ACVP itself has no answers in reach. */
export function hashMlDsaSign(only?: Origin): readonly SignCase[] {
  return tests('hash-ml-dsa/hash-ml-dsa-bouncy-castle.json', only).map((item) => {
    const { test } = item;
    const algorithm = mlDsaName(test);
    const sizes = ML_DSA_SIZES[algorithm];
    const randomness = test.hex('rnd');
    return {
      ...common(item),
      algorithm,
      privateKey: { form: 'seed', bytes: requireSize(test.hex('seed'), 32, test.where) },
      publicKey: requireSize(test.hex('pk'), sizes.publicKey, test.where),
      input: {
        kind: 'pre-hash',
        message: test.hex('message'),
        context: test.hex('context'),
        hash: acvpHash(test),
      },
      randomness: randomness.length === 0 ? undefined : requireSize(randomness, 32, test.where),
      signature: requireSize(test.hex('signature'), sizes.signature, test.where),
      verdict: 'valid',
    };
  });
}

/** SLH-DSA signing: pure, pre-hash and internal, deterministic and hedged. */
export function acvpSlhDsaSign(only?: Origin): readonly SignCase[] {
  return distinct(
    ['acvp/slh-dsa-siggen.json', 'acvp/slh-dsa-siggen-1-per-group.json']
      .flatMap((path) => tests(path, only))
      .map((item) => {
        const { group, test } = item;
        return {
          ...common(item),
          algorithm: slhDsaName(group),
          privateKey: { form: 'expanded', bytes: test.hex('sk') },
          publicKey: undefined,
          input: signedInput(group, test),
          randomness: group.boolean('deterministic') ? undefined : test.hex('additionalRandomness'),
          signature: test.hex('signature'),
          verdict: 'valid',
        };
      }),
  );
}

/** SLH-DSA verification: pure, pre-hash and internal. */
export function acvpSlhDsaVerify(only?: Origin): readonly VerifyCase[] {
  return distinct(
    ['acvp/slh-dsa-sigver.json', 'acvp/slh-dsa-sigver-2-per-group.json']
      .flatMap((path) => tests(path, only))
      .map((item) => {
        const { group, test } = item;
        return {
          ...common(item),
          algorithm: slhDsaName(group),
          encoding: 'raw',
          publicKey: { form: 'raw', bytes: test.hex('pk'), spki: undefined },
          input: signedInput(group, test),
          signature: test.hex('signature'),
          verdict: verdictOf(test.boolean('testPassed')),
        };
      }),
  );
}

function signedInput(group: Fields, test: Fields): SignedInput {
  if (group.oneOf('signatureInterface', ['external', 'internal']) === 'internal')
    return group.has('externalMu') && group.boolean('externalMu')
      ? { kind: 'mu', mu: requireSize(test.hex('mu'), 64, test.where) }
      : { kind: 'internal', message: test.hex('message') };
  const message = test.hex('message');
  const context = test.hex('context');
  return group.oneOf('preHash', ['pure', 'preHash']) === 'pure'
    ? { kind: 'message', message, context }
    : { kind: 'pre-hash', message, context, hash: acvpHash(test) };
}

// ACVP writes SHA2-256 and SHAKE-128 where the registry has SHA-256 and SHAKE128.
const ACVP_HASHES: Readonly<Record<string, HashName>> = {
  'SHA2-224': 'SHA-224',
  'SHA2-256': 'SHA-256',
  'SHA2-384': 'SHA-384',
  'SHA2-512': 'SHA-512',
  'SHA2-512/224': 'SHA-512/224',
  'SHA2-512/256': 'SHA-512/256',
  'SHA3-224': 'SHA3-224',
  'SHA3-256': 'SHA3-256',
  'SHA3-384': 'SHA3-384',
  'SHA3-512': 'SHA3-512',
  'SHAKE-128': 'SHAKE128',
  'SHAKE-256': 'SHAKE256',
};

function acvpHash(test: Fields): HashName {
  const hash = ACVP_HASHES[test.text('hashAlg')];
  if (hash === undefined) throw new VectorFormatError(`${test.where}: unknown hash ${test.text('hashAlg')}`);
  return hash;
}
