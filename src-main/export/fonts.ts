import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';
import { AppError } from '#core/errors.ts';

/** The font comes with the program, so that a machine without fonts can draw, and every machine draws the same. */
export const FONT = 'Arimo';
const FONT_FILES = ['400Regular/Arimo_400Regular.ttf', '700Bold/Arimo_700Bold.ttf'];

/** A reader's machine may not have the font; these fonts have the same metrics, so every letter stays in its place. */
export const FONT_STACK = `${FONT}, Liberation Sans, Arial, Helvetica, sans-serif`;

/** Registers the font. Throws 'unavailable' where it is missing. */
export function registerFont(): void {
  if (GlobalFonts.has(FONT)) return;
  const { resolve } = createRequire(import.meta.url);
  // Node reads the files, since Skia cannot look into the archive of a packaged app.
  for (const file of FONT_FILES) GlobalFonts.register(readFileSync(resolve(`@expo-google-fonts/arimo/${file}`)));
  if (!GlobalFonts.has(FONT)) throw new AppError('unavailable', 'The font of the figure is missing: run `npm ci`.');
}
