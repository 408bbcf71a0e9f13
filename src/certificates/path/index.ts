/** Path validation [RFC 5280 §6]. */
export { formatIp } from './host.ts';
export { PATH_USES, type PathUse } from './purpose.ts';
export { chainsNamed, type ReferenceName } from './reference-name.ts';
export type {
  CertificateInput,
  InvalidPath,
  NamedKey,
  PathCheck,
  PathFailure,
  PathInput,
  PathLimits,
  PathOptions,
  PathResult,
  PathStep,
  PathWork,
  PolicyInputs,
  RevocationOptions,
  TrustAnchor,
  ValidPath,
} from './types.ts';
export { validatePath } from './validate-path.ts';
