import { AppError, messageOf } from '#core/errors.ts';

/** Runs `body`; turns an error of TensorFlow into an AppError ('unavailable') that names what failed. */
export function guarded<R>(what: string, body: () => R): R {
  try {
    return body();
  } catch (error) {
    throw new AppError('unavailable', `TensorFlow failed in ${what}: ${messageOf(error)}`, { cause: error });
  }
}
