import { readFileSync } from 'node:fs';
import {
  type BadInput,
  ANY_CONTENT,
  LOCKED,
  NO_ALGORITHM,
  PASSWORD,
  type Role,
  VERDICTS,
} from './bad-input.ts';

const roles: readonly Role[] = [
  { line: 'key inspect FILE', good: 'maker.der', type: 'image.sig', outcomes: NO_ALGORITHM },
  { line: 'key inspect FILE', good: 'maker.jwk', type: 'policy.json', outcomes: NO_ALGORITHM },
  { line: 'key inspect FILE', good: 'locked.pem', type: 'certificate.pem', outcomes: LOCKED },
  { line: 'key convert --out result FILE', good: 'maker.der', type: 'image.age', outcomes: NO_ALGORITHM },
  { line: 'key convert --out result FILE', good: 'id.txt', type: 'image.bin', outcomes: NO_ALGORITHM },
  {
    line: 'key convert --out result --new-password-file FILE ../maker.der',
    good: 'password',
    type: 'image.sig',
    outcomes: { ...ANY_CONTENT, empty: undefined, oversized: undefined, 'wrong-type': undefined },
  },
  { line: 'key public --out result FILE', good: 'maker.cose', type: 'image.bin', outcomes: NO_ALGORITHM },
  {
    line: 'key public --out result --password-file FILE ../locked.pem',
    good: 'password',
    type: 'image.sig',
    outcomes: PASSWORD,
  },
  {
    line: 'keygen MLDSA44-Ed25519-SHA512 --out result --policy FILE',
    good: 'policy.json',
    spot: 2,
    type: 'maker.der',
    outcomes: NO_ALGORITHM,
  },
  {
    line: 'sign --key FILE --out result ../image.bin',
    good: 'maker.der',
    type: 'image.sig',
    algorithm: 'pump.der',
  },
  {
    line: 'sign --key ../maker.der --key FILE --out result ../image.bin',
    good: 'ec.der',
    type: 'maker-pub.der',
    algorithm: 'maker.der',
  },
  {
    line: 'sign --key ../locked.pem --password-file FILE --out result ../image.bin',
    good: 'password',
    type: 'image.sig',
    outcomes: PASSWORD,
  },
  {
    line: 'sign --key ../maker.der --context @FILE --out result ../image.bin',
    good: 'purpose',
    outcomes: { ...ANY_CONTENT, oversized: undefined },
  },
  { line: 'sign --key ../maker.der --out result FILE', good: 'image.bin', outcomes: ANY_CONTENT },
  {
    line: 'verify --key FILE --signature ../image.sig ../image.bin',
    good: 'maker-pub.der',
    type: 'image.sig',
    algorithm: 'pump-pub.der',
    // Any bytes are a public key of ML-DSA, but not that of the signature.
    outcomes: { corrupted: 1 },
  },
  {
    line: 'verify --key ../maker-pub.der --signature FILE ../image.bin',
    good: 'image.sig',
    type: 'maker-pub.der',
    algorithm: 'ec.sig',
    outcomes: VERDICTS,
  },
  {
    line: 'verify --key ../maker-pub.der --key ../ec-pub.der --signature FILE ../image.bin',
    good: 'dual.sig',
    type: 'policy.json',
    algorithm: 'other-dual.sig',
    outcomes: { empty: 1, 'wrong-type': 1, 'wrong-algorithm': 1, corrupted: 1 },
  },
  {
    line: 'verify --key ../maker-pub.der --signature ../image.sig FILE',
    good: 'image.bin',
    outcomes: { ...ANY_CONTENT, empty: 1, truncated: 1, trailing: 1, oversized: 1, corrupted: 1 },
  },
  {
    line: 'seal --to FILE --out result ../image.bin',
    good: 'pump-pub.der',
    type: 'image.sig',
    algorithm: 'maker-pub.der',
    // Near its beginning: any 32 bytes at its end are a public key of X25519.
    spot: 1230,
  },
  {
    line: 'seal --to FILE --out result ../image.bin',
    good: 'recipient.txt',
    type: 'certificate.pem',
    algorithm: 'kem-pub.der',
  },
  { line: 'seal --to ../pump-pub.der --out result FILE', good: 'image.bin', outcomes: ANY_CONTENT },
  {
    line: 'open --key FILE --out result ../image.age',
    good: 'pump.der',
    type: 'pump-pub.der',
    algorithm: 'maker.der',
    // Any 32 bytes are a seed, but that of another key.
    outcomes: { corrupted: 1 },
  },
  {
    line: 'open --key FILE --out result ../image.age',
    good: 'id.txt',
    type: 'recipient.txt',
    algorithm: 'maker.der',
  },
  {
    line: 'open --key ../pump.der --out result FILE',
    good: 'image.age',
    type: 'image.bin',
    algorithm: 'other.age',
    outcomes: { truncated: 1, trailing: 1, oversized: 1, corrupted: 1, 'wrong-algorithm': 1 },
  },
  {
    line: 'open --key ../pump.der --out result FILE',
    good: 'armored.age',
    type: 'certificate.pem',
    algorithm: 'other.age',
    outcomes: { 'wrong-algorithm': 1 },
  },
  { line: 'policy show FILE', spot: 2, good: 'policy.json', type: 'maker.der', outcomes: NO_ALGORITHM },
  {
    line: 'policy check --policy FILE X25519MLKEM768',
    good: 'policy.json',
    spot: 2,
    type: 'image.bin',
    outcomes: NO_ALGORITHM,
  },
  {
    line: 'policy diff cnsa-2.0 FILE',
    spot: 2,
    good: 'policy.json',
    type: 'maker.jwk',
    outcomes: NO_ALGORITHM,
  },
];

const setup = `
set -e
yes firmware | head -c 100000 > image.bin
printf 'correct horse battery staple' > password
printf purpose > purpose
printf -- '-----BEGIN CERTIFICATE-----\\nMAA=\\n-----END CERTIFICATE-----\\n' > certificate.pem
hybridge keygen ML-DSA-44 --format der --form both --out maker.der --public maker-pub.der --quiet
hybridge keygen ECDSA-P256-SHA256 --format der --out ec.der --public ec-pub.der --quiet
hybridge keygen MLKEM768-X25519 --format der --out pump.der --public pump-pub.der --quiet
hybridge keygen ML-KEM-768 --format der --out kem.der --public kem-pub.der --quiet
hybridge keygen X25519 --format age --out other.txt --public other-recipient.txt --quiet
hybridge key convert maker.der --format jwk --out maker.jwk
hybridge key convert maker.der --format cose --out maker.cose
hybridge key convert maker.der --new-password-file password --out locked.pem
hybridge key convert pump.der --format age --out id.txt
hybridge key public pump.der --format age --out recipient.txt
hybridge policy show hybrid-required --json > policy.json
hybridge sign --key maker.der --out image.sig image.bin
hybridge sign --key ec.der --out ec.sig image.bin
hybridge sign --key maker.der --key ec.der --out dual.sig image.bin
hybridge keygen Ed25519 --format der --out ed.der --public ed-pub.der --quiet
hybridge sign --key maker.der --key ed.der --out other-dual.sig image.bin
hybridge seal --to recipient.txt --out image.age image.bin
hybridge seal --to recipient.txt --armor --out armored.age image.bin
hybridge seal --to other-recipient.txt --quiet --out other.age image.bin
for key in maker ec pump; do hybridge key convert $key.der --format raw --out $key.raw; done
`;

/** Files of keys, signatures, sealed files and policies. */
export const KEY_FILES: BadInput = {
  setup,
  roles,
  secretFiles: ['maker.raw', 'ec.raw', 'pump.raw'],
  otherSecrets: (sandbox) => {
    const [identity = ''] = readFileSync(sandbox.path('id.txt'), 'utf8').match(/AGE-SECRET-KEY-\S+/u) ?? [];
    const encoded = identity.replace(/^.*1/u, '');
    return [
      ...Array.from({ length: encoded.length - 12 }, (_, at) => encoded.slice(at, at + 12)),
      'correct horse',
      'battery staple',
    ];
  },
};
