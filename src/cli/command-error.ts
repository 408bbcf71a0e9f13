import type { ErrorCode, ErrorDetail, ErrorFault, HybridgeError } from '../index.ts';

/** What is told of an error. */
export type ToldError = Pick<HybridgeError, 'code' | 'details' | 'fault' | 'hint' | 'message'>;

/** How a {@link CommandError} is made: what a HybridgeError takes, and the caller's fault unless told. */
export interface CommandErrorOptions {
  readonly fault?: ErrorFault;
  readonly hint?: string | undefined;
  readonly details?: Readonly<Record<string, ErrorDetail>>;
  readonly cause?: unknown;
}

/**
 * An error of the command line itself. It has what a HybridgeError has without being one: that class comes with the
 * whole library, which commands such as `explain` do not need.
 */
export class CommandError extends Error implements ToldError {
  readonly code: ErrorCode;
  readonly fault: ErrorFault;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, ErrorDetail>>;

  constructor(code: ErrorCode, message: string, options: CommandErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'CommandError';
    this.code = code;
    this.fault = options.fault ?? 'caller';
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/**
 * The error to tell in a line; `undefined` for what is a defect. An error of a file that the library read for us is
 * the cause of the library's own.
 */
export function expected(error: unknown): ToldError | undefined {
  if (error instanceof CommandError) return error;
  if (!isHybridgeError(error)) return undefined;
  return error.cause instanceof CommandError ? error.cause : error;
}

function isHybridgeError(error: unknown): error is HybridgeError {
  return error instanceof Error && error.name === 'HybridgeError';
}

/** Runs what reads the content of a file; its errors then name the file, unless they name another one already. */
export async function inFile<T>(path: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const error = expected(cause);
    if (error === undefined || 'file' in error.details) throw cause;
    const name = path === '-' ? 'standard input' : path;
    throw new CommandError(error.code, `${name}: ${error.message}`, {
      fault: error.fault,
      hint: error.hint,
      details: { ...error.details, file: path },
      cause,
    });
  }
}
