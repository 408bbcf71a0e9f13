/** What is taken from the packages, family by family, and how much of it. */
import { createPrivateKey } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  arrayOf,
  type Json,
  jsonBytes,
  type JsonObject,
  objectOf,
  objectsOf,
  parseJson,
  textOf,
  without,
} from './json.ts';
import type { PackageFiles, PackageKey, SourceFile } from './packages.ts';

/** One file of `vectors/`. */
export interface Output {
  /** Path below `vectors/`, without `.gz`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Stored as `.gz`. */
  readonly packed: boolean;
  readonly cases: number;
  /** How many cases the source has. */
  readonly of: number;
  readonly sources: readonly SourceFile[];
}

/** A folder of `vectors/`. */
export interface Family {
  readonly name: string;
  readonly what: string;
  readonly outputs: readonly Output[];
}

/** At most `limit` items for every value of `key`, spread evenly, in the original order. */
function spread<T>(items: readonly T[], limit: number, key: (item: T) => string): readonly T[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  const kept = new Set<T>();
  for (const group of groups.values()) {
    const count = Math.min(limit, group.length);
    for (let index = 0; index < count; index++) {
      const item = group[Math.floor((index * group.length) / count)];
      if (item !== undefined) kept.add(item);
    }
  }
  return items.filter((item) => kept.has(item));
}

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

// ---- Wycheproof: the files as they are, without what no test reads ----

// How many cases of one kind are kept: same verdict, same flags, same comment but for its numbers. Where comments
// describe single bytes of a fixed padding (RSA), the flags alone make the kind.
const ALL = Number.POSITIVE_INFINITY;
const WYCHEPROOF: readonly (readonly [RegExp, number, 'flags'?])[] = [
  [/^mlkem_\d+_(encaps_|semi_expanded_decaps_|keygen_seed_)?test$/, 40],
  [/^mldsa_(44|65|87)_(verify|sign_seed|sign_noseed)_test$/, 6],
  [/^x(25519|448)_test$/, ALL],
  [/^x25519_jwk_test$/, 8],
  [/^ecdh_(secp256r1|secp384r1|secp521r1|brainpoolP256r1|brainpoolP384r1)(_ecpoint)?_test$/, 16],
  [
    /^ecdsa_(secp(256|384)r1_sha(256|384|512)|secp521r1_sha512|brainpoolP256r1_sha256|brainpoolP384r1_sha384)(_p1363)?_test$/,
    16,
  ],
  [/^ed(25519|448)_test$/, ALL],
  [/^(aes_gcm|aes_cbc_pkcs5|chacha20_poly1305)_test$/, ALL],
  [/^hkdf_sha(256|384|512)_test$/, 16],
  [/^hmac_sha(256|384|512)_test$/, ALL],
  [/^pbkdf2_hmacsha(256|384|512)_test$/, ALL],
  [/^pbes2_hmacsha(256|384|512)_aes_(128|256)_test$/, 8],
  [/^rsa_pss_(2048|3072|4096)_sha(256_mgf1_32|384_mgf1_48|512_mgf1_64)_test$/, 12],
  [/^rsa_signature_(2048|3072|4096)_sha256_test$/, 2],
  [/^rsa_signature_(2048|3072|4096)_sha(384|512)_test$/, 4, 'flags'],
  [/^rsa_oaep_(2048|3072|4096)_sha256_mgf1sha256_test$/, ALL],
];

const UNREAD = ['notes', 'header', 'schema', 'generatorVersion', 'numberOfTests'];
const UNREAD_IN_GROUP = [
  'publicKeyPem',
  'publicKeyJwk',
  'privateKeyPem',
  'privateKeyJwk',
  'keyJwk',
  'source',
];

function wycheproof(files: PackageFiles): Family {
  const outputs = files.list('wycheproof', '.').flatMap((name): Output[] => {
    const rule = WYCHEPROOF.find(([pattern]) => pattern.test(name.replace(/\.json$/, '')));
    if (rule === undefined) return [];
    const [, limit, by] = rule;
    const source = files.read('wycheproof', name);
    const root = objectOf(parseJson(source.bytes));
    const groups = objectsOf(root['testGroups']);
    const everything = groups.flatMap((group) => objectsOf(group['tests']));
    const kept = new Set(spread(everything, limit, (test) => kindOf(test, by === undefined)));
    const testGroups = groups
      .map((group) => ({
        ...without(group, UNREAD_IN_GROUP),
        tests: objectsOf(group['tests']).filter((test) => kept.has(test)),
      }))
      .filter((group) => group.tests.length > 0);
    return [
      {
        path: `wycheproof/${name}`,
        bytes: jsonBytes({ ...without(root, UNREAD), testGroups }),
        packed: true,
        cases: kept.size,
        of: everything.length,
        sources: [source],
      },
    ];
  });
  return {
    name: 'wycheproof',
    what: 'C2SP Wycheproof, file names and tcId as upstream: every verdict and every flag of each file',
    outputs,
  };
}

function kindOf(test: JsonObject, byComment: boolean): string {
  const flags = test['flags'] === undefined ? [] : arrayOf(test['flags']);
  const comment =
    !byComment || test['comment'] === undefined ? '' : textOf(test['comment']).replace(/\d+/g, '#');
  return JSON.stringify([textOf(test['result']), flags, comment]);
}

// ---- ACVP: OpenSSL's evptests turned back into ACVP's JSON; circl's prompts joined with their answers ----

interface Stanza {
  readonly comment: string;
  readonly fields: readonly (readonly [string, string])[];
}

function stanzas(source: SourceFile): readonly Stanza[] {
  return text(source.bytes)
    .split(/\n\s*\n/)
    .map((block) => {
      const lines = block.split('\n').map((line) => line.trim());
      return {
        comment: lines
          .filter((line) => line.startsWith('#'))
          .map((line) => line.slice(1).trim())
          .join(' '),
        fields: lines
          .filter((line) => line !== '' && !line.startsWith('#'))
          .map((line) => {
            const at = line.indexOf('=');
            return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
          }),
      };
    })
    .filter((stanza) => stanza.fields.length > 0);
}

function field(stanza: Stanza, name: string): string {
  const found = stanza.fields.find(([key]) => key === name)?.[1];
  if (found === undefined) throw new Error(`stanza without ${name}`);
  return found;
}

/** The value of a `Ctrl = name:value` or `CtrlOut = name:value` line. */
function control(stanza: Stanza, name: string): string | undefined {
  return stanza.fields
    .filter(([key]) => key === 'Ctrl' || key === 'CtrlOut')
    .map(([, value]) => value)
    .find((value) => value.startsWith(`${name}:`))
    ?.slice(name.length + 1);
}

function requiredControl(stanza: Stanza, name: string): string {
  const found = control(stanza, name);
  if (found === undefined) throw new Error(`stanza without ${name}`);
  return found;
}

const evpData = (files: PackageFiles, name: string): SourceFile =>
  files.read('openssl', `recipes/30-test_evp_data/${name}`);

type Row = Readonly<Record<string, Json>>;

/** Tests in ACVP's groups; the group's fields are those that `split` names. */
function grouped(head: Row, rows: readonly Row[], split: readonly string[]): Uint8Array {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(split.map((name) => row[name] ?? null));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const testGroups = [...groups.values()].map((tests, index) => ({
    tgId: index + 1,
    ...Object.fromEntries(
      split.flatMap((name) => (tests[0]?.[name] === undefined ? [] : [[name, tests[0][name]]])),
    ),
    tests: tests.map((test) => without(test, split)),
  }));
  return jsonBytes({ ...head, testGroups });
}

function output(
  path: string,
  bytes: Uint8Array,
  cases: number,
  of: number,
  sources: readonly SourceFile[],
  packed = true,
): Output {
  return { path, bytes, packed, cases, of, sources };
}

function acvpKeyGen(source: SourceFile, path: string, limit: number, kem: boolean): Output {
  const all = stanzas(source).filter((stanza) => stanza.fields.some(([name]) => name === 'KeyGen'));
  const kept = spread(all, limit, (stanza) => field(stanza, 'KeyGen'));
  const rows = kept.map((stanza): Row => {
    const seed = requiredControl(stanza, 'hexseed');
    const keys = { public: requiredControl(stanza, 'hexpub'), private: requiredControl(stanza, 'hexpriv') };
    return {
      tcId: Number(field(stanza, 'KeyName').replace('tcId', '')),
      parameterSet: field(stanza, 'KeyGen'),
      ...(kem
        ? { d: seed.slice(0, 64), z: seed.slice(64), ek: keys.public, dk: keys.private }
        : { seed, pk: keys.public, sk: keys.private }),
    };
  });
  const head = { algorithm: kem ? 'ML-KEM' : 'ML-DSA', mode: 'keyGen' };
  return output(path, grouped(head, rows, ['parameterSet']), rows.length, all.length, [source]);
}

function acvpEncapDecap(files: PackageFiles): Output {
  const source = evpData(files, 'evppkey_ml_kem_encap_decap.txt');
  const rows = stanzas(source)
    .filter((stanza) => stanza.fields.some(([name]) => name === 'Kem'))
    .map((stanza, index): Row => {
      const common = { tcId: index + 1, parameterSet: field(stanza, 'Kem'), k: field(stanza, 'Output') };
      return stanza.fields.some(([name]) => name === 'Entropy')
        ? {
            ...common,
            function: 'encapsulation',
            keyFormat: 'none',
            ek: field(stanza, 'EncodedPublicKey'),
            m: field(stanza, 'Entropy'),
            c: field(stanza, 'Ciphertext'),
          }
        : {
            ...common,
            function: 'decapsulation',
            keyFormat: 'expanded',
            dk: field(stanza, 'EncodedPrivateKey'),
            c: field(stanza, 'Input'),
          };
    });
  const head = { algorithm: 'ML-KEM', mode: 'encapDecap' };
  const bytes = grouped(head, rows, ['parameterSet', 'function', 'keyFormat']);
  return output('acvp/ml-kem-encapdecap.json', bytes, rows.length, rows.length, [source]);
}

/** Pairs of a raw key's stanza and the operation that follows it. */
function withKeys(
  source: SourceFile,
  keyField: string,
  operation: string,
): readonly { readonly key: string; readonly algorithm: string; readonly stanza: Stanza }[] {
  const keys = new Map<string, string>();
  const found: { key: string; algorithm: string; stanza: Stanza }[] = [];
  for (const stanza of stanzas(source))
    for (const [name, value] of stanza.fields) {
      const [first = '', second = '', third = ''] = value.split(':');
      if (name === keyField) keys.set(first, third);
      if (name !== operation) continue;
      const key = keys.get(second);
      if (key === undefined) throw new Error(`${source.path}: unknown key ${second}`);
      found.push({ key, algorithm: first, stanza });
    }
  return found;
}

// `mu:1` says that Input is µ; `message-encoding:0` that it is M', the internal function's input.
function mldsaInput(stanza: Stanza): Row {
  const input = field(stanza, 'Input');
  if (control(stanza, 'mu') === '1') return { signatureInterface: 'internal', externalMu: true, mu: input };
  if (control(stanza, 'message-encoding') === '0')
    return { signatureInterface: 'internal', externalMu: false, message: input };
  return {
    signatureInterface: 'external',
    externalMu: false,
    preHash: 'pure',
    message: input,
    context: control(stanza, 'hexcontext-string') ?? '',
  };
}

function acvpMlDsaSigGen(files: PackageFiles): Output {
  const source = evpData(files, 'evppkey_ml_dsa_siggen.txt');
  const rows = withKeys(source, 'PrivateKeyRaw', 'Sign-Message').map(
    ({ key, algorithm, stanza }, index): Row => {
      const entropy = control(stanza, 'hextest-entropy');
      const deterministic = control(stanza, 'deterministic') === '1';
      if (!deterministic && entropy === undefined) throw new Error(`${source.path}: hedged without entropy`);
      return {
        tcId: index + 1,
        parameterSet: algorithm,
        sk: key,
        ...mldsaInput(stanza),
        deterministic,
        rnd: deterministic ? '' : (entropy ?? ''),
        signature: field(stanza, 'Output'),
      };
    },
  );
  const kept = spread(rows, 6, (row) =>
    JSON.stringify([row['parameterSet'], row['signatureInterface'], row['externalMu'], row['deterministic']]),
  );
  return output('acvp/ml-dsa-siggen.json', jsonBytes(kept), kept.length, rows.length, [source]);
}

function acvpMlDsaSigVer(files: PackageFiles): Output {
  const source = evpData(files, 'evppkey_ml_dsa_sigver.txt');
  const rows = withKeys(source, 'PublicKeyRaw', 'Verify-Message-Public').map(
    ({ key, algorithm, stanza }, index): Row => ({
      tcId: index + 1,
      parameterSet: algorithm,
      pk: key,
      ...mldsaInput(stanza),
      signature: field(stanza, 'Output'),
      testPassed: !stanza.fields.some(([name]) => name === 'Result'),
      reason: stanza.comment,
    }),
  );
  const head = { algorithm: 'ML-DSA', mode: 'sigVer' };
  const bytes = grouped(head, rows, ['parameterSet', 'signatureInterface', 'externalMu', 'preHash']);
  return output('acvp/ml-dsa-sigver.json', bytes, rows.length, rows.length, [source]);
}

/** circl ships prompt and expected results apart; the answers are joined to their questions by tcId. */
function circlGroups(
  files: PackageFiles,
  prompt: string,
  results: string,
): {
  readonly groups: readonly { readonly head: JsonObject; readonly tests: readonly Row[] }[];
  readonly sources: readonly SourceFile[];
} {
  const sources = [prompt, results].map((name) =>
    files.read('circl', `sign/slhdsa/testdata/${name}.json.gz`),
  );
  const [questions, answers] = sources.map((source) =>
    objectsOf(objectOf(parseJson(new Uint8Array(gunzipSync(source.bytes))))['testGroups']),
  );
  const byId = new Map(
    (answers ?? [])
      .flatMap((group) => objectsOf(group['tests']))
      .map((test) => [test['tcId'], test] as const),
  );
  const groups = (questions ?? []).map((group) => ({
    head: without(group, ['tests']),
    tests: objectsOf(group['tests']).map((test) => ({ ...test, ...byId.get(test['tcId']) })),
  }));
  return { groups, sources };
}

function slhOutput(
  path: string,
  mode: string,
  { groups, sources }: ReturnType<typeof circlGroups>,
  keep: (tests: readonly Row[], index: number, head: JsonObject) => readonly Row[],
): Output {
  const testGroups = groups
    .map(({ head, tests }, index) => ({ ...head, tests: keep(tests, index, head) }))
    .filter((group) => group.tests.length > 0);
  const count = (list: readonly { readonly tests: readonly Row[] }[]): number =>
    list.reduce((sum, group) => sum + group.tests.length, 0);
  const bytes = jsonBytes({ algorithm: 'SLH-DSA', mode, testGroups });
  return output(path, bytes, count(testGroups), count(groups), sources);
}

// A signature of SLH-DSA has up to 50 kB, so one case a group; which one moves on from group to group.
function one(tests: readonly Row[], index: number): readonly Row[] {
  return tests.slice(index % tests.length, (index % tests.length) + 1);
}

/** The tests with the hash that the parameter set has a pre-hash identifier for, if there are any. */
function withHash(tests: readonly Row[], head: JsonObject): readonly Row[] {
  const [family, size] = /SLH-DSA-(SHA2|SHAKE)-(\d+)/.exec(textOf(head['parameterSet']))?.slice(1) ?? [];
  const hash =
    family === 'SHA2'
      ? size === '128'
        ? 'SHA2-256'
        : 'SHA2-512'
      : size === '128'
        ? 'SHAKE-128'
        : 'SHAKE-256';
  const found = tests.filter((test) => test['hashAlg'] === hash);
  return found.length > 0 ? found : tests;
}

function acvp(files: PackageFiles): Family {
  const keyGen = (name: string): SourceFile => evpData(files, `evppkey_${name}_keygen.txt`);
  return {
    name: 'acvp',
    what: 'NIST ACVP for FIPS 203, 204 and 205 in ACVP JSON; ML-KEM and ML-DSA from OpenSSL, SLH-DSA from circl',
    outputs: [
      acvpKeyGen(keyGen('ml_kem'), 'acvp/ml-kem-keygen.json', Number.POSITIVE_INFINITY, true),
      acvpEncapDecap(files),
      acvpKeyGen(keyGen('ml_dsa'), 'acvp/ml-dsa-keygen.json', 12, false),
      acvpMlDsaSigGen(files),
      acvpMlDsaSigVer(files),
      slhOutput(
        'acvp/slh-dsa-keygen.json',
        'keyGen',
        circlGroups(files, 'keyGen_prompt', 'keyGen_results'),
        (tests) => tests,
      ),
      slhOutput(
        'acvp/slh-dsa-siggen.json',
        'sigGen',
        circlGroups(files, 'sigGen_prompt', 'sigGen_results'),
        (tests, index, head) =>
          (head['deterministic'] === true && head['preHash'] === 'pure') ||
          (head['deterministic'] === false && head['preHash'] === 'preHash')
            ? one(withHash(tests, head), index)
            : [],
      ),
      slhOutput(
        'acvp/slh-dsa-sigver.json',
        'sigVer',
        circlGroups(files, 'verify_prompt', 'verify_results'),
        (tests, index, head) => {
          const passed = tests.filter((test) => test['testPassed'] === true);
          const failed = tests.filter((test) => test['testPassed'] === false);
          if (head['preHash'] === 'pure') return [...one(passed, index), ...one(failed, index)];
          return head['preHash'] === 'preHash' ? one(withHash(passed, head), index) : [];
        },
      ),
    ],
  };
}

// ---- OpenSSL: ML-KEM answers with keys that must not load, and one key in every private form ----

function openssl(files: PackageFiles): Family {
  const kem = ['512', '768', '1024'].flatMap((set) =>
    ['encap', 'decap'].map((operation) => {
      const source = evpData(files, `evppkey_ml_kem_${set}_${operation}.txt`);
      const [header = '', ...blocks] = text(source.bytes).split(/\n\s*\n/);
      const tests = blocks.filter((block) => /^Kem = /m.test(block));
      const kept = spread(tests, 8, (block) => /^Result = (.*)$/m.exec(block)?.[1] ?? 'accepted');
      const bytes = bytesOf(`${[header, ...kept].join('\n\n').trimEnd()}\n`);
      return output(`openssl/evppkey_ml_kem_${set}_${operation}.txt`, bytes, kept.length, tests.length, [
        source,
      ]);
    }),
  );
  const codecs = ['kem', 'dsa'].flatMap((kind) => {
    const folder = `test_ml_${kind}_codecs_data`;
    return files
      .list('openssl', `recipes/15-${folder}`)
      .filter((name) => /^((prv|pub)-.*\.pem|(sig|ct|ss)-.*\.dat)$/.test(name))
      .map((name) => {
        const source = files.read('openssl', `recipes/15-${folder}/${name}`);
        return output(`openssl/${folder}/${name}`, source.bytes, 1, 1, [source], false);
      });
  });
  return {
    name: 'openssl',
    what: 'OpenSSL: ML-KEM known answers with keys and ciphertexts to refuse, and one key of each ML-KEM and ML-DSA set in six private forms with a signature or ciphertext',
    outputs: [...kem, ...codecs],
  };
}

// ---- NIST-style known answers ----

function nistKat(files: PackageFiles): Family {
  const outputs = [
    'MLKEM/kat_MLKEM_512',
    'MLKEM/kat_MLKEM_768',
    'MLKEM/kat_MLKEM_1024',
    'MLDSA/kat_MLDSA_44_det_pure',
    'MLDSA/kat_MLDSA_65_det_pure',
    'MLDSA/kat_MLDSA_87_det_pure',
  ].map((name) => {
    const source = files.read('cryptography', `asymmetric/${name}.rsp`);
    const all = text(source.bytes).split(/^(?=count = )/m);
    const kept = all.slice(0, 10);
    return output(
      `nist-kat/${name.replace(/^.*\//, '')}.rsp`,
      bytesOf(kept.join('')),
      kept.length,
      all.length,
      [source],
    );
  });
  return {
    name: 'nist-kat',
    what: 'NIST-style .rsp files of ML-KEM and deterministic ML-DSA, the first ten answers of each; SigVer of ECDSA',
    outputs: [...outputs, ecdsaVerify(files)],
  };
}

/** SigVer.rsp of CAVP: the sections of the curves and hashes that are read, each with its heading. */
function ecdsaVerify(files: PackageFiles): Output {
  const source = files.read('cryptography', 'asymmetric/ECDSA/FIPS_186-3/SigVer.rsp');
  const sections = text(source.bytes).split(/^(?=\[)/m);
  const kept = sections.filter((section) => /^\[P-(256|384|521),SHA-(256|384|512)\]/.test(section));
  const cases = (some: readonly string[]): number => some.join('').match(/^Result = /gm)?.length ?? 0;
  return output(
    'nist-kat/ecdsa_sigver.rsp',
    bytesOf(kept.join('').replaceAll('\r', '')),
    cases(kept),
    cases(sections),
    [source],
  );
}

// ---- HPKE ----

// The first messages, and those around the points where one byte of the sequence number overflows.
const SEQUENCES = [0, 1, 2, 4, 10, 32, 255, 256];

function hpke(files: PackageFiles): Family {
  const rfc = files.read('cryptography', 'HPKE/test-vectors.json');
  const contexts = objectsOf(parseJson(rfc.bytes)).map((context) => ({
    ...context,
    encryptions: objectsOf(context['encryptions']).filter((_, index) => SEQUENCES.includes(index)),
  }));
  const whole = (key: PackageKey, from: string, to: string): Output => {
    const source = files.read(key, from);
    const value = parseJson(source.bytes);
    return output(to, jsonBytes(value), arrayOf(value).length, arrayOf(value).length, [source]);
  };
  return {
    name: 'hpke',
    what: 'HPKE: every context of RFC 9180 with eight of its messages, the accumulated form of the Go project, and the post-quantum draft',
    outputs: [
      output('hpke/rfc9180-test-vectors.json', jsonBytes(contexts), contexts.length, contexts.length, [rfc]),
      whole('go', 'crypto/hpke/testdata/rfc9180.json', 'hpke/go-rfc9180.json'),
      whole('cryptography', 'HPKE/hpke-pq-test-vectors.json', 'hpke/hpke-pq-test-vectors.json'),
    ],
  };
}

// ---- Encrypted PKCS #8 ----

interface EncryptedKey {
  readonly from: PackageKey;
  readonly path: string;
  readonly password: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly note: string;
  readonly flags: readonly string[];
}

const cryptographyKey = (
  path: string,
  password: string,
  result: EncryptedKey['result'],
  note: string,
  ...flags: readonly string[]
): EncryptedKey => ({ from: 'cryptography', path: `asymmetric/${path}`, password, result, note, flags });

const ENCRYPTED_KEYS: readonly EncryptedKey[] = [
  cryptographyKey(
    'Ed25519/ed25519-pkcs8-enc.pem',
    'password',
    'valid',
    'PBKDF2 HMAC-SHA-256, AES-256-CBC',
    'Ed25519',
  ),
  cryptographyKey(
    'Ed448/ed448-pkcs8-enc.pem',
    'password',
    'valid',
    'PBKDF2 HMAC-SHA-256, AES-256-CBC',
    'Ed448',
  ),
  cryptographyKey(
    'X25519/x25519-pkcs8-enc.pem',
    'password',
    'valid',
    'PBKDF2 HMAC-SHA-256, AES-256-CBC',
    'X25519',
  ),
  cryptographyKey('X448/x448-pkcs8-enc.pem', 'password', 'valid', 'PBKDF2 HMAC-SHA-256, AES-256-CBC', 'X448'),
  cryptographyKey(
    'PKCS8/ed25519-scrypt.pem',
    'hunter42',
    'valid',
    'scrypt, AES-256-CBC',
    'Ed25519',
    'scrypt',
  ),
  {
    from: 'openssl',
    path: 'certs/key-pass-12345.pem',
    password: '12345',
    result: 'valid',
    note: 'PBKDF2 HMAC-SHA-256, AES-256-CBC',
    flags: ['RSA'],
  },
  cryptographyKey(
    'PKCS8/ec_private_key_encrypted.pem',
    '123456',
    'acceptable',
    'PBKDF2 HMAC-SHA-1 (the default PRF), AES-128-CBC',
    'EC',
    'sha1',
  ),
  cryptographyKey(
    'PKCS8/rsa-aes-192-cbc.pem',
    'PolarSSLTest',
    'acceptable',
    'PBKDF2 HMAC-SHA-384, AES-192-CBC',
    'RSA',
    'aes192',
  ),
  cryptographyKey(
    'PKCS8/rsa_pkcs8_pbes2_pbkdf2_2048_3des_sha384.pem',
    'PolarSSLTest',
    'acceptable',
    'PBKDF2 HMAC-SHA-384, Triple DES',
    'RSA',
    '3des',
  ),
  cryptographyKey(
    'PKCS8/rsa-pbe-3des-long-salt.pem',
    'password',
    'acceptable',
    'PBES1, Triple DES',
    'RSA',
    'pbes1',
  ),
  cryptographyKey(
    'PKCS8/enc2-rsa-pkcs8.pem',
    'baz',
    'acceptable',
    'PBKDF2 HMAC-SHA-1, AES-128-CBC, a 1024-bit RSA key',
    'RSA',
    'sha1',
    'small-rsa',
  ),
  cryptographyKey(
    'PKCS8/enc-rsa-pkcs8-pbkdf2-0iter.pem',
    'baz',
    'invalid',
    'PBKDF2 with zero iterations',
    'RSA',
  ),
  cryptographyKey(
    'PKCS8/enc-unknown-kdf.pem',
    'password',
    'invalid',
    'unknown key derivation function',
    'RSA',
  ),
  cryptographyKey('PKCS8/enc-unknown-pbkdf2-prf.pem', 'password', 'invalid', 'unknown PBKDF2 PRF', 'RSA'),
  cryptographyKey(
    'PKCS8/enc-unknown-algorithm.pem',
    'password',
    'invalid',
    'unknown encryption algorithm',
    'RSA',
  ),
  cryptographyKey('PKCS8/bad-encryption-oid.pem', 'password', 'invalid', 'unknown encryption scheme', 'RSA'),
  cryptographyKey(
    'Ed25519/ed25519-pkcs8-enc.pem',
    'Password',
    'invalid',
    'wrong password',
    'Ed25519',
    'password',
  ),
  cryptographyKey(
    'PKCS8/ed25519-scrypt.pem',
    'hunter43',
    'invalid',
    'wrong password',
    'Ed25519',
    'scrypt',
    'password',
  ),
];

function encryptedKeys(files: PackageFiles): Family {
  const tests = ENCRYPTED_KEYS.map(({ from, path, password, result, note, flags }) => {
    const source = files.read(from, path);
    const encrypted = text(source.bytes);
    const name = `${path.replace(/^.*\//, '')}${flags.includes('password') ? ' (wrong password)' : ''}`;
    const row = { name, note, flags, result, password, encrypted };
    if (result === 'invalid') return { source, row };
    // OpenSSL, by way of Node, says what the key is.
    const key = createPrivateKey({ key: encrypted, passphrase: password });
    return {
      source,
      row: { ...row, pkcs8: key.export({ format: 'der', type: 'pkcs8' }).toString('base64') },
    };
  });
  const bytes = jsonBytes({ tests: tests.map(({ row }) => row) });
  return {
    name: 'encrypted-keys',
    what: 'PKCS #8 under a password (PBES2, scrypt, older schemes, broken ones); the key in the clear as OpenSSL reads it',
    outputs: [
      output(
        'encrypted-keys/encrypted-keys.json',
        bytes,
        tests.length,
        tests.length,
        tests.map(({ source }) => source),
        false,
      ),
    ],
  };
}

/** Every family that packages give. */
// ---- PKITS: NIST's certificates and CRLs, and its test cases as the Go project took them down from the document ----

function pkits(files: PackageFiles): Family {
  const listing = files.read('go', 'crypto/x509/testdata/nist-pkits/vectors.json');
  const cases = objectsOf(parseJson(listing.bytes));
  const named = (field: string): readonly string[] => [
    ...new Set(cases.flatMap((one) => arrayOf(one[field]).map(textOf))),
  ];
  const base64 = (folder: string, names: readonly string[]): Row =>
    Object.fromEntries(
      names.map((name) => {
        const { bytes } = files.read('cryptography', `x509/PKITS_data/${folder}/${name}`);
        return [name, Buffer.from(bytes).toString('base64')];
      }),
    );
  const bytes = jsonBytes({
    cases,
    certificates: base64('certs', named('CertPath')),
    crls: base64('crls', named('CRLPath')),
  });
  return {
    name: 'pkits',
    what: 'NIST PKITS, every test case: certificates and CRLs (public domain) with the settings and the expected result of each case as the Go project took them down from the document',
    outputs: [output('pkits/pkits.json', bytes, cases.length, cases.length, [listing])],
  };
}

export function packageFamilies(files: PackageFiles): readonly Family[] {
  return [
    acvp(files),
    wycheproof(files),
    openssl(files),
    nistKat(files),
    hpke(files),
    encryptedKeys(files),
    pkits(files),
  ];
}
