import type { BrowserWindow } from 'electron';
import { app, Menu, nativeImage, Tray } from 'electron';
import { TRAY_SIZE, trayPixels } from './tray-icon.ts';

/** Linux shows an icon through the session's message bus, where the desktop has a place for it. */
export function hasTray(): boolean {
  if (process.platform !== 'linux') return true;
  const bus = process.env.DBUS_SESSION_BUS_ADDRESS ?? '';
  return bus !== '' && !bus.startsWith('disabled');
}

/** The app without its window: it trains on, and an icon in the tray brings it back. */
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
    this.#tray.setToolTip('FreezeOut Lab trains');
    this.#tray.on('click', this.#show);
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open FreezeOut Lab', click: this.#show },
        { label: 'Pause and quit', click: () => app.quit() },
      ]),
    );
  }

  /** Nobody could find an app without window and icon once it has nothing to do. */
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
