/** Every signature algorithm and every KEM in certificates, with every implementation that knows them. */
import { describe } from 'vitest';

import { COMPOSITE_KEM_NAMES, ML_KEM_NAMES, SIGNATURES } from '../../src/registry/index.ts';
import { bouncyCastleVerified, oursVerified, type Row } from './interop.ts';
import { temporaryFolder } from './peers.ts';

const KINDS = ['ecdsa', 'rsa', 'eddsa', 'ml-dsa', 'slh-dsa', 'composite-signature'];

const SIGNED: readonly Row[] = SIGNATURES.filter(({ kind }) => KINDS.includes(kind)).map(({ name }) => ({
  issuer: name,
  subject: name,
}));

const KEMS: readonly Row[] = [...ML_KEM_NAMES, ...COMPOSITE_KEM_NAMES].map((kem) => ({
  issuer: 'ML-DSA-44',
  kem,
}));

const folder = temporaryFolder();

describe('every algorithm', () => {
  oursVerified(folder, [...SIGNED, ...KEMS]);
  // Java takes long to make large RSA keys, of which the composites have enough.
  bouncyCastleVerified([...SIGNED.filter(({ issuer }) => !/^RSA[34]/.test(issuer)), ...KEMS]);
});
