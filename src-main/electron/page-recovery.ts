import type { BrowserWindow } from 'electron';
import electron from 'electron';
import type { Mailbox } from './mailbox.ts';
import { PAGE_URL } from './page-protocol.ts';

/** A page that crashes more often than this within a minute would only crash again. */
const MOST_CRASHES = 3;
const MINUTE_MS = 60_000;

/** Loads a crashed page again, and tells its user. Training and data are not in the page and are unaffected. */
export function recoverPage(window: BrowserWindow, notices: Mailbox<{ readonly text: string }>): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < MINUTE_MS), now];
    if (crashes.length > MOST_CRASHES) return giveUp();
    notices.put({ text: 'The page ended unexpectedly and was opened again. Training was not affected.' });
    void window.loadURL(PAGE_URL);
  });
}

function giveUp(): void {
  const text = 'Training continues and nothing is lost. Quit and start the app again.';
  electron.dialog.showErrorBox('The page of FreezeOut Lab keeps crashing.', text);
}
