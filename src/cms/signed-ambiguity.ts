import { concat, isHybridgeError } from '../bytes/index.ts';
import { SET } from '../encoding/index.ts';
import { ATTRIBUTE, decodeProtectedAttributes } from './attribute.ts';

/** Bytes of signed attributes that are looked for in content; theirs have some hundred. */
const MAX_ATTRIBUTES = 64 * 1024;

/**
 * Watches content for being itself a set of signed attributes. Both go under a signature in the same way, so whoever
 * has the one signed could present it as the other; what looks like it is neither signed nor taken without attributes.
 */
export class AmbiguityWatch {
  #kept: Uint8Array[] | undefined = [];
  #size = 0;

  take(piece: Uint8Array): void {
    if (this.#kept === undefined || piece.length === 0) return;
    const isFirst = this.#size === 0;
    this.#size += piece.length;
    if ((isFirst && piece[0] !== SET) || this.#size > MAX_ATTRIBUTES) this.#kept = undefined;
    else this.#kept.push(piece.slice());
  }

  /** Whether all that was taken is a set of signed attributes. */
  isAmbiguous(): boolean {
    if (this.#kept === undefined || this.#size === 0) return false;
    try {
      return decodeProtectedAttributes(concat(...this.#kept), 'content').some(
        ({ type }) => type === ATTRIBUTE.messageDigest,
      );
    } catch (error) {
      if (isHybridgeError(error)) return false;
      throw error;
    }
  }
}
