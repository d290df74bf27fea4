/** A set-up that cannot go on. The message is one sentence for the user that says what to do. */
export class SetupError extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'SetupError';
  }
}

/**
 * The sentence that the terminal shows for the error that ended the set-up.
 * @param {unknown} error
 * @param {string} cache the folder that most of the work is written to
 */
export function sentenceOf(error, cache) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') return `The disk is full: free about 3 GB, or point FREEZEOUT_LAB_CACHE at another disk.`;
  const isFolder = error instanceof Error && 'syscall' in error && error.syscall === 'mkdir';
  if (code === 'EACCES' || code === 'EROFS' || isFolder) {
    return `A folder cannot be written (${errorMessage(error)}): point FREEZEOUT_LAB_CACHE at a writable folder instead of ${cache}.`;
  }
  return errorMessage(error);
}

/** @param {unknown} error */
export function errorMessage(error) {
  return error instanceof Error ? error.message : String(error);
}
