import { BrowserWindow } from 'electron';
import { PAGE_ORIGIN } from './page-protocol.ts';

export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  void window.loadURL(`${PAGE_ORIGIN}/`);
  return window;
}
