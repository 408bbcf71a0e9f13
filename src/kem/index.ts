/** Floor 3: key encapsulation with every KEM of the registry; hybrids are built here, from primitives. */
export { decapsulate, encapsulate } from './encapsulation.ts';
export { kemFor } from './kem-for.ts';
export { deriveKeyPair, generateKeyPair } from './key-pair.ts';
/** @internal For HPKE, which derives from its own suite identifiers. */
export { i2osp, labeledDerive, labeledHkdf, type LabeledHkdf } from './labeled-kdf.ts';
/** @internal For messages whose key is chosen before their recipients. */
export { decryptKeyWith, encryptKeyTo } from './key-transport.ts';
