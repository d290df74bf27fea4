import Database from 'better-sqlite3';
import { AppError } from '#core/errors.ts';
import { errorCodeOf, isFullDisk } from '#core/system-error.ts';
import { restoreAdvice } from './backup-files.ts';
import { ANOTHER_HOME } from './header.ts';

/** Runs `work` on the file at `path`; errors of SQLite and the file system become AppErrors that say what to do. */
export function withAppErrors<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toAppError(error, path);
  }
}

/** Errors that are not a state of the world stay as they are. */
function toAppError(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (isFull(error)) return noSpace(path, code, error);
  if (isDamaged(error) || isSchemaBroken(error)) return corrupt(path, code, error);
  if (/^(SQLITE_BUSY|SQLITE_LOCKED)/.test(code)) return busy(path, error);
  if (/^(SQLITE_READONLY|SQLITE_CANTOPEN|EACCES|EPERM|EROFS|ENOTDIR|EEXIST)/.test(code))
    return notWritable(path, code, error);
  if (code.startsWith('SQLITE_CONSTRAINT')) return unfit(path, error);
  return isFolderMissing(error) ? folderMissing(path, error) : error;
}

/** Whether an error tells a state of the machine, not of the file: nothing follows from it for what the file holds. */
export function isPassing(error: unknown): boolean {
  return (
    /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|FULL|NOMEM|READONLY|PERM|AUTH)/.test(codeOf(error)) || isFolderMissing(error)
  );
}

/** What better-sqlite3 throws instead of SQLite, where it finds no folder around a file: the folder is gone, or its disk fails. */
function isFolderMissing(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('the directory does not exist');
}

function folderMissing(path: string, cause: unknown): AppError {
  const state = `${path} cannot be opened, since its folder is gone or cannot be read`;
  return new AppError('unavailable', `${state}: check its disk and try again, or ${ANOTHER_HOME}.`, { cause });
}

/** Whether SQLite found that a file is damaged, or no database. */
export function isDamaged(error: unknown): boolean {
  return /^(SQLITE_CORRUPT|SQLITE_NOTADB)/.test(codeOf(error));
}

/** Our own queries name what our migrations make; where that is gone, or JSON that was checked when stored is none, the file is damaged. */
function isSchemaBroken(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_ERROR') return false;
  return /^(no such (table|column|index)|malformed JSON|malformed database schema)/.test(error.message);
}

export function isBusy(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_BUSY';
}

/** Whether a row did not fit the tables: what it was made from contradicts itself, or the home. */
export function isUnfit(error: unknown): boolean {
  if (error instanceof AppError) return ['bad-request', 'conflict', 'not-found'].includes(error.code);
  return codeOf(error).startsWith('SQLITE_CONSTRAINT');
}

export function isFull(error: unknown): boolean {
  return isFullDisk(error) || /^SQLITE_(FULL|IOERR)/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  return errorCodeOf(error) ?? '';
}

/** The text of SQLite names tables and columns, which tells people nothing. */
function unfit(path: string, cause: unknown): AppError {
  const state = `${path} cannot hold what was to be stored, since it contradicts itself or what is there`;
  return new AppError('conflict', `${state}: nothing was changed.`, { cause });
}

function noSpace(path: string, code: string, cause: unknown): AppError {
  const state = `The disk of ${path} is full or fails (${code})`;
  return new AppError('no-space', `${state}: free some space or mend it, and try again; what was stored is kept.`, {
    cause,
  });
}

function corrupt(path: string, code: string, cause: unknown): AppError {
  const sentence = `${path} is damaged (${code}): ${restoreAdvice(path)}; nothing was changed.`;
  return new AppError('corrupt', sentence, { cause, hinders: 'database' });
}

function busy(path: string, cause: unknown): AppError {
  const sentence = `Another program has ${path} open: close it and try again.`;
  return new AppError('locked', sentence, { cause, hinders: 'database' });
}

function notWritable(path: string, code: string, cause: unknown): AppError {
  const state = `${path} cannot be opened for writing (${code})`;
  const sentence = `${state}: mend its permissions or ${ANOTHER_HOME}.`;
  return new AppError('unavailable', sentence, { cause, hinders: 'database' });
}
