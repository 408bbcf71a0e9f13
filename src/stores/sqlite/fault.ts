import { type ErrorCode, HybridgeError, isHybridgeError } from '../../bytes/index.ts';

/** Primary result codes of SQLite for files that are no database, or a broken one [sqlite.org/rescode.html]. */
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** The primary result code of an error from `node:sqlite`; undefined for other errors. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** Whether SQLite says that the file is no database, or damaged. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** An error about one file of a store. */
export function fileError(code: ErrorCode, path: string, why: string, cause?: unknown): HybridgeError {
  return new HybridgeError(code, `store ${path}: ${why}`, { details: { path }, cause });
}

/** What a caller gets for an error of SQLite: the store cannot be reached or has no room. */
export function unreachable(path: string, error: unknown): HybridgeError {
  if (isHybridgeError(error)) return error;
  return fileError('input_output', path, error instanceof Error ? error.message : String(error), error);
}
