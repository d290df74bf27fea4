import { AppError } from '#core/errors.ts';

/** Throws an AppError that says how else one copies it. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (cause) {
    throw new AppError('unavailable', 'The clipboard cannot be reached: mark the text and copy it by the keys.', {
      cause,
    });
  }
}
