import electron from 'electron';
import { machineSchema } from '#core/machines/machine.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { pageProcedure } from './page-procedure.ts';

/** What the page may ask about other machines only once the user has confirmed it outside of the page: it names hosts and folders. */
export function machineProcedures({ lab, window }: DesktopPorts) {
  return {
    addMachine: pageProcedure.desktop.addMachine.handler(async ({ input }) => {
      const machine = machineSchema.parse(input);
      const isConfirmed = await confirm(window(), {
        message: `Add the machine ${machine.name}?`,
        detail: `The app then runs commands on it by “ssh ${machine.ssh}”, and keeps the program and its jobs in ${machine.root} there.`,
        action: 'Add',
      });
      return isConfirmed ? lab.ask((client) => client.machines.add({ machine, replace: false }), 'changes') : null;
    }),
  };
}

interface Question {
  readonly message: string;
  readonly detail: string;
  readonly action: string;
}

/** Asks in a dialog of the system, which no page can answer. */
export async function confirm(
  window: electron.BrowserWindow | null,
  { message, detail, action }: Question,
): Promise<boolean> {
  const options: electron.MessageBoxOptions = {
    type: 'question',
    title: 'FreezeOut Lab',
    ...{ message, detail, buttons: [action, 'Cancel'], defaultId: 0, cancelId: 1 },
  };
  const { dialog } = electron;
  const { response } = await (window === null
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return response === 0;
}
