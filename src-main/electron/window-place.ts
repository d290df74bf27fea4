import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import electron from 'electron';
import { z } from 'zod';

const placeSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  isMaximized: z.boolean(),
});

export type WindowPlace = z.infer<typeof placeSchema>;

/** Where a window is written down after it was moved. */
const QUIET_MS = 500;

/** Where the window was; null at the first start, after damage, or where no screen shows it any more. */
export function rememberedPlace(folder: string): WindowPlace | null {
  try {
    const place = placeSchema.parse(JSON.parse(readFileSync(placeFile(folder), 'utf8')));
    return electron.screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, place)) ? place : null;
  } catch {
    return null;
  }
}

/** At least so much of a window has to be on a screen, to be found and moved. */
const VISIBLE = 100;

export function overlaps(screenArea: Rectangle, window: Rectangle): boolean {
  const across = Math.min(screenArea.x + screenArea.width, window.x + window.width) - Math.max(screenArea.x, window.x);
  const down = Math.min(screenArea.y + screenArea.height, window.y + window.height) - Math.max(screenArea.y, window.y);
  return across >= VISIBLE && down >= VISIBLE;
}

/** Writes it down whenever it has changed for good. */
export function rememberPlace(
  window: BrowserWindow,
  folder: string,
  write: (path: string, bytes: Uint8Array) => Promise<void>,
): void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    clearTimeout(timer);
    if (window.isDestroyed() || window.isMinimized()) return;
    const place: WindowPlace = { ...window.getNormalBounds(), isMaximized: window.isMaximized() };
    mkdirSync(folder, { recursive: true });
    // It is a convenience: where it cannot be written, the next window opens in the middle.
    void write(placeFile(folder), new TextEncoder().encode(JSON.stringify(place))).catch(() => undefined);
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  };
  for (const change of ['move', 'resize', 'maximize', 'unmaximize'] as const) window.on(change as 'move', later);
  window.on('close', save);
}

function placeFile(folder: string): string {
  return join(folder, 'window.json');
}
