/**
 * Hybridge: hybrid and post-quantum cryptography with keys, sealed files and a dated policy.
 *
 * The functions here use the default provider, which takes each primitive from `node:crypto` where it is there and
 * from portable code elsewhere, and no policy; {@link createHybridge} binds them to others. The subpaths
 * (`hybridge/kem`, `hybridge/sign`, ...) hold the same calls with the provider as first argument, and more.
 *
 * @packageDocumentation
 */
import { createHybridge, type Hybridge } from './hybridge.ts';

export {
  type ErrorCode,
  type ErrorDetail,
  type ErrorFault,
  HybridgeError,
  type HybridgeErrorOptions,
  isHybridgeError,
} from './bytes/index.ts';
export { defaultProvider, portableProvider } from './default/index.ts';
export type { AgeIdentity, AgeRecipient, ByteSource, OpenOptions, SealOptions } from './hpke/index.ts';
export {
  createHybridge,
  type GeneratedSignatureName,
  type Hybridge,
  type HybridgeOptions,
} from './hybridge.ts';
export {
  type ImportedKey,
  type ImportOptions,
  inspectKey,
  type KeyFormat,
  type KeyInput,
} from './keys/index.ts';
export {
  type Backend,
  composeProviders,
  describeProvider,
  type Encapsulation,
  guarded,
  type KeyPair,
  PrivateKey,
  type Provider,
  PublicKey,
  selfTest,
} from './provider/index.ts';
export type {
  DualSignature,
  DualVerdict,
  MessageSource,
  Signer,
  SignOptions,
  Transition,
  VerifyOptions,
} from './sign/index.ts';

const shared: Hybridge = /* #__PURE__ */ createHybridge();

/** {@inheritDoc Hybridge.generateKeyPair} */
export const generateKeyPair: Hybridge['generateKeyPair'] = shared.generateKeyPair;
/** {@inheritDoc Hybridge.encapsulate} */
export const encapsulate: Hybridge['encapsulate'] = shared.encapsulate;
/** {@inheritDoc Hybridge.decapsulate} */
export const decapsulate: Hybridge['decapsulate'] = shared.decapsulate;
/** {@inheritDoc Hybridge.sign} */
export const sign: Hybridge['sign'] = shared.sign;
/** {@inheritDoc Hybridge.verify} */
export const verify: Hybridge['verify'] = shared.verify;
/** {@inheritDoc Hybridge.signDual} */
export const signDual: Hybridge['signDual'] = shared.signDual;
/** {@inheritDoc Hybridge.verifyDual} */
export const verifyDual: Hybridge['verifyDual'] = shared.verifyDual;
/** {@inheritDoc Hybridge.seal} */
export const seal: Hybridge['seal'] = shared.seal;
/** {@inheritDoc Hybridge.open} */
export const open: Hybridge['open'] = shared.open;
/** {@inheritDoc Hybridge.importKey} */
export const importKey: Hybridge['importKey'] = shared.importKey;
/** {@inheritDoc Hybridge.importPrivateKey} */
export const importPrivateKey: Hybridge['importPrivateKey'] = shared.importPrivateKey;
/** {@inheritDoc Hybridge.importPublicKey} */
export const importPublicKey: Hybridge['importPublicKey'] = shared.importPublicKey;
/** {@inheritDoc Hybridge.exportKey} */
export const exportKey: Hybridge['exportKey'] = shared.exportKey;
/** {@inheritDoc Hybridge.fingerprint} */
export const fingerprint: Hybridge['fingerprint'] = shared.fingerprint;
