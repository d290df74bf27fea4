export const TRAY_SIZE = 32;

/** Blue, green, red, alpha: the cool colour of frozen layers, and the warm colour of active ones. */
const FROZEN = [0xb2, 0x72, 0x00, 0xff];
const ACTIVE = [0x00, 0x5e, 0xd5, 0xff];

/** Four layers, the lower two frozen: top, length and colour of each bar. */
const BARS = [
  { top: 3, length: 18, colour: ACTIVE },
  { top: 10, length: 22, colour: ACTIVE },
  { top: 17, length: 26, colour: FROZEN },
  { top: 24, length: 30, colour: FROZEN },
] as const;
const THICKNESS = 5;

/** The icon as rows of pixels; legible on light and dark bars alike. */
export function trayPixels(): Buffer {
  const pixels = Buffer.alloc(TRAY_SIZE * TRAY_SIZE * 4);
  for (const { top, length, colour } of BARS) {
    const left = (TRAY_SIZE - length) / 2;
    for (let y = top; y < top + THICKNESS; y++) {
      for (let x = left; x < left + length; x++) pixels.set(colour, 4 * (y * TRAY_SIZE + x));
    }
  }
  return pixels;
}
