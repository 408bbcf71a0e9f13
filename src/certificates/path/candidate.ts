/** What the search hands to the processing of one path. */
import type { SignatureDescriptor } from '../../registry/index.ts';
import type { Certificate } from '../certificate.ts';
import type { Anchor } from './anchors.ts';

/** A path whose signatures hold. */
export interface Candidate {
  /** The leaf first. */
  readonly path: readonly Certificate[];
  readonly anchor: Anchor;
  /** The algorithms of the signatures, in the order of the path; none for a leaf that is itself the anchor. */
  readonly signatures: readonly SignatureDescriptor[];
}

/** What became of the alternative signature of one certificate. */
export type Alternative =
  | { readonly verdict: 'holds'; readonly algorithm: SignatureDescriptor }
  | { readonly verdict: 'invalid' | 'unchecked'; readonly text: string };
