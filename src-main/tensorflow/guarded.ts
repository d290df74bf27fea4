import { AppError, messageOf } from '#core/errors.ts';
import { hindranceInWords } from '#core/queue/hindrance.ts';

/** Runs `body`; turns an error of TensorFlow into an AppError ('unavailable') that names what failed. */
export function guarded<R>(what: string, body: () => R): R {
  try {
    return body();
  } catch (error) {
    const words = messageOf(error);
    const hinders = hindranceInWords(words);
    throw new AppError('unavailable', `TensorFlow failed in ${what}: ${words}`, { cause: error, hinders });
  }
}
