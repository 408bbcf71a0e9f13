/** Questions with published answers, one set for each kind of primitive. */
export { checkKem, checkMlKemExpansion } from './kem.ts';
export { checkInternalSignature, checkMlDsaExpansion, checkSignature, type Depth } from './signature.ts';
export {
  checkAead,
  checkBlockCipher,
  checkHash,
  checkHkdf,
  checkHmac,
  checkPbkdf2,
  checkScrypt,
} from './symmetric.ts';
