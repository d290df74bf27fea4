import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Shell } from './shell.ts';

const NAME = 'FreezeOut Lab';

/** Where studies, runs and weights are: `--home`, else FREEZEOUT_LAB_HOME, else the platform's application-data folder. */
export function homeFolder(option: string | undefined, shell: Shell, platform: string = process.platform): string {
  const chosen = option ?? shell.environment.FREEZEOUT_LAB_HOME;
  if (chosen) return resolve(shell.folder, chosen);
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', NAME);
    case 'win32':
      return join(shell.environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), NAME);
    default:
      return join(shell.environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'freezeout-lab');
  }
}
