/** Published answers of hashes, authenticated encryption, AES-CBC and key derivation, in hexadecimal. */
import type { AeadName, HashName } from '../../registry/index.ts';

export interface HashAnswer {
  readonly source: string;
  readonly message: string;
  readonly digest: string;
}

export const HASH_ANSWERS: Readonly<Record<HashName, HashAnswer>> = {
  'SHA-1': {
    source: 'NIST example values, FIPS 180-4',
    message: '616263',
    digest: 'a9993e364706816aba3e25717850c26c9cd0d89d',
  },
  'SHA-224': {
    source: 'NIST example values, FIPS 180-4',
    message: '616263',
    digest: '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7',
  },
  'SHA-256': {
    source: 'NIST example values, FIPS 180-4',
    message: '616263',
    digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  },
  'SHA-384': {
    source: 'NIST example values, FIPS 180-4',
    message: '616263',
    digest:
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  },
  'SHA-512': {
    source: 'NIST example values, FIPS 180-4',
    message: '616263',
    digest:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  },
  'SHA-512/224': {
    source: 'NIST example values, FIPS 180-4',
    message: '616263',
    digest: '4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa',
  },
  'SHA-512/256': {
    source: 'NIST example values, FIPS 180-4',
    message: '616263',
    digest: '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23',
  },
  'SHA3-224': {
    source: 'NIST example values, FIPS 202',
    message: '616263',
    digest: 'e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf',
  },
  'SHA3-256': {
    source: 'NIST example values, FIPS 202',
    message: '616263',
    digest: '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
  },
  'SHA3-384': {
    source: 'NIST example values, FIPS 202',
    message: '616263',
    digest:
      'ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25',
  },
  'SHA3-512': {
    source: 'NIST example values, FIPS 202',
    message: '616263',
    digest:
      'b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0',
  },
  SHAKE128: {
    source: 'NIST example values, FIPS 202',
    message: '',
    digest: '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
  },
  SHAKE256: {
    source: 'NIST example values, FIPS 202',
    message: '',
    digest:
      '46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762fd75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be',
  },
  TurboSHAKE128: {
    source: 'RFC 9861 §5',
    message: '',
    digest: '1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c',
  },
  TurboSHAKE256: {
    source: 'RFC 9861 §5',
    message: '',
    digest:
      '367a329dafea871c7802ec67f905ae13c57695dc2c6663c61035f59a18f8e7db11edc0e12e91ea60eb6b32df06dd7f002fbafabb6e13ec1cc20d995547600db0',
  },
};

export interface AeadAnswer {
  readonly source: string;
  readonly key: string;
  readonly nonce: string;
  readonly additionalData: string;
  readonly plaintext: string;
  readonly sealed: string;
}

export const AEAD_ANSWERS: Readonly<Record<AeadName, AeadAnswer>> = {
  'AES-128-GCM': {
    source: 'Wycheproof aes_gcm_test.json tcId 2',
    key: '5b9604fe14eadba931b0ccf34843dab9',
    nonce: '921d2507fa8007b7bd067d34',
    additionalData: '00112233445566778899aabbccddeeff',
    plaintext: '001d0c231287c1182784554ca3a21908',
    sealed: '49d8b9783e911913d87094d1f63cc7651e348ba07cca2cf04c618cb4d43a5b92',
  },
  'AES-256-GCM': {
    source: 'Wycheproof aes_gcm_test.json tcId 91',
    key: '92ace3e348cd821092cd921aa3546374299ab46209691bc28b8752d17f123c20',
    nonce: '00112233445566778899aabb',
    additionalData: '00000000ffffffff',
    plaintext: '00010203040506070809',
    sealed: 'e27abdd2d2a53d2f136b9a4a2579529301bcfb71c78d4060f52c',
  },
  'ChaCha20-Poly1305': {
    source: 'Wycheproof chacha20_poly1305_test.json tcId 1',
    key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
    nonce: '070000004041424344454647',
    additionalData: '50515253c0c1c2c3c4c5c6c7',
    plaintext:
      '4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73' +
      '637265656e20776f756c642062652069742e',
    sealed:
      'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc' +
      '3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691',
  },
};

export interface CbcAnswer {
  readonly source: string;
  readonly key: string;
  readonly iv: string;
  readonly plaintext: string;
  readonly ciphertext: string;
}

/** One for each size of key. */
export const CBC_ANSWERS: readonly CbcAnswer[] = [
  {
    source: 'Wycheproof aes_cbc_pkcs5_test.json tcId 20',
    key: '831e664c9e3f0c3094c0b27b9d908eb2',
    iv: '54f2459e40e002763144f4752cde2fb5',
    plaintext: '26603bb76dd0a0180791c4ed4d3b058807',
    ciphertext: '8d55dc10584e243f55d2bdbb5758b7fabcd58c8d3785f01c7e3640b2a1dadcd9',
  },
  {
    source: 'Wycheproof aes_cbc_pkcs5_test.json tcId 92',
    key: 'cfd3f68873d81a27d2bfce876c79f6e609074dec39e34614',
    iv: 'c45b52a240eba3bdde5dfd57f3d474fb',
    plaintext: 'b1973cb25aa87ef9d1a8888b0a0f5c04c6',
    ciphertext: '401ad889bdb9d38816c782e00b168ccccde9bf75f4be868ceb91237e8b37b750',
  },
  {
    source: 'Wycheproof aes_cbc_pkcs5_test.json tcId 164',
    key: '73216fafd0022d0d6ee27198b2272578fa8f04dd9f44467fbb6437aa45641bf7',
    iv: '4b74bd981ea9d074757c3e2ef515e5fb',
    plaintext: 'd5247b8f6c3edcbfb1d591d13ece23d2f5',
    ciphertext: 'fbea776fb1653635f88e2937ed2450ba4e9063e96d7cdba04928f01cb85492fe',
  },
];

/** One for each size of key. */
export const GCM_ANSWERS: readonly AeadAnswer[] = [
  AEAD_ANSWERS['AES-128-GCM'],
  {
    source: 'Wycheproof aes_gcm_test.json tcId 186',
    key: 'fa5b9b41f93f8b682c04ba816c3fecc24eec095b04dd7497',
    nonce: '62b9cf1e923bc1138d05d205',
    additionalData: '2ed8487153e21b12',
    plaintext: '18159841813a69fc0f8f4229e1678da7c9016711',
    sealed: 'c7c1cbb85ce2a0a3f32cb9ef01ad45ec1118b66d253317f98bdab87531ece20475cd9ebb',
  },
  AEAD_ANSWERS['AES-256-GCM'],
];

export interface KeyWrapAnswer {
  readonly source: string;
  readonly wrappingKey: string;
  readonly key: string;
  readonly wrapped: string;
}

/** One for each size of key. */
export const KEY_WRAP_ANSWERS: readonly KeyWrapAnswer[] = [
  {
    source: 'Wycheproof aes_wrap_test.json tcId 7',
    wrappingKey: 'c2b9d23f2831ddcdeb456853d4014db9',
    key: 'f4cfea98e58b939cc859554385cf3a6c7f8217f728efb431c964786de8274907',
    wrapped: '58dcfb0e7ec4d3bc8003418d865fbd520c6b24b2bde35b1be5b1c5ff32a130f33d035e5932616083',
  },
  {
    source: 'Wycheproof aes_wrap_test.json tcId 49',
    wrappingKey: '1639f9f81e53e2eeb677a249e5eced3af108971301601a7b',
    key: 'ec3c6a1f1a9585327fe658490c74635e5300876da5846a629398984fb551d691',
    wrapped: 'e245c90a6b46caece94f47117d608331958c8f75f531ebcdc902c0213d9105f2155af07daa62d132',
  },
  {
    source: 'Wycheproof aes_wrap_test.json tcId 104',
    wrappingKey: '38e1b1d075d9d852b9a6c01c8ff6965af01bac457a4e339ae3e1d7b2ffacc0cd',
    key: '80ad6820f1c90981e2ca42b817a345c1179d0a11d8e23a8adc0505e13d87295a',
    wrapped: '7155ee932b0358d98182a23f7f427c774ab340a4757d0b6a63facd3de90578438cf03201c3f88057',
  },
];

/** SP 800-67 §B.1, first block, and the padding block that OpenSSL puts behind it. */
export const TRIPLE_DES_ANSWER = {
  key: '0123456789abcdef23456789abcdef01456789abcdef0123',
  iv: '0000000000000000',
  plaintext: '5468652071756663',
  ciphertext: 'a826fd8ce53b855f957069282299bccf',
} as const;

/** Wycheproof hmac_sha256_test.json tcId 2, SHA-256. */
export const HMAC_ANSWER = {
  key: '8159fd15133cd964c9a6964c94f0ea269a806fd9f43f0da58b6cd1b33d189b2a',
  message: '77',
  tag: 'dfc5105d5eecf7ae7b8b8de3930e7659e84c4172f2555142f1e568fc1872ad93',
} as const;

/** RFC 5869 §A.1, SHA-256. */
export const HKDF_ANSWER = {
  inputKey: '0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b',
  salt: '000102030405060708090a0b0c',
  info: 'f0f1f2f3f4f5f6f7f8f9',
  pseudoRandomKey: '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5',
  output: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
} as const;

/** RFC 7914 §11, SHA-256, first vector. */
export const PBKDF2_ANSWER = {
  password: '706173737764',
  salt: '73616c74',
  iterations: 1,
  output:
    '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
} as const;

/** RFC 7914 §12, first vector. */
export const SCRYPT_ANSWER = {
  password: '',
  salt: '',
  cost: 16,
  blockSize: 1,
  parallelization: 1,
  output:
    '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
} as const;
