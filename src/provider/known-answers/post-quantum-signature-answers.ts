/** Published answers of ML-DSA and SLH-DSA, in hexadecimal. */
import type { MlDsaName, SlhDsaName } from '../../registry/index.ts';

export interface MlDsaAnswer {
  readonly source: string;
  readonly seed: string;
  /** The first bytes of the public key. */
  readonly publicKey: string;
  /** The first bytes of the expanded private key: ρ, K and tr, the last a hash of the public key. */
  readonly expanded: string;
  /** µ of a message, and the first bytes of its deterministic signature. */
  readonly mu: string;
  readonly signature: string;
}

export const ML_DSA_ANSWERS: Readonly<Record<MlDsaName, MlDsaAnswer>> = {
  'ML-DSA-44': {
    source: 'post-quantum-cryptography/KAT, kat_MLDSA_44_det_pure.rsp, count 0',
    seed: 'f696484048ec21f96cf50a56d0759c448f3779752f0383d37449690694cf7a68',
    publicKey:
      'bd4e96f9a038ab5e36214fe69c0b1cb835ef9d7c8417e76aecd152f5cddebec8a1ac25f03b3643700dbf76eef49a324f' +
      '93d5042e203f3c70658ad1ad13b917cc',
    expanded:
      'bd4e96f9a038ab5e36214fe69c0b1cb835ef9d7c8417e76aecd152f5cddebec8e9355a9ab1bcfbfc7d4decdf5ddd94b4' +
      '359823a9578a19d161c4e9ad5afd7d61746119a59589b3630773bfd350c45d029f1cd0b03163feac00f77d814cb89d96' +
      '3b11a8dfad7d0f31b0a542ba61044a2968d6cc435f00f5330f65063f5a46db23',
    mu:
      'f7d4fcc5892e6108e05ba6397eef4225d084a112df3011199983c69d4326ea6ed274ba0ea4cf6b14679c93c6c006388c' +
      '5dd5363eee346d2eed5ae61dea42e221',
    signature:
      'e7c82fca315573ef8cc7160ce95d92fa79ac21521523de0e6700768207e9b7b9fae9cbdbf8f97b06d79ed4f5ea451308' +
      '6c4b065ce9296ae0cd9b133f65c314fc',
  },
  'ML-DSA-65': {
    source: 'post-quantum-cryptography/KAT, kat_MLDSA_65_det_pure.rsp, count 0',
    seed: 'f696484048ec21f96cf50a56d0759c448f3779752f0383d37449690694cf7a68',
    publicKey:
      'e50d03fff3b3a70961abbb92a390008dec1283f603f50cdbaaa3d00bd659bc767c3f24ec864ceb07b865aa148647698d' +
      'f8e63f244c4de08affc0210f1560f648',
    expanded:
      'e50d03fff3b3a70961abbb92a390008dec1283f603f50cdbaaa3d00bd659bc76643281601bd5e9956a15ae1663eb366f' +
      'b1b481f26d2982bf8fd2cf4c49eca2d67db6f62eacd933991b080cbc26345104bd5a91eaf490f9b7f6e216d27c03bb96' +
      'bc1ce4f78fc4b2ae9540204e602ca1f48bb873fc70e8312e0921cf7271a8d2e2',
    mu:
      '38a02f61ee333f6e68724969cdfbc12bd0ac90ea90310950f6e4bbe36a74350f697f6bd2a5fe2aec44433fafdcfaf76c' +
      'd86990587b4bc5f4a5f0b6be3bc8e002',
    signature:
      '0e9e903efe9d51ef5356b9794e52cf55cbfde58596f7e81faafe2921928279aab3ec9ba9a072c2c68adc72f0c2946fd4' +
      'f5adb4c722a2f0e55676f1c79cbdc1d8',
  },
  'ML-DSA-87': {
    source: 'post-quantum-cryptography/KAT, kat_MLDSA_87_det_pure.rsp, count 0',
    seed: 'f696484048ec21f96cf50a56d0759c448f3779752f0383d37449690694cf7a68',
    publicKey:
      'bc89b367d4288f47c71a74679d0fcffbe041de41b5da2f5fc66d8e28c5899494046873a6e1dcaf1666faf26b09137934' +
      'ba22d82bb1423d544c7c1951241f6f69',
    expanded:
      'bc89b367d4288f47c71a74679d0fcffbe041de41b5da2f5fc66d8e28c5899494c1f189ce692781ab4fc4fde69fedac0b' +
      'd4bdc2720d806aa5d0fdd9c100afcdd13f949bc58e8fbe98580f187d82e0a3333cacb9beab3967e4ec827f12145c0a43' +
      '6483fb81ce3123e9bf1bec9571dab72532713fdf13288fc2a6dd9477430d89e6',
    mu:
      'ccfdc6edd28a4c43768631f46cecb35090cf36d263e97a6f7d6f68c1f5d93c96ebb7085c9603e1ec9bdb7c255e410159' +
      '6d59e59570bf8d68ae1712b8a8385270',
    signature:
      '69afd2627b4cc0a88c900cb944f93e6566de711dcdf862503c8d260462a2d5df543087d7cf22cbdbe6ac11f2e9957ddb' +
      '8c52d93d575828eb718c2401a997a106',
  },
};

export interface SlhDsaAnswer {
  readonly source: string;
  /** SK.seed ‖ SK.prf ‖ PK.seed ‖ PK.root. */
  readonly privateKey: string;
  /** First and last bytes of the deterministic slh_sign_internal of `abc`, made with OpenSSL 3.6.5. */
  readonly signatureHead: string;
  readonly signatureTail: string;
  /** Whether signing takes seconds in plain JavaScript. */
  readonly slow: boolean;
}

export const SLH_DSA_ANSWERS: Readonly<Record<SlhDsaName, SlhDsaAnswer>> = {
  'SLH-DSA-SHA2-128s': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 1',
    privateKey:
      'ac379f047faab2004f3ae32350ac9a3d829fff0aa59e956a87f3971c4d58e7100566d240cc519834322eafbcc73c79f5' +
      'a4b84f02e8bf0cbd54017b2d3c494b57',
    signatureHead: '578c048b71932b7b74a7bdf2a6601aa434a7638fd1d306a902180135a8c9f6fb',
    signatureTail: '618ecd407dfe209f371d0c880a97ed99a41857db5b2d2d202580277ac8f89861',
    slow: true,
  },
  'SLH-DSA-SHAKE-128s': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 11',
    privateKey:
      '2a2ccf3cd8f9f86e131be654cff6c0b4fdfceb1aa2f0ba2c3c1388194f6116c7890cc7f4a46fe6c34d3f26a62ff962e1' +
      'e8c88d2bdcba6f66e50403e77fa92efe',
    signatureHead: '24cd9fad27629ae683e95cff629d70505f3e3cca773d6b8e8a5495c85a8a44db',
    signatureTail: '42d4ec52b1fcd3be04cfb655a41dc508c824755e38630e3d4138fa3b14e343ae',
    slow: true,
  },
  'SLH-DSA-SHA2-128f': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 21',
    privateKey:
      'aed6f6f5c5408bbffa1136bc9049a7014d4ce0711e176a0c8a023508a692c20774d98d5000af53b98f36389a1292bed3' +
      'f4a650c56c426fcfdb88e3355459440c',
    signatureHead: '9778a8eba0a1d2c9f0da021b1c6ad11ddf9859b22943e2cfaa761026779a6be3',
    signatureTail: 'f7def184d17c311747a42102ee099ade3017edabef39005d1200dbdd80bd00f0',
    slow: false,
  },
  'SLH-DSA-SHAKE-128f': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 31',
    privateKey:
      'cd4a308c03d970508572c0815d7488b7f3fd6d2dcc7e5120fa544846aedded81bc435c3e66e4c2e4fbc09779da5f74d4' +
      '4ea0e0df05c2457bcc81f59928433390',
    signatureHead: '43635642b9d0645405b9e103d7d42ac7f927187cbe1dfb86246125424a913f97',
    signatureTail: 'e48577334dd5cf11bce631c294ced5251841fd082c713558ceaea7695026114d',
    slow: false,
  },
  'SLH-DSA-SHA2-192s': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 41',
    privateKey:
      '3bfaed208b7dc795bf3647f86e4b48bf9adb8d6784c50155a20311739497c3fcb860ee47e09ede036f7ae8a939155bc0' +
      'a67856a81a6adbced7f1a2780cc48a06681ba5e8c7938506bd031bc8124f95f0bae2becb2a3fbbaec453c04a6e918ffb',
    signatureHead: 'ab0979387d0dc9228383be0a3f7fd0c75a25212f7dc012195b22388e73078deb',
    signatureTail: 'd6b0998f870c43773def1bb50daa526f89a91f9fd582747cdd7dd5b34478c597',
    slow: true,
  },
  'SLH-DSA-SHAKE-192s': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 51',
    privateKey:
      '915173ee0d17f30877e1d463e3dec914e71f436867ad7615ed782e7033c4963a7ff0b67181de0f0ea7efabb326d40a86' +
      '520660f654d537da6934f96e5ee01b24a2f36102f68dcd10aa206fc79803e63850da5e86969569fc8fb021b6c40616e2',
    signatureHead: '2862382912cc1106e549bd19c1aba91ba94c351f574f03571191594dedd4e2e6',
    signatureTail: '59ef836f202c8f3a82bb9be489bbb2d1c271cc7c06111a5fdecad4a3c5c12e13',
    slow: true,
  },
  'SLH-DSA-SHA2-192f': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 61',
    privateKey:
      '45d7131c727df1cc51db85b44e37868215df8aec5d1b552f92bc5fc8a2969fe0a522492082e994de1ddc90fa984f847b' +
      '8330589c20701aa9f11b473b67e1d67e1c6a2eb6c86265ed13a3ea895c4eeeadde8a796bba5233f0d86ee5cbf2a6f99c',
    signatureHead: '960db9197451cbbed1b7124e187df5cab48da65d78958bd4d50e8a5f8a36a936',
    signatureTail: '5b1ff3daa7830da6b46bee421d1fc53e7acc14f0e208ecd15001613d68ff4813',
    slow: false,
  },
  'SLH-DSA-SHAKE-192f': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 71',
    privateKey:
      '855000fdfffba76962809c69432452f3dc79428f662c59b143b1fc381c300b5ecec7571b5de2fca16737e4c14911f683' +
      '124623ba6ca1bc1b0e1a303099e2a608b0ac41715bc788a19873c783378f935794abc0313243efc3f4a10a619cb1b1fe',
    signatureHead: '2e254176a655bdfdea7d712345469fc4dec8df0eb5123bff1b3cbed9440274f5',
    signatureTail: 'b2f8ca93db0381567756977a046bbdaf9a430260b3e71214563c1ed13762cc5f',
    slow: false,
  },
  'SLH-DSA-SHA2-256s': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 81',
    privateKey:
      '2fbeab9a6a80fd817e7efcdf834efbd4f0a36195d7598408a6a151e93de6a5575d0b37d1ecbc68265b0afeecbba783dd' +
      '27eafdbdf3143e4af3e5057fd5c2dada1322f94917ae67d0db420203178d591283c08be8a1385a16ce70cd9fbafd2ac6' +
      '40041eab68a4a653f89cab7585f6b410603326dbbaaf733e7e72cb6097a4a452',
    signatureHead: '7f15a261aa0f7a76612a5100322ef0a1011b6abc5e64fb66e0690d6b6e238a24',
    signatureTail: 'dcf96517ab1f670d48b65309ad839da2ae3e76175c0314327751b48568d7168e',
    slow: true,
  },
  'SLH-DSA-SHAKE-256s': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 91',
    privateKey:
      '7d88445a7b0022f12e9e2d74755431505ff6db1c38a8ce44864d34cff1a12ce0ff2cd133ad00728eb29dd0ce881c41c6' +
      '40f2e28861555b59d4e0baa0447bb54287a133b92eb6c81771ae002819b4c0300fa63cd7181c805096bfb16067f52a45' +
      'cc785237c24d9235b6bc3194b79e5a9f953388ea745d7cfb87826a94e5b271d5',
    signatureHead: 'e75293bacf9cc870a64834a2b5167e8399926999ac1a9ad28ad15824408d3138',
    signatureTail: '604a892a7c74ae8d6524f48395c0bae222ed2bb56f1ac9b80f440dbfaf599464',
    slow: true,
  },
  'SLH-DSA-SHA2-256f': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 101',
    privateKey:
      'b8abc485122be003cf36d677bee7f47ea1017c39d96d0c56a87a7adad24f731a9222684ffacf803d44cb98222c44b3c5' +
      '19698b798d8f7a759fe2fa6ef173cf640d50e82bedb42e03cc967e7fd24c12777855a946fd49471184330f096a75b561' +
      '7fb65fbd08d05f24f20cb3875e28fac4a52a2513c7ef447b8e9328632a684cf7',
    signatureHead: '6289e4d8df05ff1e406603abe32fc926e6fdb6035b130ea35ad21af9c6da9ef0',
    signatureTail: '3afba32b61f6dc67d1425400e0298a52a2276a312da6cc49c3e251c4aff71a9d',
    slow: false,
  },
  'SLH-DSA-SHAKE-256f': {
    source: 'ACVP SLH-DSA-keyGen-FIPS205 tcId 111',
    privateKey:
      '3de4b54a5f5fb98d6638fb3d8899355cc3582e8a397d0990cad032d78ee9e199da7f71d21d0182a99de34e2796fe5dde' +
      '046d9c9e961dce24c2562728be7d9632b3ef3825a515e0b2e4164db7ec805b4cf1c7a2de6e63d7df359b99b1f3063f25' +
      'aec38ff53c46aad930166957ca0db5c5466d0cbe9a11970987a230ebbb5450a4',
    signatureHead: 'ec36a6fcee4fd253081765d6d9fce94fe3771effb9ed9b90124a90a4cb28483e',
    signatureTail: '1c89ff570d530f03edb0731a65c704d27de5d5870ebd414d4109300005b558f5',
    slow: false,
  },
};
