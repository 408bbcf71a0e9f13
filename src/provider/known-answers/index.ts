/** Questions with published answers, one set for each kind of primitive. */
export { checkKem, checkMlKemExpansion } from './kem.ts';
export { checkInternalSignature, checkMlDsaExpansion, checkSignature, type Depth } from './signature.ts';
export {
  checkAead,
  checkCbc,
  checkGcm,
  checkHash,
  checkHkdf,
  checkHmac,
  checkKeyWrap,
  checkPbkdf2,
  checkScrypt,
  checkTripleDes,
} from './symmetric.ts';
