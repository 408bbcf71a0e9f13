/** Published answers of KEMs. Hexadecimal, but ciphertexts of ML-KEM in base64. */
import type { KeyAgreementName, MlKemName } from '../../registry/index.ts';

/** One key with one ciphertext. */
export interface KemAnswer {
  readonly source: string;
  readonly privateKey: string;
  /** The first bytes of the public key, where the source gives it. */
  readonly publicKey?: string;
  readonly ciphertext: string;
  readonly sharedSecret: string;
}

/** With the secret that a ciphertext of zeros is answered with: SHAKE256(z ‖ 0...0) [FIPS 203 §6.3]. */
export interface MlKemAnswer extends KemAnswer {
  readonly rejected: string;
  /** The last bytes of the expanded private key: the hash of the public key, and z. */
  readonly expandedTail: string;
}

export const ML_KEM_ANSWERS: Readonly<Record<MlKemName, MlKemAnswer>> = {
  'ML-KEM-512': {
    source: 'post-quantum-cryptography/KAT, kat_MLKEM_512.rsp, count 0',
    privateKey:
      '6dbbc4375136df3b07f7c70e639e223e177e7fd53b161b3f4d57791794f12624f696484048ec21f96cf50a56d0759c44' +
      '8f3779752f0383d37449690694cf7a68',
    publicKey: '80b70100831d7ee168f47392483119f93863ecb0bc605312d35728876b00f5f5',
    ciphertext:
      'kX5Z0eGCopZIphlVoVSzBKhC9FjrpZPzBl+310T7ok+joNU4hU4yhE2ySNSBAMOJxMSzymwjTy9hpnkyru6Ajb/pjYltHpZo' +
      'ggllxjQ7u0pN5kt6mftTtSZOMZnVh/+l4Eefa3OGsjy5wkP6b1RX/JfbyW3MA5vWxOfoWpC1xSMkFkNOqULMcRNLuaL0mR4F' +
      'leNIf+q6xHnKuVENV7hiUO58lqZ6nyxhIffaoCxc+jsjsMcywrFWlOHMusgreHzyEY0IQly7oSGIIheUDIlMvkeq4lQfXG4L' +
      '0bqrMf0rLss0ueaT9vwP3uqQZxbQiBj1HfDEaUAp6MMjS+C2JHGydp2axM65R2AjgPOkl7KgH/e4dGwceugZg+AWvWXHzRdi' +
      'wZGFfkHCMhmB9seqjXr6qp+gtVfsHsEoX4tNbHiK/xWepYYugU0IJciDS3ykXbfI7aP6amp7ikBRlSm/dLag+AxISRf0DBB9' +
      'GCvOPjRP020bN3qYL2vyNhuNZih1wWbcynMkC4bfXuD6QjGzVvDN1rMXD/iRE9sLG53SZDNXgyIsvnvoRGQrCxmI0Ysmjab3' +
      'jMlE9DuCcUPE3F7h8NZYuHucAIYvJj1vV5j8gui+B5oRCN791MeGPDFH6b3w+8hN66IV/fucpCN6hBmyb97/Y6f5XEQrzmeW' +
      'br5rX5rx/Sp8vtZI6nJ223QtrD5HD2zHQdgud+nA3QGbVFgXdVGXW1ljO+Z7NcDUMLclUk3q/eum02Q8XILrtSR5ZpxBG7Vr' +
      'OX+NN7j3+kztAxZUbKruQZwOfx2WoOxhTGycjgPgEAMXZRIfHrj9VJ/eBGpQRD66uf6i54op9JZEVZKNsfnngg5TPFcSmJs6' +
      'NjfqAKHePkaagAxDHU3yQ8HcfWqJunkA1St4vMEDR0+dLCEoAlwxk8TRoJ9QkFrS3n/o4J8Efg5y5tqw7ffjsI7RMWrPhXJU' +
      'tsH79kzlgvKZDM7PlQX9foUXmYqvWDvhqmQem1TbuRyp0HAJE5Z/sDSSAbXWebMt',
    sharedSecret: '2b5c52ee72946331983ba050be0f435055c0547901e03559b356517889ea27c5',
    rejected: '8e23278f301be5e505fd7f63ef63941fa62615c20e1d6210ed4ae822d2e6efa9',
    expandedTail:
      'ca875d7c7e8501256071ea518d2f185b05626aa3d1c38cdbc2d006ed0051aac6f696484048ec21f96cf50a56d0759c44' +
      '8f3779752f0383d37449690694cf7a68',
  },
  'ML-KEM-768': {
    source: 'post-quantum-cryptography/KAT, kat_MLKEM_768.rsp, count 0',
    privateKey:
      '6dbbc4375136df3b07f7c70e639e223e177e7fd53b161b3f4d57791794f12624f696484048ec21f96cf50a56d0759c44' +
      '8f3779752f0383d37449690694cf7a68',
    publicKey: '01f60af1dc8e6360ae78b59d4a5042eb9145a269046d6236b8304f305c2d9dcb',
    ciphertext:
      'FqYf+EeH/UpfGcpZs2V9s6EGpzKeLWJ0ei74UUkWMQm+//a8sz32YjC49nJc5xn1j3EZbolb78l1TZ8EJJRkjIim7UxM8T8v' +
      'r59lHeedrgd3M8sjX53ORIl3/ULVSGt9/fbXvZFysUJHZV008QUk1GlHjZqWOfNNKs3m48BI1Sswi2YkX+mijN55g7nRTAOz' +
      'dxX+OXDNNXNHca3XqptYz7Ct+MYT3q+ysx9uXINk1DNOk6+OSUP6lHzGdmdEfP/QNiNa+up/YDyy6id7l9rfgup0b2snOW3Q' +
      'jIXP+TBKLlzgVx/eLpJnFryfjk1HS06P00sNwoN2IE6jBtMOmm3YglC3mCPncxny7zp3cE9And6L622xvkqfJa4uFZOd7fGx' +
      'GlqlH8/wQGi0bUL7uv0kmCZMyk+3iw8qsWLH71aYdaExSLmksLnaF4fKCnAz4+yhNHHby74V408rUGW5lf4iHCt6wVAzTRTm' +
      'jtxeBJZj3jYvro014kwgLF+tIVPNBE6pYqOI8DDNxd7Bw0Ixg7Fzwysi9YAK5F6OicjuRhfOJOYPJ4v9HqD4+pJIa2+EkSfa' +
      'mb575MZh4romZp1qz2GaMwVoCWg+JKLynjO+f1+axmhpfllIjpuGhZVs2Ht8RxCdYDICwgFHLsgp6mSSLk0OrdSktaj7BuD0' +
      'vyWlnO1UVXOI3NkbOHy2FIWX7fhKIllYAYUcpLnp4Jb9/JbyRErJ8SR6XmQHh/yiPj6yHsEFnEKmWANEHfASeQE8RI38Pu38' +
      'M1Xu4fUQCGoRX4VMNtt5eoXt4ZpHOjPnmoD29/ZGfhsNhm/g5XqKvTeZNKampJL18yWU1D3i7C7qgUh5gbtjlL+m31SY10xt' +
      'siAqY0ijJfvJBrjoILsAZZou4SdAsUsuNvTF2rQRwM0JbF5juk1Iqp6Ssx9E3JfA/vZhvPTbiV8XRhPZ1e2eg2ZXdF7J3ux6' +
      '8nPOyH7w6vgF2hvIQBYIgQuKhvlSxjJtCfyNHX/YO06GLgUFjod8BWzFRl7DGSsDpMM8xrFlWNJILV+EUYy7xSaq5uiEAxfv' +
      's6GYLD0XGe8V0Q+LB3xcaGgL5tPZLoaqpus3jPBVnUkyVxR7VXMPSaBCMlrwZrT5dBuf/11Hly1ayvUra+pOnjVO+USLYvbS' +
      'oTF2daki4U4xV41sq1oJpxqycNhlFRuKtMYStf1dzJfkVBmhz7a4ua7GD2JgIJj5HwfCOBhmV5Qcehjk1+4iDwItX//SkYU7' +
      'nAY+VhtxdveiNc5FvIbORxgIbflTbFpfCr8EwKhNgr32lVKt4xNUM8EKG6adaIlp5tnc5U07Oq46fyq5BOZX4/sFJB+sEQqg' +
      'fmLMOZHX0NYym1q51p1zNsDRSFiMnwkhMluF31/TDbgKVqNyQ3IVNkGWGqfgQr8mRv9GAiwFnVeUw6S3+QxBDecaUjHdm4O7' +
      '0Oa9qxv55i8=',
    sharedSecret: 'b408d5d115713f0a93047dbbea832e4340787686d59a9a2d106bd662ba0aa035',
    rejected: 'cf015c2169c6d9f1f45ec20a14a9e67e7b276215d9c6eb76c2257f461fa7ad8d',
    expandedTail:
      '6ff694a73b6701f2a7408773f9909118ef52e1c89285b2cde465a0b04980120af696484048ec21f96cf50a56d0759c44' +
      '8f3779752f0383d37449690694cf7a68',
  },
  'ML-KEM-1024': {
    source: 'post-quantum-cryptography/KAT, kat_MLKEM_1024.rsp, count 0',
    privateKey:
      '6dbbc4375136df3b07f7c70e639e223e177e7fd53b161b3f4d57791794f12624f696484048ec21f96cf50a56d0759c44' +
      '8f3779752f0383d37449690694cf7a68',
    publicKey: 'a8122f376b3f5d355263eba522c43995044beca78b9ba9924b87035490ae78a9',
    ciphertext:
      'cH0Yyrz4lnDIAAO0fSuGeK0NpKqteBozUegqw+RH5wGa9cuGAg+yrHJ+eWVBVYNbRd6bivXlx++gEpXaiYgTHcjW7bBkXD5B' +
      'FqqwgMWlcedgQW/o4pnImBGWPPl3bgyCh1FwH5DiZDWJf4/fenr6rZhwCcDrEvuRTfqrH86SZPVe4MtNiUSThd0IGwLazpsX' +
      'mlRRPSgVKbj9YcU+O8/J4sOucjOaYZcRn5fUSwXT82pavgo/fMvbuR0kslhWRipkm2wdRq5uBemZJ02pI55nRSWlIvYUHLld' +
      '6WuTs58PfQkNSxwFRu9vw/0I6Qsij2V68x65M8nPzmNK9r+CDV4YXzFX77ySaorkIPKTAFE7rzAjbMEUR+dK7U4mJ5nXelzy' +
      'Kwp9oSZCJfzWjPB2cLv1sE8xc9YULclCbZAG3e3F1ZRDoRyNIEU8KGfBBDSrawW08LRntnpCAwN8FupyCUXeR0EC4WjV951/' +
      'Uw9h1reXPtZFfod/srReMh3tj/0wNoJZs+pgtM+dEcWgCH8n7UDVNlw9C4ui6M3qWa+jUUmXBIjOqeB8lDSSPpbmqZzzoL4R' +
      'AWqG3J6qU5/svdxs/Vl6KK7K4nVyNDQBlPT6x+WiBIITgtWSjI4DWDPHytSbukME6CbVwCTHzKKs+Vxsu9aMOEhVSoVWlcJI' +
      'rdUMh9rkpJ0Rzbx8dXqx4AuP0h54VKiX3CG0Dwh7PfsTF3PZ2HQB5dUBerH4ZDD4if9mzJ4EvoY+fjitUn52RMjOk9C8LiVc' +
      '3Dvi03hO0MEmSfX+u6usDI5MkXyL7yl3X6PbHqI/7dxglTnCM1Tc5yKu5xxFQHs02gBvJEUuoF52bmtdysk373Q6qQint88v' +
      'PtiTHGHN00Pf32xYjRsfQJm6W+U+dpEJlmCHdGPEMQo2dn7ifg29MTKs9oiEIeEBLt84PU7slkPooQtQ4QUnxaFHRFizXlS4' +
      'QfwCWZ7QfBkBVFJcR7heabCeggjc829+ONnxCQuNrwoyTXy0is4I2sEb5GBYXbqQYavn73JDQ6S68cdAkOjXkYZI0N3EN0O8' +
      'Ax7snjopEthw9Q7c224pJFbEAABu9l6ywk4DjKPd+XXiomEaixh+M+UqrdwRnvnmQDxhkkp88in2YZ75us7ufATyZ1mWF0yT' +
      'gHj1DMr21lgPztAVZHI9KXmzO3f2iZUbfHe2UOSKhAhTkyYSwID5tVv8eN5kHgkCxVA7L2zEUGZHcblNVZCVe2aeoIuW82jh' +
      'HrkFQn4mUO0YXWADq3BOI4iTAM3ZIAYNOTS0QHR4PbOXFyg4yb4xi1+JIFjmfZ7JQBmHDXWCKeYwGM2F1EkuDrjAqQ06Zm52' +
      'Ft2rMxYB7JYRVykp7nS86NO/uKcIhY/b9mG+ofCSf25RkqhhUf0DsAGTbILabYwUehry6RsipALOdY/XQyJqhw8+NjUjGjkK' +
      'IMau4XKBiXncxNtei9mAK8XAv/2jXCiNAny63n1hWZaHmgkpK7PKLJcg50HlGVnYGMnfaQO7cRqTume4RTl90dV4xrk3+MPu' +
      '5GdQRvPDAEqxBKQ2xVE1LnDVF5xDzkjF7nEHRN5FlrPEzbEhgdDZasDsaaoUURWfq88/uImYCa7MTU8Jfoa0tzUhXInROw2v' +
      '513wAgsivvSXO0V/VItKiZjf95Iy7ERpUap+vJIhK64aBveCvpklpTLhDdAqraiUh2bEJ+1aV5k2679ceiyXYv2/4UxwssAR' +
      'g3is1kQFb+yDx3S1SGfjiJwq8RdmEIaqWr3BvRvkHA9mND4OxRenpZhJsrWjepkM5Eh7CY292ReLKIQR9Dc2VMhz7o7QGBVr' +
      's0ARU7CW+FOqFMNlssMhVBPrzo3AfEuv3QJhPhZZBWpNAQ6XCzjcfhAHJAPYyWIu6/QDC2q2QPcCLVwsk4wMohVrwWFksjIG' +
      'Y94fkEpcDZ9j1G60EwgcgJryy8JH0mu2y3TFgCLLybfWCxfQMlXnNgJLYUarnxwcbWSLn98lamArfEadoEv/trc1VyigUwi5' +
      'M2pJoVItfn7grS/SRyu5z4gqSFH1ultDPe9mb7C/7UNYr99bYAUFHnTBYkT0V5KIoNqML0lZj3Q=',
    sharedSecret: '23f211b84a6ee20c8c29f6e5314c91b414e940513d380add17bd724ab3a13a52',
    rejected: 'c11ce57aac27525ce2c0f8781d130d4f999cecd1a2ab4c17bb6e7737fbe91bf0',
    expandedTail:
      '2fd626053c941502e28d796cd655a3cd49df9f15ca02ad626e486f6a4921106bf696484048ec21f96cf50a56d0759c44' +
      '8f3779752f0383d37449690694cf7a68',
  },
};

export const KEY_AGREEMENT_ANSWERS: Readonly<Record<KeyAgreementName, KemAnswer>> = {
  X25519: {
    source: 'Wycheproof x25519_test.json tcId 1',
    privateKey: 'c8a9d5a91091ad851c668b0736c1c9a02936c0d3ad62670858088047ba057475',
    ciphertext: '504a36999f489cd2fdbc08baff3d88fa00569ba986cba22548ffde80f9806829',
    sharedSecret: '436a2c040cf45fea9b29a0cb81b1f41458f863d0d61b453d0a982720d6d61320',
  },
  X448: {
    source: 'Wycheproof x448_test.json tcId 1',
    privateKey:
      'e41c63d5159c89de12163fde9d04cf1f430f346b8b2c1f2a4b1f5aee63d17aec29d4b1debf8b6457e7809d2b15ff9779' +
      'c97becb04b824efa',
    ciphertext:
      'f8073fc01c8358362c08740c914b419847ef1e409f4e40d9440febc26f00551adb1c37c6c2a87d8283b8cb453e928a0d' +
      '42793f72894e0f81',
    sharedSecret:
      'acd496ceb5f68bf9c267196b405f59701a40ec88744b7e5e60bf8f81e8b13df448efe402001750edb0b695a0512f08c5' +
      '72a2e356493d170b',
  },
  'P-256': {
    source: 'Wycheproof ecdh_secp256r1_ecpoint_test.json tcId 1',
    privateKey: '0612465c89a023ab17855b0a6bcebfd3febb53aef84138647b5352e02c10c346',
    ciphertext:
      '0462d5bd3372af75fe85a040715d0f502428e07046868b0bfdfa61d731afe44f26ac333a93a9e70a81cd5a95b5bf8d13' +
      '990eb741c8c38872b4a07d275a014e30cf',
    sharedSecret: '53020d908b0219328b658b525f26780e3ae12bcd952bb25a93bc0895e1714285',
  },
  'P-384': {
    source: 'Wycheproof ecdh_secp384r1_ecpoint_test.json tcId 1',
    privateKey:
      '766e61425b2da9f846c09fc3564b93a6f8603b7392c785165bf20da948c49fd1fb1dee4edd64356b9f21c588b75dfd81',
    ciphertext:
      '04790a6e059ef9a5940163183d4a7809135d29791643fc43a2f17ee8bf677ab84f791b64a6be15969ffa012dd9185d87' +
      '96d9b954baa8a75e82df711b3b56eadff6b0f668c3b26b4b1aeb308a1fcc1c680d329a6705025f1c98a0b5e5bfcb163c' +
      'aa',
    sharedSecret:
      '6461defb95d996b24296f5a1832b34db05ed031114fbe7d98d098f93859866e4de1e229da71fef0c77fe49b249190135',
  },
  'P-521': {
    source: 'Wycheproof ecdh_secp521r1_ecpoint_test.json tcId 1',
    privateKey:
      '01939982b529596ce77a94bc6efd03e92c21a849eb4f87b8f619d506efc9bb22e7c61640c90d598f795b64566dc6df43' +
      '992ae34a1341d458574440a7371f611c7dcd',
    ciphertext:
      '040064da3e94733db536a74a0d8a5cb2265a31c54a1da6529a198377fbd38575d9d79769ca2bdf2d4c972642926d4448' +
      '91a652e7f492337251adf1613cf3077999b5ce00e04ad19cf9fd4722b0c824c069f70c3c0e7ebc5288940dfa92422152' +
      'ae4a4f79183ced375afb54db1409ddf338b85bb6dbfc5950163346bb63a90a70c5aba098f7',
    sharedSecret:
      '01f1e410f2c6262bce6879a3f46dfb7dd11d30eeee9ab49852102e1892201dd10f27266c2cf7cbccc7f6885099043dad' +
      '80ff57f0df96acf283fb090de53df95f7d87',
  },
  brainpoolP256r1: {
    source: 'RFC 7027 Appendix A.1',
    privateKey: '81db1ee100150ff2ea338d708271be38300cb54241d79950f77b063039804f1d',
    ciphertext:
      '048d2d688c6cf93e1160ad04cc4429117dc2c41825e1e9fca0addd34e6f1b39f7b990c57520812be512641e470348321' +
      '06bc7d3e8dd0e4c7f1136d7006547cec6a',
    sharedSecret: '89afc39d41d3b327814b80940b042590f96556ec91e6ae7939bce31f3a18bf2b',
  },
  brainpoolP384r1: {
    source: 'RFC 7027 Appendix A.2',
    privateKey:
      '1e20f5e048a5886f1f157c74e91bde2b98c8b52d58e5003d57053fc4b0bd65d6f15eb5d1ee1610df870795143627d042',
    ciphertext:
      '044d44326f269a597a5b58bba565da5556ed7fd9a8a9eb76c25f46db69d19dc8ce6ad18e404b15738b2086df37e71d1e' +
      'b462d692136de56cbe93bf5fa3188ef58bc8a3a0ec6c1e151a21038a42e9185329b5b275903d192f8d4e1f32fe9cc78c' +
      '48',
    sharedSecret:
      '0bd9d3a7ea0b3d519d09d8e48d0785fb744a6b355e6304bc51c229fbbce239bbadf6403715c35d4fb2a5444f575d4f42',
  },
};
