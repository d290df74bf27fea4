import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { SetupError } from './setup-error.mjs';

const name = 'FreezeOut Lab';
/** Of the address of a home on another machine. */
const SCHEME = 'ssh://';

/** @typedef {{ readonly folder: string, readonly environment: Readonly<Record<string, string | undefined>> }} Start */

/**
 * Where studies, runs and weights are, for the terminal and the app alike: `--home`, else FREEZEOUT_LAB_HOME, else the
 * platform's application-data folder. The address of a home on another machine, `ssh://HOST/PATH`, stays as it is.
 * @param {string | undefined} option
 * @param {Start} start where the program was started, and with what
 * @param {string} [platform]
 * @returns {string}
 * @throws {SetupError} where the chosen folder has no name: taking another one in silence would look as if all studies were gone
 */
export function homeFolder(option, { folder, environment }, platform = process.platform) {
  const chosen = option ?? environment.FREEZEOUT_LAB_HOME;
  if (chosen === '') {
    throw new SetupError(
      `${option === '' ? '--home' : 'FREEZEOUT_LAB_HOME'} is empty: name a folder, or leave it out.`,
    );
  }
  if (chosen?.startsWith(SCHEME)) return chosen;
  if (chosen !== undefined) return resolve(folder, chosen);
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', name);
    case 'win32':
      return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name);
    default:
      return join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'freezeout-lab');
  }
}

/**
 * The home that a user has on this machine, also where the program is started for one on another machine.
 * @param {Start} start
 * @returns {string}
 */
export function ownHomeFolder({ folder, environment }) {
  const { FREEZEOUT_LAB_HOME: chosen, ...others } = environment;
  const isElsewhere = chosen?.startsWith(SCHEME) ?? false;
  return homeFolder(isElsewhere ? undefined : chosen, { folder, environment: others });
}
