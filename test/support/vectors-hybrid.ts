/** Hybrid KEMs, HPKE, composites, key files and age files. */
import { createHash } from 'node:crypto';
import type {
  AgeCase,
  CombinerCase,
  CompositeKemCase,
  CompositeKemName,
  CompositeSignatureCase,
  CompositeSignatureName,
  EncryptedKeyCase,
  HpkeCase,
  HybridKemCase,
  HybridKemName,
  KeyCodecCase,
  MlDsaName,
  MlKemName,
  PrivateKeyForm,
  VectorCase,
} from './vectors-cases.ts';
import {
  base64Bytes,
  distinct,
  fileLabel,
  fileText,
  hexBytes,
  jsonObject,
  jsonObjects,
  type Origin,
  readMatchingFiles,
  readVectorFile,
  readVectorFiles,
  requireSize,
  type VectorFile,
  VectorFormatError,
  vectorRoots,
} from './vectors-files.ts';
import { ShakeStream } from './vectors-kat.ts';
import { nameOf } from './vectors-names.ts';
import {
  COMPOSITE_KEM_NAMES,
  COMPOSITE_SIGNATURE_NAMES,
  ML_DSA_NAMES,
  ML_KEM_NAMES,
} from '../../src/registry/names.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

function fieldsCase(file: VectorFile, label: string, note = ''): VectorCase {
  return { id: `${fileLabel(file)} ${label}`, origin: file.origin, note, flags: [] };
}

// seed, encapsulation randomness, public key, ciphertext, shared secret; sizes of the CFRG document.
const HYBRID_FILES: readonly { readonly path: string; readonly algorithm: HybridKemName }[] = [
  { path: 'hybrid-kem/cfrg-MLKEM768X25519.json', algorithm: 'MLKEM768-X25519' },
  { path: 'hybrid-kem/cfrg-MLKEM768P256.json', algorithm: 'MLKEM768-P256' },
  { path: 'hybrid-kem/cfrg-MLKEM1024P384.json', algorithm: 'MLKEM1024-P384' },
];

const HYBRID_SIZES: Readonly<
  Record<HybridKemName, { readonly publicKey: number; readonly ciphertext: number }>
> = {
  'MLKEM768-X25519': { publicKey: 1216, ciphertext: 1120 },
  'MLKEM768-P256': { publicKey: 1249, ciphertext: 1153 },
  'MLKEM1024-P384': { publicKey: 1665, ciphertext: 1665 },
};

/** CFRG hybrid KEMs, in the state that gives the longer randomness where the two states of the draft differ. */
export function hybridKem(only?: Origin): readonly HybridKemCase[] {
  return HYBRID_FILES.flatMap(({ path, algorithm }) =>
    readVectorFiles(path, only).flatMap((file) =>
      jsonObjects(file).map((test, index) => ({
        ...fieldsCase(file, `[${String(index)}]`),
        algorithm,
        seed: test.hex('seed'),
        entropy: test.hex('randomness'),
        publicKey: requireSize(test.hex('pk'), HYBRID_SIZES[algorithm].publicKey, test.where),
        privateKey: test.hex('sk'),
        ciphertext: requireSize(test.hex('ct'), HYBRID_SIZES[algorithm].ciphertext, test.where),
        sharedSecret: requireSize(test.hex('ss'), 32, test.where),
        components: undefined,
      })),
    ),
  );
}

/** CFRG hybrid KEMs in the draft's state of October 2025, with the component keys that the seed expands to. */
export function hybridKemWithComponents(only?: Origin): readonly HybridKemCase[] {
  const families = [
    ['mlkem768_x25519', 'MLKEM768-X25519'],
    ['mlkem768_p256', 'MLKEM768-P256'],
    ['mlkem1024_p384', 'MLKEM1024-P384'],
  ] as const;
  return readVectorFiles('hybrid-kem/cfrg-concrete-hybrid-kems-2025-10.json', only).flatMap((file) =>
    families.flatMap(([field, algorithm]) =>
      jsonObject(file)
        .objects(field)
        .map((test, index) => ({
          ...fieldsCase(file, `${field}[${String(index)}]`),
          algorithm,
          seed: test.hex('seed'),
          entropy: test.hex('randomness'),
          publicKey: requireSize(
            test.hex('encapsulation_key'),
            HYBRID_SIZES[algorithm].publicKey,
            test.where,
          ),
          privateKey: test.hex('decapsulation_key'),
          ciphertext: requireSize(test.hex('ciphertext'), HYBRID_SIZES[algorithm].ciphertext, test.where),
          sharedSecret: requireSize(test.hex('shared_secret'), 32, test.where),
          components: {
            postQuantum: requireSize(test.hex('decapsulation_key_pq'), 64, test.where),
            classical: test.hex('decapsulation_key_t'),
          },
        })),
    ),
  );
}

/** X-Wing: `entropy` is eseed, 64 bytes. */
export function xWing(only?: Origin): readonly HybridKemCase[] {
  return readVectorFiles('hybrid-kem/x-wing-test-vectors.json', only).flatMap((file) =>
    jsonObjects(file).map((test, index) => ({
      ...fieldsCase(file, `[${String(index)}]`),
      algorithm: 'MLKEM768-X25519',
      seed: requireSize(test.hex('seed'), 32, test.where),
      entropy: requireSize(test.hex('eseed'), 64, test.where),
      publicKey: requireSize(test.hex('pk'), 1216, test.where),
      privateKey: requireSize(test.hex('sk'), 32, test.where),
      ciphertext: requireSize(test.hex('ct'), 1120, test.where),
      sharedSecret: requireSize(test.hex('ss'), 32, test.where),
      components: undefined,
    })),
  );
}

/** X-Wing's key pair in PEM; the seed is 00 01 02 ... 1f. */
export function xWingKeyFiles(only?: Origin): readonly (VectorCase & {
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
})[] {
  return vectorRoots(only).flatMap((root) => {
    const secret = readVectorFile(root, 'hybrid-kem/x-wing-x509.priv.pem');
    const open = readVectorFile(root, 'hybrid-kem/x-wing-x509.pub.pem');
    if (secret === undefined || open === undefined) return [];
    return [{ ...fieldsCase(secret, 'pair'), privateKeyPem: fileText(secret), publicKeyPem: fileText(open) }];
  });
}

const HPKE_MODES: readonly HpkeCase['mode'][] = ['base', 'psk', 'auth', 'auth-psk'];

function hpkeFile(file: VectorFile): readonly HpkeCase[] {
  return jsonObjects(file).map((test, index) => {
    const mode = HPKE_MODES[test.number('mode')];
    if (mode === undefined) throw new VectorFormatError(`${test.where}: unknown mode`);
    const baseNonce = test.optionalHex('base_nonce');
    const psk = mode === 'psk' || mode === 'auth-psk';
    const auth = mode === 'auth' || mode === 'auth-psk';
    const aeadId = test.number('aead_id');
    return {
      ...fieldsCase(file, `[${String(index)}]`),
      mode,
      kemId: test.number('kem_id'),
      kdfId: test.number('kdf_id'),
      aeadId,
      info: test.hex('info'),
      recipientSeed: test.hex('ikmR'),
      recipientPrivateKey: test.hex('skRm'),
      recipientPublicKey: test.hex('pkRm'),
      encapsulationSeed: test.hex('ikmE'),
      encapsulatedKey: test.hex('enc'),
      psk: psk ? { secret: test.hex('psk'), id: test.hex('psk_id') } : undefined,
      sender: auth ? { privateKey: test.hex('skSm'), publicKey: test.hex('pkSm') } : undefined,
      sharedSecret: test.optionalHex('shared_secret'),
      schedule: test.has('exporter_secret')
        ? {
            key: test.hex('key'),
            baseNonce: baseNonce ?? EMPTY,
            exporterSecret: test.hex('exporter_secret'),
          }
        : undefined,
      encryptions: test.has('encryptions')
        ? test.objects('encryptions').map((item) => {
            const nonce = item.hex('nonce');
            return {
              sequence: sequenceOf(nonce, baseNonce ?? EMPTY, item.where),
              additionalData: item.hex('aad'),
              nonce,
              plaintext: item.hex('pt'),
              ciphertext: item.hex('ct'),
            };
          })
        : [],
      exports: test.has('exports')
        ? test.objects('exports').map((item) => ({
            context: item.hex('exporter_context'),
            length: item.number('L'),
            value: requireSize(item.hex('exported_value'), item.number('L'), item.where),
          }))
        : [],
      accumulated: test.has('exports_accumulated')
        ? {
            encryptions: test.optionalHex('encryptions_accumulated'),
            exports: requireSize(test.hex('exports_accumulated'), 16, test.where),
          }
        : undefined,
    };
  });
}

// The nonce is the base nonce XOR the sequence number [RFC 9180 §5.2], so the number need not be stored.
function sequenceOf(nonce: Uint8Array, baseNonce: Uint8Array, where: string): number {
  requireSize(nonce, baseNonce.length, where);
  return nonce.reduce((sequence, byte, index) => sequence * 256 + (byte ^ (baseNonce[index] ?? 0)), 0);
}

/** RFC 9180: every mode, with all messages of each context or a sample of them. */
export function hpkeRfc9180(only?: Origin): readonly HpkeCase[] {
  return distinct(readVectorFiles('hpke/rfc9180-test-vectors.json', only).flatMap(hpkeFile));
}

/** RFC 9180 contexts with a digest over a thousand messages instead of the messages; see {@link accumulatedInputs}. */
export function hpkeAccumulated(only?: Origin): readonly HpkeCase[] {
  return distinct(readVectorFiles('hpke/go-rfc9180.json', only).flatMap(hpkeFile));
}

/** Post-quantum HPKE: ML-KEM and hybrid KEMs, one-stage KDFs. */
export function hpkePq(only?: Origin): readonly HpkeCase[] {
  return distinct(readVectorFiles('hpke/hpke-pq-test-vectors.json', only).flatMap(hpkeFile));
}

/**
 * The inputs behind accumulated HPKE answers: strings drawn from SHAKE128(""), one length byte before each.
 * Messages take additional data, then plaintext; exports take a context, and number i asks for i bytes. The digest
 * is 16 bytes of SHAKE128 over all ciphertexts or values.
 */
export function* accumulatedInputs(): Generator<Uint8Array, never> {
  const stream = new ShakeStream();
  for (;;) yield stream.read(stream.read(1)[0] ?? 0);
}

/** Composite ML-DSA, and ML-DSA alone, each with a self-signed certificate. */
export function compositeSignatures(only?: Origin): readonly CompositeSignatureCase[] {
  const names: readonly (CompositeSignatureName | MlDsaName)[] = [
    ...COMPOSITE_SIGNATURE_NAMES,
    ...ML_DSA_NAMES,
  ];
  return readMatchingFiles('composite', /^composite-mldsa-.*\.json$/, only).flatMap((file) => {
    const root = jsonObject(file);
    const message = root.base64('m');
    const context = root.base64('ctx');
    return root.objects('tests').map((test) => {
      const name = test.text('tcId');
      return {
        ...fieldsCase(file, name),
        algorithm: nameOf(names, name.replace(/^id-/, ''), test.where),
        publicKey: test.base64('pk'),
        privateKey: test.base64('sk'),
        pkcs8: test.base64('sk_pkcs8'),
        certificate: test.base64('x5c'),
        message,
        signatures: [
          { context: EMPTY, signature: test.base64('s') },
          { context, signature: test.base64('sWithContext') },
        ],
      };
    });
  });
}

/** Composite ML-KEM, and ML-KEM alone. */
export function compositeKems(only?: Origin): readonly CompositeKemCase[] {
  const names: readonly (CompositeKemName | MlKemName)[] = [...COMPOSITE_KEM_NAMES, ...ML_KEM_NAMES];
  return readMatchingFiles('composite', /^composite-mlkem-.*\.json$/, only).flatMap((file) =>
    jsonObject(file)
      .objects('tests')
      .map((test) => {
        const name = test.text('tcId');
        return {
          ...fieldsCase(file, name),
          algorithm: nameOf(
            names,
            name.replace(/^id-(alg-ml-kem)?/, (_, pure) => (pure ? 'ML-KEM' : '')),
            test.where,
          ),
          publicKey: test.base64('ek'),
          privateKey: test.base64('dk'),
          pkcs8: test.base64('dk_pkcs8'),
          certificate: test.has('x5c') ? test.base64('x5c') : undefined,
          ciphertext: test.base64('c'),
          sharedSecret: requireSize(test.base64('k'), 32, test.where),
        };
      }),
  );
}

/** The composite KEM combiner's inputs and output; the label tells which revision of the document a file follows. */
export function compositeCombiners(only?: Origin): readonly CombinerCase[] {
  return readMatchingFiles('composite', /^kemCombiner_.*\.txt$/, only).map((file) => {
    const text = fileText(file);
    const section = (name: string): Uint8Array => {
      const found = new RegExp(`^${name}:\\s*((?:[0-9a-f]+\\s*\\n)+)`, 'm').exec(text)?.[1];
      if (found === undefined) throw new VectorFormatError(`${fileLabel(file)}: no section "${name}"`);
      return hexBytes(found.replace(/\s/g, ''), `${fileLabel(file)} ${name}`);
    };
    const name = /Example of id-(\S+) Combiner/.exec(text)?.[1];
    if (name === undefined) throw new VectorFormatError(`${fileLabel(file)}: no name`);
    return {
      ...fieldsCase(file, name),
      name,
      hash: nameOf(
        ['SHA3-256', 'HMAC-SHA256', 'HMAC-SHA512'],
        /# ss = (\S+)\(/.exec(text)?.[1] ?? '',
        fileLabel(file),
      ),
      mlkemSecret: requireSize(section('mlkemSS'), 32, fileLabel(file)),
      tradSecret: section('tradSS'),
      tradCiphertext: section('tradCT'),
      tradPublicKey: section('tradPK'),
      label: section('Label'),
      sharedSecret: requireSize(section('ss'), 32, fileLabel(file)),
    };
  });
}

const PRIVATE_KEY_FORMS: readonly PrivateKeyForm[] = [
  'seed-only',
  'seed-priv',
  'priv-only',
  'bare-seed',
  'bare-priv',
  'oqskeypair',
];

/** OpenSSL's key files: one key of each ML-KEM and ML-DSA set in all six private forms. */
export function keyCodecs(only?: Origin): readonly KeyCodecCase[] {
  const kems: readonly MlKemName[] = ML_KEM_NAMES;
  const signatures: readonly MlDsaName[] = ML_DSA_NAMES;
  const found = vectorRoots(only).flatMap((root) =>
    [...kems, ...signatures].flatMap((algorithm) => {
      const number = algorithm.replace(/^ML-(KEM|DSA)-/, '');
      const kem = algorithm.startsWith('ML-KEM');
      const folder = `openssl/${kem ? 'test_ml_kem_codecs_data' : 'test_ml_dsa_codecs_data'}`;
      const publicKey = readVectorFile(root, `${folder}/pub-${number}.pem`);
      if (publicKey === undefined) return [];
      const file = (name: string): VectorFile => {
        const found = readVectorFile(root, `${folder}/${name}`);
        if (found === undefined) throw new VectorFormatError(`${root.origin} ${folder}/${name} is missing`);
        return found;
      };
      const pem = (form: PrivateKeyForm): string => fileText(file(`prv-${number}-${form}.pem`));
      return [
        {
          ...fieldsCase(publicKey, 'and private forms'),
          algorithm,
          publicKeyPem: fileText(publicKey),
          privateKeyPems: {
            'seed-only': pem('seed-only'),
            'seed-priv': pem('seed-priv'),
            'priv-only': pem('priv-only'),
            'bare-seed': pem('bare-seed'),
            'bare-priv': pem('bare-priv'),
            oqskeypair: pem('oqskeypair'),
          },
          proof: kem
            ? {
                kind: 'kem' as const,
                ciphertext: file(`ct-${number}.dat`).bytes,
                sharedSecret: requireSize(file(`ss-${number}.dat`).bytes, 32, folder),
              }
            : { kind: 'signature' as const, signature: file(`sig-${number}.dat`).bytes },
        },
      ];
    }),
  );
  return distinct<KeyCodecCase>(found);
}

/** The forms that {@link keyCodecs} gives, in the order of PKCS #8 practice: standard ones first. */
export const KEY_FORMS: readonly PrivateKeyForm[] = PRIVATE_KEY_FORMS;

/** PKCS #8 keys encrypted under a password. */
export function encryptedKeys(only?: Origin): readonly EncryptedKeyCase[] {
  return readMatchingFiles('encrypted-keys', /\.json$/, only).flatMap((file) =>
    jsonObject(file)
      .objects('tests')
      .map((test) => {
        const verdict = test.oneOf('result', ['valid', 'invalid', 'acceptable']);
        return {
          ...fieldsCase(file, test.text('name'), test.text('note')),
          flags: test.texts('flags'),
          password: test.text('password'),
          encryptedPem: test.text('encrypted'),
          pkcs8: verdict === 'invalid' ? undefined : test.base64('pkcs8'),
          verdict,
        };
      }),
  );
}

/** Files sealed by age to `age1pq1...` recipients; plaintext byte i is 7·i + ⌊i/256⌋ modulo 256. */
export function ageFiles(only?: Origin): readonly AgeCase[] {
  return readVectorFiles('age/cases.json', only).flatMap((file) => {
    const root = jsonObject(file);
    return root.objects('tests').map((test) => {
      const size = test.number('size');
      const plaintext = agePlaintext(size);
      const digest = createHash('sha256').update(plaintext).digest('hex');
      if (digest !== test.text('sha256'))
        throw new VectorFormatError(`${test.where}: plaintext digest differs`);
      return {
        ...fieldsCase(file, `${String(size)} bytes`),
        identity: root.text('identity'),
        recipient: root.text('recipient'),
        file: base64Bytes(test.text('file'), test.where),
        size,
        plaintext,
      };
    });
  });
}

/** The plaintext of that many bytes that age files of this folder hold. */
function agePlaintext(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (7 * index + (index >> 8)) & 0xff);
}
