import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import { AppError } from '#core/errors.ts';

/** Ours, so that a machine without fonts draws too, and every machine the same. */
export const FONT = 'Arimo';
const FONT_FILES = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'];

/** A reader's machine may lack the font; these have its metrics, so every letter stays in its place. */
export const FONT_STACK = `${FONT}, Liberation Sans, Arial, Helvetica, sans-serif`;

/** Throws 'unavailable' where the font is missing. */
export function registerFont(): void {
  if (GlobalFonts.has(FONT)) return;
  const { resolve } = createRequire(import.meta.url);
  // Read here: Skia cannot look into the archive that a packaged app is.
  for (const file of FONT_FILES) GlobalFonts.register(readFileSync(resolve(`@expo-google-fonts/arimo/${file}`)));
  if (!GlobalFonts.has(FONT)) throw new AppError('unavailable', 'The font of the figure is missing: run `npm ci`.');
}
