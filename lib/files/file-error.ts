import { AutoDeepLabError, DataError } from '../errors.js';

/** What the common codes of the operating system mean, and what to do. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and resume',
  EDQUOT: 'the disk quota is used up; free some space and resume',
  EROFS: 'the file system is read-only; choose another folder',
  EACCES: 'permission denied; check the rights of the file and its folder',
  EPERM: 'operation not permitted; check the rights of the file and its folder',
  ENOENT: 'no such file or folder; check the path',
  ENOTDIR: 'a part of the path is not a folder; check the path',
  EISDIR: 'expected a file, got a folder',
  EEXIST: 'a file of that name exists; choose another path',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

/** The code of a system error such as `ENOENT`; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/**
 * An error of the file system as one clear line; errors of this library pass unchanged.
 *
 * @param action - what was tried, such as `read` or `write`
 */
export function fileError(action: string, file: string, error: unknown): AutoDeepLabError {
  if (error instanceof AutoDeepLabError) {
    return error;
  }
  const reason =
    EXPLANATIONS[errorCode(error) ?? ''] ??
    (error instanceof Error ? error.message : String(error));
  return new DataError(`cannot ${action} ${file}: ${reason}`, file, { cause: error });
}
