import { app, BrowserWindow, nativeTheme } from 'electron';
import { PAGE_URL } from './page-protocol.ts';
import type { WindowPlace } from './window-place.ts';

const SIZE = { width: 1280, height: 800 };

/** The page's background colour, so that nothing flashes before the page is drawn. */
const GROUND = { light: '#ffffff', dark: '#151517' };

/** Opens the page in a window that appears once there is something to see. */
export function openWindow(preload: string, place: WindowPlace | null): BrowserWindow {
  const window = new BrowserWindow({
    ...(place === null ? SIZE : { x: place.x, y: place.y, width: place.width, height: place.height }),
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'FreezeOut Lab',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (place?.isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  void window.loadURL(PAGE_URL);
  return window;
}
