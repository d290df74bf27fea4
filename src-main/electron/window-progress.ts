import type { BrowserWindow } from 'electron';
import electron from 'electron';
import type { TrainingNow } from './training-watch.ts';

/** Removes the progress from the dock or taskbar. */
const NO_PROGRESS = -1;

/** The window's title: the progress of the training, then the page's own title. */
export function titleOf({ name, fraction }: TrainingNow, page: string): string {
  if (name === null) return page;
  const short = name.length > 40 ? `${name.slice(0, 39)}…` : name;
  return fraction === null ? `${short} - ${page}` : `${Math.floor(100 * fraction)} % ${short} - ${page}`;
}

/** Shows the training in the window's title and in the dock or taskbar. Returns the function to call at each change. */
export function showProgress(window: BrowserWindow): (now: TrainingNow) => void {
  let page = window.getTitle();
  let shown: TrainingNow | null = null;
  const show = () => {
    if (shown === null || window.isDestroyed()) return;
    window.setTitle(titleOf(shown, page));
    window.setProgressBar(shown.fraction ?? NO_PROGRESS);
  };
  window.on('page-title-updated', (event, title) => {
    event.preventDefault();
    page = title;
    if (shown === null) window.setTitle(page);
    show();
  });
  return (now) => {
    shown = now;
    show();
  };
}

/** Keeps the machine from sleeping while this program trains; the display may go dark. */
export class WakeLock {
  #id: number | null = null;

  set(isTraining: boolean): void {
    if (isTraining && this.#id === null) this.#id = electron.powerSaveBlocker.start('prevent-app-suspension');
    if (!isTraining && this.#id !== null) {
      electron.powerSaveBlocker.stop(this.#id);
      this.#id = null;
    }
  }
}
