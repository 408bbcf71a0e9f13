import { HybridgeError } from '../../src/bytes/index.ts';

/** The error that something ends with; it is to be one of ours. */
export function caught(work: () => unknown): HybridgeError {
  try {
    work();
  } catch (error) {
    if (error instanceof HybridgeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
