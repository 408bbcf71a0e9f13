/** C2SP Wycheproof: edge cases and attacks, file by file as upstream names them. */
import type {
  AeadCase,
  AeadName,
  CbcCase,
  GcmCase,
  HashName,
  HkdfCase,
  JwkAgreementCase,
  KemDecapsulateCase,
  KemEncapsulateCase,
  KemKeyGenCase,
  KeyAgreementCase,
  KeyAgreementName,
  KeyWrapCase,
  MacCase,
  MlDsaName,
  Pbes2Case,
  Pbkdf2Case,
  RsaOaepCase,
  SignatureName,
  SignCase,
  SignedInput,
  StoredPublicKey,
  VectorCase,
  Verdict,
  VerifyCase,
} from './vectors-cases.ts';
import {
  distinct,
  type Fields,
  fileLabel,
  jsonObject,
  type Origin,
  readMatchingFiles,
  requireSize,
  VectorFormatError,
} from './vectors-files.ts';
import { isMlDsaName, ML_KEM_SIZES, mlKemName, signatureSetName } from './vectors-names.ts';

interface Test {
  readonly common: VectorCase & { readonly verdict: Verdict };
  readonly algorithm: string;
  readonly group: Fields;
  readonly test: Fields;
}

const EMPTY: Uint8Array = new Uint8Array(0);

function tests(pattern: RegExp, only: Origin | undefined): readonly Test[] {
  return readMatchingFiles('wycheproof', pattern, only).flatMap((file) => {
    const root = jsonObject(file);
    const algorithm = root.text('algorithm');
    return root.objects('testGroups').flatMap((group) =>
      group.objects('tests').map((test) => ({
        common: {
          id: `${fileLabel(file)} tcId ${String(test.number('tcId'))}`,
          origin: file.origin,
          note: test.optionalText('comment') ?? '',
          flags: test.texts('flags'),
          verdict: test.oneOf('result', ['valid', 'invalid', 'acceptable']),
        },
        algorithm,
        group,
        test,
      })),
    );
  });
}

/** Looks a name of the file up; a name the table lacks is an error, not a silently missing case. */
function mapped<T>(table: Readonly<Record<string, T>>, name: string, where: string): T {
  const found = table[name];
  if (found === undefined) throw new VectorFormatError(`${where}: no algorithm for "${name}"`);
  return found;
}

/** The field's bytes; an invalid case may leave it empty or out. */
function result(test: Fields, name: string, verdict: Verdict): Uint8Array | undefined {
  if (verdict !== 'invalid') return test.hex(name);
  const bytes = test.optionalHex(name);
  return bytes === undefined || bytes.length === 0 ? undefined : bytes;
}

/** ML-KEM key generation from a seed. */
export function wycheproofKemKeyGen(only?: Origin): readonly KemKeyGenCase[] {
  return distinct(
    tests(/^mlkem_\d+_keygen_seed_test\.json$/, only).map(({ common, group, test }) => {
      const algorithm = mlKemName(group.text('parameterSet'), group.where);
      const sizes = ML_KEM_SIZES[algorithm];
      return {
        ...common,
        algorithm,
        seed: requireSize(test.hex('seed'), 64, test.where),
        publicKey: requireSize(test.hex('ek'), sizes.publicKey, test.where),
        privateKey: requireSize(test.hex('dk'), sizes.privateKey, test.where),
      };
    }),
  );
}

/** ML-KEM encapsulation, with keys that must be refused. */
export function wycheproofKemEncapsulate(only?: Origin): readonly KemEncapsulateCase[] {
  return distinct(
    tests(/^mlkem_\d+_encaps_test\.json$/, only).map(({ common, group, test }) => ({
      ...common,
      algorithm: mlKemName(group.text('parameterSet'), group.where),
      publicKey: test.hex('ek'),
      entropy: requireSize(test.hex('m'), 32, test.where),
      ciphertext: result(test, 'c', common.verdict),
      sharedSecret: result(test, 'K', common.verdict),
    })),
  );
}

/** ML-KEM decapsulation, from seeds and from expanded keys, with damaged keys and ciphertexts. */
export function wycheproofKemDecapsulate(only?: Origin): readonly KemDecapsulateCase[] {
  return distinct(
    tests(/^mlkem_\d+(_semi_expanded_decaps)?_test\.json$/, only).map(({ common, group, test }) => ({
      ...common,
      algorithm: mlKemName(group.text('parameterSet'), group.where),
      privateKey: test.has('seed')
        ? { form: 'seed', bytes: test.hex('seed') }
        : { form: 'expanded', bytes: test.hex('dk') },
      ciphertext: test.hex('c'),
      sharedSecret: result(test, 'K', common.verdict),
      publicKey: test.optionalHex('ek'),
    })),
  );
}

function mlDsaName(name: string, where: string): MlDsaName {
  const found = signatureSetName(name, where);
  if (!isMlDsaName(found)) throw new VectorFormatError(`${where}: ${found} is not ML-DSA`);
  return found;
}

/** ML-DSA signing from seeds and expanded keys. A case that gives both message and µ becomes two. */
export function wycheproofMlDsaSign(only?: Origin): readonly SignCase[] {
  return distinct(
    tests(/^mldsa_\d+_sign_(no)?seed_test\.json$/, only).flatMap(({ common, algorithm, group, test }) => {
      const base = {
        ...common,
        algorithm: mlDsaName(algorithm, group.where),
        privateKey: group.has('privateSeed')
          ? ({ form: 'seed', bytes: group.hex('privateSeed') } as const)
          : ({ form: 'expanded', bytes: group.hex('privateKey') } as const),
        publicKey: group.optionalHex('publicKey'),
        randomness: test.optionalHex('rnd'),
        signature: result(test, 'sig', common.verdict),
      };
      const inputs: SignedInput[] = [];
      if (test.has('msg'))
        inputs.push({ kind: 'message', message: test.hex('msg'), context: test.optionalHex('ctx') ?? EMPTY });
      if (test.has('mu')) inputs.push({ kind: 'mu', mu: requireSize(test.hex('mu'), 64, test.where) });
      if (inputs.length === 0) throw new VectorFormatError(`${test.where}: neither "msg" nor "mu"`);
      return inputs.map((input) => ({
        ...base,
        id: inputs.length > 1 && input.kind === 'mu' ? `${base.id} (mu)` : base.id,
        input,
      }));
    }),
  );
}

const ECDSA: Readonly<Record<string, SignatureName>> = {
  'secp256r1 SHA-256': 'ECDSA-P256-SHA256',
  'secp384r1 SHA-384': 'ECDSA-P384-SHA384',
  'secp521r1 SHA-512': 'ECDSA-P521-SHA512',
  'brainpoolP256r1 SHA-256': 'ECDSA-brainpoolP256r1-SHA256',
  'brainpoolP384r1 SHA-384': 'ECDSA-brainpoolP384r1-SHA384',
  'secp256r1 SHA-512': 'ECDSA-P256-SHA512',
  'secp384r1 SHA-256': 'ECDSA-P384-SHA256',
  'secp384r1 SHA-512': 'ECDSA-P384-SHA512',
};

const EDDSA: Readonly<Record<string, SignatureName>> = { edwards25519: 'Ed25519', edwards448: 'Ed448' };

const RSA_PKCS1: Readonly<Record<string, SignatureName>> = {
  '2048 SHA-256': 'RSA2048-PKCS15-SHA256',
  '2048 SHA-384': 'RSA2048-PKCS15-SHA384',
  '2048 SHA-512': 'RSA2048-PKCS15-SHA512',
  '3072 SHA-256': 'RSA3072-PKCS15-SHA256',
  '3072 SHA-384': 'RSA3072-PKCS15-SHA384',
  '3072 SHA-512': 'RSA3072-PKCS15-SHA512',
  '4096 SHA-256': 'RSA4096-PKCS15-SHA256',
  '4096 SHA-384': 'RSA4096-PKCS15-SHA384',
  '4096 SHA-512': 'RSA4096-PKCS15-SHA512',
};

// The salt is as long as the hash, and MGF1 uses the same hash: the only RSASSA-PSS parameters of the registry.
const RSA_PSS: Readonly<Record<string, SignatureName>> = {
  '2048 SHA-256/SHA-256/32': 'RSA2048-PSS-SHA256',
  '2048 SHA-384/SHA-384/48': 'RSA2048-PSS-SHA384',
  '3072 SHA-256/SHA-256/32': 'RSA3072-PSS-SHA256',
  '4096 SHA-256/SHA-256/32': 'RSA4096-PSS-SHA256',
  '4096 SHA-384/SHA-384/48': 'RSA4096-PSS-SHA384',
  '4096 SHA-512/SHA-512/64': 'RSA4096-PSS-SHA512',
};

function verifyCases(
  pattern: RegExp,
  only: Origin | undefined,
  read: (item: Test) => {
    readonly algorithm: SignatureName;
    readonly encoding: VerifyCase['encoding'];
    readonly publicKey: StoredPublicKey;
  },
): readonly VerifyCase[] {
  return distinct(
    tests(pattern, only).map((item) => ({
      ...item.common,
      ...read(item),
      input: {
        kind: 'message',
        message: item.test.hex('msg'),
        context: item.test.optionalHex('ctx') ?? EMPTY,
      },
      signature: item.test.hex('sig'),
    })),
  );
}

/** ML-DSA verification. */
export function wycheproofMlDsaVerify(only?: Origin): readonly VerifyCase[] {
  return verifyCases(/^mldsa_\d+_verify_test\.json$/, only, ({ algorithm, group }) => ({
    algorithm: mlDsaName(algorithm, group.where),
    encoding: 'raw',
    publicKey: { form: 'raw', bytes: group.hex('publicKey'), spki: group.optionalHex('publicKeyDer') },
  }));
}

/** ECDSA verification, with DER and with IEEE P1363 signatures. */
export function wycheproofEcdsaVerify(only?: Origin): readonly VerifyCase[] {
  return verifyCases(
    /^ecdsa_(secp(256|384)r1_sha(256|384|512)|secp521r1_sha512|brainpoolP256r1_sha256|brainpoolP384r1_sha384)(_p1363)?_test\.json$/,
    only,
    ({ group }) => {
      const key = group.object('publicKey');
      return {
        algorithm: mapped(ECDSA, `${key.text('curve')} ${group.text('sha')}`, group.where),
        encoding:
          group.oneOf('type', ['EcdsaVerify', 'EcdsaP1363Verify']) === 'EcdsaVerify' ? 'der' : 'p1363',
        publicKey: { form: 'point', bytes: key.hex('uncompressed'), spki: group.hex('publicKeyDer') },
      };
    },
  );
}

/** Ed25519 and Ed448 verification. */
export function wycheproofEddsaVerify(only?: Origin): readonly VerifyCase[] {
  return verifyCases(/^ed(25519|448)_test\.json$/, only, ({ group }) => {
    const key = group.object('publicKey');
    return {
      algorithm: mapped(EDDSA, key.text('curve'), group.where),
      encoding: 'raw',
      publicKey: { form: 'raw', bytes: key.hex('pk'), spki: group.hex('publicKeyDer') },
    };
  });
}

/** RSASSA-PKCS1-v1_5 verification. */
export function wycheproofRsaPkcs1Verify(only?: Origin): readonly VerifyCase[] {
  return verifyCases(/^rsa_signature_(2048|3072|4096)_sha(256|384|512)_test\.json$/, only, ({ group }) => ({
    algorithm: mapped(RSA_PKCS1, `${String(group.number('keySize'))} ${group.text('sha')}`, group.where),
    encoding: 'raw',
    publicKey: { form: 'pkcs1', bytes: group.hex('publicKeyAsn'), spki: group.hex('publicKeyDer') },
  }));
}

/** RSASSA-PSS verification with the parameters of the registry. */
export function wycheproofRsaPssVerify(only?: Origin): readonly VerifyCase[] {
  return verifyCases(
    /^rsa_pss_(2048|3072|4096)_sha(256_mgf1_32|384_mgf1_48|512_mgf1_64)_test\.json$/,
    only,
    ({ group }) => ({
      algorithm: mapped(
        RSA_PSS,
        `${String(group.number('keySize'))} ${group.text('sha')}/${group.text('mgfSha')}/${String(group.number('sLen'))}`,
        group.where,
      ),
      encoding: 'raw',
      publicKey: { form: 'pkcs1', bytes: group.hex('publicKeyAsn'), spki: group.hex('publicKeyDer') },
    }),
  );
}

/** Verification cases of every classical and post-quantum signature. */
export function wycheproofVerify(only?: Origin): readonly VerifyCase[] {
  return [
    ...wycheproofMlDsaVerify(only),
    ...wycheproofEcdsaVerify(only),
    ...wycheproofEddsaVerify(only),
    ...wycheproofRsaPkcs1Verify(only),
    ...wycheproofRsaPssVerify(only),
  ];
}

const CURVES: Readonly<Record<string, KeyAgreementName>> = {
  curve25519: 'X25519',
  curve448: 'X448',
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  brainpoolP256r1: 'brainpoolP256r1',
  brainpoolP384r1: 'brainpoolP384r1',
};

const COORDINATE_SIZES: Readonly<Record<KeyAgreementName, number>> = {
  X25519: 32,
  X448: 56,
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
  brainpoolP256r1: 32,
  brainpoolP384r1: 48,
};

// Wycheproof writes an elliptic-curve private key as a number, sometimes with a zero before or without its own.
function scalar(bytes: Uint8Array, size: number, where: string): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const significant = start < 0 ? EMPTY : bytes.subarray(start);
  if (significant.length > size) throw new VectorFormatError(`${where}: private key too long`);
  const padded = new Uint8Array(size);
  padded.set(significant, size - significant.length);
  return padded;
}

/** X25519, X448, and ECDH with points or SubjectPublicKeyInfo. */
export function wycheproofKeyAgreement(only?: Origin): readonly KeyAgreementCase[] {
  return distinct([
    ...tests(/^x(25519|448)_test\.json$/, only).map(({ common, group, test }) => ({
      ...common,
      algorithm: mapped(CURVES, group.text('curve'), group.where),
      privateKey: test.hex('private'),
      publicKey: test.hex('public'),
      publicKeyForm: 'raw' as const,
      sharedSecret: test.hex('shared'),
    })),
    ...tests(
      /^ecdh_(secp256r1|secp384r1|secp521r1|brainpoolP256r1|brainpoolP384r1)(_ecpoint)?_test\.json$/,
      only,
    ).map(({ common, group, test }) => {
      const algorithm = mapped(CURVES, group.text('curve'), group.where);
      return {
        ...common,
        algorithm,
        privateKey: scalar(test.hex('private'), COORDINATE_SIZES[algorithm], test.where),
        publicKey: test.hex('public'),
        publicKeyForm:
          group.oneOf('encoding', ['asn', 'ecpoint']) === 'asn' ? ('spki' as const) : ('point' as const),
        sharedSecret: test.hex('shared'),
      };
    }),
  ]);
}

/** X25519 with JSON web keys. */
export function wycheproofJwkAgreement(only?: Origin): readonly JwkAgreementCase[] {
  return distinct(
    tests(/^x25519_jwk_test\.json$/, only).map(({ common, group, test }) => ({
      ...common,
      algorithm: mapped(CURVES, group.text('curve'), group.where),
      privateJwk: test.json('private'),
      publicJwk: test.json('public'),
      sharedSecret: test.hex('shared'),
    })),
  );
}

const AEADS: Readonly<Record<string, AeadName>> = {
  'AES-GCM 128': 'AES-128-GCM',
  'AES-GCM 256': 'AES-256-GCM',
  'CHACHA20-POLY1305 256': 'ChaCha20-Poly1305',
};

/** AES-GCM with 128 and 256-bit keys (the registry has no 192), and ChaCha20-Poly1305; nonces of any length. */
export function wycheproofAead(only?: Origin): readonly AeadCase[] {
  return distinct(
    tests(/^(aes_gcm|chacha20_poly1305)_test\.json$/, only)
      .filter(({ group }) => group.number('keySize') !== 192)
      .map(({ common, algorithm, group, test }) => ({
        ...common,
        algorithm: mapped(AEADS, `${algorithm} ${String(group.number('keySize'))}`, group.where),
        key: test.hex('key'),
        nonce: test.hex('iv'),
        additionalData: test.hex('aad'),
        plaintext: test.hex('msg'),
        ciphertext: new Uint8Array([...test.hex('ct'), ...test.hex('tag')]),
      })),
  );
}

/** AES-GCM with keys of every size. */
export function wycheproofGcm(only?: Origin): readonly GcmCase[] {
  return distinct(
    tests(/^aes_gcm_test\.json$/, only).map(({ common, test }) => ({
      ...common,
      key: test.hex('key'),
      nonce: test.hex('iv'),
      additionalData: test.hex('aad'),
      plaintext: test.hex('msg'),
      ciphertext: test.hex('ct'),
      tag: test.hex('tag'),
    })),
  );
}

/** AES key wrap. */
export function wycheproofKeyWrap(only?: Origin): readonly KeyWrapCase[] {
  return distinct(
    tests(/^aes_wrap_test\.json$/, only).map(({ common, test }) => ({
      ...common,
      wrappingKey: test.hex('key'),
      key: test.hex('msg'),
      wrapped: test.hex('ct'),
    })),
  );
}

const HKDFS: Readonly<
  Record<string, { readonly algorithm: HkdfCase['algorithm']; readonly hash: HashName }>
> = {
  'HKDF-SHA-256': { algorithm: 'HKDF-SHA256', hash: 'SHA-256' },
  'HKDF-SHA-384': { algorithm: 'HKDF-SHA384', hash: 'SHA-384' },
  'HKDF-SHA-512': { algorithm: 'HKDF-SHA512', hash: 'SHA-512' },
};

/** HKDF with SHA-256, SHA-384 and SHA-512. */
export function wycheproofHkdf(only?: Origin): readonly HkdfCase[] {
  return distinct(
    tests(/^hkdf_sha(256|384|512)_test\.json$/, only).map(({ common, algorithm, group, test }) => ({
      ...common,
      ...mapped(HKDFS, algorithm, group.where),
      inputKey: test.hex('ikm'),
      salt: test.hex('salt'),
      info: test.hex('info'),
      length: test.number('size'),
      output: test.hex('okm'),
    })),
  );
}

const HASHES: Readonly<Record<string, HashName>> = {
  HMACSHA256: 'SHA-256',
  HMACSHA384: 'SHA-384',
  HMACSHA512: 'SHA-512',
  'PBKDF2-HMACSHA256': 'SHA-256',
  'PBKDF2-HMACSHA384': 'SHA-384',
  'PBKDF2-HMACSHA512': 'SHA-512',
  PbeWithHmacSha256: 'SHA-256',
  PbeWithHmacSha384: 'SHA-384',
  PbeWithHmacSha512: 'SHA-512',
};

/** HMAC with SHA-256, SHA-384 and SHA-512. */
export function wycheproofMac(only?: Origin): readonly MacCase[] {
  return distinct(
    tests(/^hmac_sha(256|384|512)_test\.json$/, only).map(({ common, algorithm, group, test }) => ({
      ...common,
      hash: mapped(HASHES, algorithm, group.where),
      key: test.hex('key'),
      message: test.hex('msg'),
      tag: requireSize(test.hex('tag'), group.number('tagSize') / 8, test.where),
    })),
  );
}

/** PBKDF2 with HMAC of SHA-256, SHA-384 and SHA-512. */
export function wycheproofPbkdf2(only?: Origin): readonly Pbkdf2Case[] {
  return distinct(
    tests(/^pbkdf2_hmacsha(256|384|512)_test\.json$/, only).map(({ common, algorithm, group, test }) => ({
      ...common,
      hash: mapped(HASHES, algorithm, group.where),
      password: test.hex('password'),
      salt: test.hex('salt'),
      iterations: test.number('iterationCount'),
      output: requireSize(test.hex('dk'), test.number('dkLen'), test.where),
    })),
  );
}

/** PBES2 with PBKDF2 and AES-128 or AES-256 in CBC mode. */
export function wycheproofPbes2(only?: Origin): readonly Pbes2Case[] {
  return distinct(
    tests(/^pbes2_hmacsha(256|384|512)_aes_(128|256)_test\.json$/, only).map(
      ({ common, algorithm, group, test }) => {
        const [prf = '', bits = ''] = algorithm.split('AndAes_');
        return {
          ...common,
          hash: mapped(HASHES, prf, group.where),
          keySize: Number(bits) / 8,
          password: test.hex('password'),
          salt: test.hex('salt'),
          iterations: test.number('iterationCount'),
          iv: test.hex('iv'),
          plaintext: test.hex('msg'),
          ciphertext: test.hex('ct'),
        };
      },
    ),
  );
}

/** AES-CBC with PKCS #7 padding. */
export function wycheproofCbc(only?: Origin): readonly CbcCase[] {
  return distinct(
    tests(/^aes_cbc_pkcs5_test\.json$/, only).map(({ common, test }) => ({
      ...common,
      key: test.hex('key'),
      iv: test.hex('iv'),
      plaintext: test.hex('msg'),
      ciphertext: test.hex('ct'),
    })),
  );
}

const OAEPS: Readonly<Record<string, RsaOaepCase['algorithm']>> = {
  2048: 'RSA2048-OAEP-SHA256',
  3072: 'RSA3072-OAEP-SHA256',
  4096: 'RSA4096-OAEP-SHA256',
};

/** RSAES-OAEP decryption with SHA-256. */
export function wycheproofRsaOaep(only?: Origin): readonly RsaOaepCase[] {
  return distinct(
    tests(/^rsa_oaep_(2048|3072|4096)_sha256_mgf1sha256_test\.json$/, only).map(
      ({ common, group, test }) => ({
        ...common,
        algorithm: mapped(OAEPS, String(group.number('keySize')), group.where),
        privateKey: group.hex('privateKeyPkcs8'),
        label: test.hex('label'),
        plaintext: test.hex('msg'),
        ciphertext: test.hex('ct'),
      }),
    ),
  );
}
