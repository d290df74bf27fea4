import type { BrowserWindow } from 'electron';
import electron from 'electron';
import type { Settings } from '#core/settings.ts';
import { type WorkRecord, workWords } from '#core/work.ts';
import type { LabConnection } from './lab-connection.ts';

export interface ClosingPorts {
  readonly lab: LabConnection;
  /** Whether runs train or wait in this program: runs in another program continue without it. */
  readonly trainsHere: () => boolean;
  /** What this program does besides that takes long, and would be ended. */
  readonly worksHere: () => readonly WorkRecord[];
  readonly isQuitting: () => boolean;
  readonly goToBackground: (window: BrowserWindow) => void;
}

type Choice = Exclude<Settings['onClose'], 'ask'> | 'stay';

/** The choices in the order of the buttons. */
const CHOICES: readonly Choice[] = ['background', 'pause', 'stay'];

/** Closing the window ends the app. If the app trains or does something else that takes long, it first asks the user what becomes of that. */
export function askBeforeClosing(window: BrowserWindow, ports: ClosingPorts): void {
  let isAsking = false;
  window.on('close', (event) => {
    if (ports.isQuitting() || (!ports.trainsHere() && ports.worksHere().length === 0)) return;
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

async function close(window: BrowserWindow, ports: ClosingPorts): Promise<void> {
  const choice = ports.trainsHere() ? await choiceForTraining(window, ports) : 'pause';
  if (choice === 'background') ports.goToBackground(window);
  if (choice === 'pause' && (await mayEnd(window, ports.worksHere()))) electron.app.quit();
}

async function choiceForTraining(window: BrowserWindow, { lab }: ClosingPorts): Promise<Choice> {
  const { onClose } = await lab.ask((client) => client.settings.read({}), 'reads');
  return onClose === 'ask' ? ask(window, lab) : onClose;
}

/** Whether the user lets go what is under way. */
async function mayEnd(window: BrowserWindow, works: readonly WorkRecord[]): Promise<boolean> {
  if (works.length === 0) return true;
  const { response } = await electron.dialog.showMessageBox(window, {
    type: 'question',
    title: 'FreezeOut Lab',
    message: 'Quit before this is done?',
    detail: `${works.map(workWords).join('\n')}\n\nWhat is stored of it is whole; the rest is to be begun again.`,
    buttons: ['Quit', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
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
