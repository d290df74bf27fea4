import type { OpenDialogOptions } from 'electron';
import type { DesktopPorts } from './desktop-ports.ts';
import { chooseToOpen } from './file-dialogs.ts';
import { refuseFilesOfHere } from './files-here.ts';
import { pageProcedure } from './page-procedure.ts';

/** The procedures for weights from a file that the user chooses. */
export function weightsProcedures(ports: DesktopPorts) {
  const { lab, window, chosen } = ports;
  return {
    chooseWeights: pageProcedure.desktop.chooseWeights.handler(async () => {
      refuseFilesOfHere(ports);
      const path = await chooseToOpen(window, WEIGHTS_DIALOG);
      return path === null ? null : chosen.add(path, 'weights');
    }),
    addWeights: pageProcedure.desktop.addWeights.handler(async ({ input: { token, name, replace } }) => {
      const path = chosen.get(token, 'weights');
      const added = await lab.ask((client) => client.weights.add({ name, path, replace }), 'changes');
      chosen.delete(token);
      return added;
    }),
  };
}

const WEIGHTS_DIALOG: OpenDialogOptions = {
  title: 'Add weights',
  // Other files may be chosen too: the answer says how to make safetensors of them.
  filters: [
    { name: 'Safetensors', extensions: ['safetensors'] },
    { name: 'All files', extensions: ['*'] },
  ],
  properties: ['openFile'],
};
