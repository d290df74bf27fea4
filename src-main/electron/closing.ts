import type { BrowserWindow } from 'electron';
import electron from 'electron';
import type { Settings } from '#core/settings.ts';
import type { LabConnection } from './lab-connection.ts';

export interface ClosingPorts {
  readonly lab: LabConnection;
  /** Whether runs train or wait in this very program: those of another one go on without it. */
  readonly trainsHere: () => boolean;
  readonly isQuitting: () => boolean;
  readonly goToBackground: (window: BrowserWindow) => void;
}

type Choice = Exclude<Settings['onClose'], 'ask'> | 'stay';

/** In the order of the buttons. */
const CHOICES: readonly Choice[] = ['background', 'pause', 'stay'];

/** Closing the window ends the app, unless it trains: then the user says what becomes of that. */
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
    detail: 'It can go on in the background. Or it is paused with a checkpoint, from which it can be resumed.',
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
