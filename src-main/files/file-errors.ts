import { AppError, badRequest, messageOf } from '#core/errors.ts';
import { errorCodeOf } from '#core/system-error.ts';

/** Whether the error says that there is nothing at a path. */
export function isNothingThere(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The AppError for a path that cannot be read; an AppError stays as it is. `missing` is the sentence for a path where nothing is. */
export function unreadableFile(path: string, error: unknown, missing: string): AppError {
  if (error instanceof AppError) return error;
  if (isNothingThere(error)) return new AppError('not-found', missing, { cause: error });
  switch (errorCodeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return badRequest(`${path} may not be read: allow your user to read it.`, { cause: error });
    case 'ELOOP':
      return new AppError('unavailable', `${path} is a link that leads back to itself.`, { cause: error });
    case 'ERR_INVALID_ARG_VALUE':
    case 'ENAMETOOLONG':
      return badRequest(`${path} cannot be the path of a file: correct it.`, { cause: error });
    default:
      return new AppError('unavailable', `${path} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}
