import { CommandError } from './command-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the device failed',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a part of the path is not a directory',
  ENXIO: 'no such device',
  EPERM: 'operation not permitted',
  EPIPE: 'the reader went away',
  EROFS: 'the file system is read-only',
  ETXTBSY: 'it is a running program',
};

/** The code of an error of the operating system, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** An error of the operating system, as one that names the file and says in words what is wrong. */
export function fileError(action: 'read' | 'write', path: string, cause: unknown): CommandError {
  const code = systemCode(cause);
  const standard = action === 'read' ? 'standard input' : 'standard output';
  const name = path === '-' ? standard : path === '' ? 'a file without a name' : path;
  const reason = code === undefined ? 'unexpected failure' : (REASONS[code] ?? code);
  return new CommandError('input_output', `cannot ${action} ${name}: ${reason}`, {
    details: { file: path, ...(code !== undefined && { systemCode: code }) },
    cause,
  });
}

/** The refusal to write where something is. */
export function existsAlready(path: string): CommandError {
  return new CommandError('exists', `${path} exists already`, {
    hint: 'choose another name, or add --force to overwrite it',
    details: { file: path },
  });
}

/** What the operating system answers when a file is asked for and a directory is there. */
export function isADirectory(action: 'read' | 'write', path: string): CommandError {
  return fileError(action, path, Object.assign(new Error('is a directory'), { code: 'EISDIR' }));
}
