import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import electron from 'electron';
import { z } from 'zod';
import { readJsonFile } from '../setup/placing.mjs';

const placeSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  isMaximized: z.boolean(),
});

export type WindowPlace = z.infer<typeof placeSchema>;

/** The place of a window is saved once it has not moved for this long. */
const QUIET_MS = 500;

/**
 * The last place of the window; null at the first start, where the file is damaged, or where no screen shows that place
 * any more.
 */
export function rememberedPlace(folder: string): WindowPlace | null {
  try {
    const place = placeSchema.parse(readJsonFile(placeFile(folder)));
    return electron.screen.getAllDisplays().some(({ workArea }) => overlaps(workArea, place)) ? place : null;
  } catch {
    return null;
  }
}

/** At least this many pixels of a window have to be on a screen, so that it can be found and moved. */
const VISIBLE = 100;

export function overlaps(screenArea: Rectangle, window: Rectangle): boolean {
  const across = Math.min(screenArea.x + screenArea.width, window.x + window.width) - Math.max(screenArea.x, window.x);
  const down = Math.min(screenArea.y + screenArea.height, window.y + window.height) - Math.max(screenArea.y, window.y);
  return across >= VISIBLE && down >= VISIBLE;
}

/** Saves the place of the window whenever it has stopped changing. */
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
    // The place is only a convenience: if it cannot be saved, the next window opens in the middle.
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
