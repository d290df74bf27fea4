import { AppError, messageOf } from '#core/errors.ts';

/** What TensorFlow throws, as an AppError ('unavailable') that says in what it failed. */
export function guarded<R>(what: string, body: () => R): R {
  try {
    return body();
  } catch (error) {
    throw new AppError('unavailable', `TensorFlow failed in ${what}: ${messageOf(error)}`, { cause: error });
  }
}
