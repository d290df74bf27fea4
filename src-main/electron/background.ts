import type { BrowserWindow } from 'electron';
import { app, Menu, nativeImage, Tray } from 'electron';
import { TRAY_SIZE, trayPixels } from './tray-icon.ts';

/**
 * Whether an icon can be shown in the tray: Linux needs the session's message bus, and a desktop with a place for
 * icons.
 */
export function hasTray(): boolean {
  if (process.platform !== 'linux') return true;
  const bus = process.env.DBUS_SESSION_BUS_ADDRESS ?? '';
  return bus !== '' && !bus.startsWith('disabled');
}

/** Keeps the app training without its window; an icon in the tray brings the window back. */
export class Background {
  readonly #show: () => void;
  #tray: Tray | null = null;
  #isOn = false;

  constructor(show: () => void) {
    this.#show = show;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  enter(window: BrowserWindow): void {
    this.#isOn = true;
    window.hide();
    if (!hasTray()) return;
    const image = nativeImage.createFromBitmap(trayPixels(), { width: TRAY_SIZE, height: TRAY_SIZE });
    this.#tray = new Tray(image);
    this.#tray.setToolTip('FreezeOut Lab is training');
    this.#tray.on('click', this.#show);
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open FreezeOut Lab', click: this.#show },
        { label: 'Pause and quit', click: () => app.quit() },
      ]),
    );
  }

  /** Called when nothing trains any more. Without a window or an icon nobody could reach the app, so it ends. */
  idle(): void {
    if (this.#isOn && this.#tray === null) app.quit();
  }

  leave(window: BrowserWindow): void {
    this.#isOn = false;
    this.#tray?.destroy();
    this.#tray = null;
    window.show();
    window.focus();
  }

  tell(text: string): void {
    this.#tray?.setToolTip(text);
  }
}
