import type { BrowserWindow } from 'electron';
import electron from 'electron';
import type { Mailbox } from './mailbox.ts';
import { PAGE_URL } from './page-protocol.ts';

/** A page that crashes more often than this within a minute would only do it again. */
const MOST_CRASHES = 3;
const MINUTE_MS = 60_000;

/** Loads a page that crashed again, and says so there: training and data are not in the page and went on. */
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
  const text =
    'Training goes on and nothing is lost. Quit and start again; if it repeats, `npm run lab` does all the same.';
  electron.dialog.showErrorBox('The page of FreezeOut Lab ends again and again.', text);
}
