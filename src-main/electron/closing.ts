import type { BrowserWindow } from 'electron';
import electron from 'electron';
import type { Settings } from '#core/settings.ts';
import type { LabConnection } from './lab-connection.ts';

export interface ClosingPorts {
  readonly lab: LabConnection;
  /** Whether runs train or wait in this program: runs in another program continue without it. */
  readonly trainsHere: () => boolean;
  readonly isQuitting: () => boolean;
  readonly goToBackground: (window: BrowserWindow) => void;
}

type Choice = Exclude<Settings['onClose'], 'ask'> | 'stay';

/** The choices in the order of the buttons. */
const CHOICES: readonly Choice[] = ['background', 'pause', 'stay'];

/** Closing the window ends the app. If the app trains, it first asks the user what to do with the training. */
export function askBeforeClosing(window: BrowserWindow, ports: ClosingPorts): void {
  let isAsking = false;
  window.on('close', (event) => {
    if (ports.isQuitting() || !ports.trainsHere()) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    void close(window, ports)
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        isAsking = false;
      });
  });
}

async function close(window: BrowserWindow, { lab, goToBackground }: ClosingPorts): Promise<void> {
  const { onClose } = await lab.ask((client) => client.settings.read({}), 'reads');
  const choice = onClose === 'ask' ? await ask(window, lab) : onClose;
  if (choice === 'background') goToBackground(window);
  if (choice === 'pause') electron.app.quit();
}

async function ask(window: BrowserWindow, lab: LabConnection): Promise<Choice> {
  const { response, checkboxChecked } = await electron.dialog.showMessageBox(window, {
    type: 'question',
    title: 'FreezeOut Lab',
    message: 'Training is under way.',
    detail: 'It can continue in the background, or be paused with a checkpoint and resumed later.',
    buttons: ['Keep training in the background', 'Pause and quit', 'Cancel'],
    defaultId: 0,
    cancelId: CHOICES.indexOf('stay'),
    checkboxLabel: 'Do the same from now on (Settings can change it)',
  });
  const choice = CHOICES[response] ?? 'stay';
  if (checkboxChecked && choice !== 'stay') {
    await lab.ask((client) => client.settings.update({ onClose: choice }), 'changes');
  }
  return choice;
}
