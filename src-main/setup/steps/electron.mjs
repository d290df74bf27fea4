import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cachedFacts, itemFolder, provide } from '../cache.mjs';
import { inCheckout, platform } from '../places.mjs';
import { linkTarget, placeLink, placeText } from '../placing.mjs';
import { runProgram } from '../run-program.mjs';
import { errorMessage, SetupError } from '../setup-error.mjs';
import { electronVersion } from '../versions.mjs';
import { standInItem, standInItemName } from './electron-stand-in.mjs';
import { nodeProgram } from './node.mjs';

/** @typedef {import('../cache.mjs').Say} Say */

/**
 * @typedef {object} InstalledElectron
 * @property {string} path the program
 * @property {string} folder the program's folder, for `ELECTRON_OVERRIDE_DIST_PATH`
 * @property {string} version
 * @property {boolean} standIn true if it is the stand-in for a failed download of Electron
 */

/** A download may be slow, but one that delivers nothing for this long has failed. */
const stallMs = 15_000;
const watchIntervalMs = 1000;

const packageFolder = inCheckout('node_modules', 'electron');
/** The package looks here for its program, and reads the program's name from `path.txt`. */
const placedFolder = join(packageFolder, 'dist');
const programName = process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';

const hasStandIn = platform === 'linux-x64';
const ownItemName = `electron-${electronVersion}-${platform}`;

/** @type {import('./step.mjs').Step} */
export const electron = {
  name: 'Electron',
  isDone: () => installedElectron() !== null,
  async run(say) {
    const name = await provideAny(say);
    placeText(join(packageFolder, 'path.txt'), programName);
    placeLink(join(itemFolder(name), 'dist'), placedFolder);
  },
};

/** @returns {InstalledElectron | null} */
export function installedElectron() {
  const own = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (own && existsSync(join(own, programName))) {
    return { path: join(own, programName), folder: own, version: versionIn(own), standIn: false };
  }
  const name = [ownItemName, standInItemName].find(
    (item) => linkTarget(placedFolder) === join(itemFolder(item), 'dist'),
  );
  if (name === undefined || cachedFacts(name) === null || !existsSync(join(packageFolder, 'path.txt'))) return null;
  const folder = join(itemFolder(name), 'dist');
  return { path: join(folder, programName), folder, version: versionIn(folder), standIn: name === standInItemName };
}

/** @param {string} folder */
function versionIn(folder) {
  return readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
}

/** @param {Say} say @returns {Promise<string>} the name of the cached Electron */
async function provideAny(say) {
  const present = [ownItemName, standInItemName].find((name) => cachedFacts(name) !== null);
  if (present !== undefined) return present;
  try {
    await provide({ name: ownItemName, what: `Electron ${electronVersion}, 120 MB`, make: download }, say);
    return ownItemName;
  } catch (error) {
    if (!hasStandIn) throw error;
    say(errorMessage(error));
    await provide(standInItem, say);
    return standInItemName;
  }
}

/**
 * Runs the package's own installer on a copy of the package, so that it cannot leave half a program in our packages.
 * @param {string} temporary
 * @returns {Promise<import('../cache.mjs').Made>}
 */
async function download(temporary) {
  const copy = join(temporary, 'package');
  cpSync(packageFolder, copy, { recursive: true, filter: (path) => path !== placedFolder });
  rmSync(join(copy, 'path.txt'), { force: true });
  symlinkSync(inCheckout('node_modules'), join(temporary, 'node_modules'));
  await runProgram([nodeProgram(), 'install.js'], {
    name: 'download of Electron',
    folder: copy,
    advice: hasStandIn ? 'an older Electron stands in for it' : 'check the network, then run the same command again',
    environment: { TMPDIR: temporary, electron_config_cache: join(temporary, 'downloads') },
    signal: whenStalled(temporary),
  });
  if (!existsSync(join(copy, 'dist', programName)))
    throw new SetupError("Electron's installer delivered no program: run the same command again.");
  renameSync(join(copy, 'dist'), join(temporary, 'dist'));
  for (const name of ['package', 'downloads', 'node_modules'])
    rmSync(join(temporary, name), { recursive: true, force: true });
  return { files: [`dist/${programName}`, 'dist/version'] };
}

/** @param {string} folder @returns {AbortSignal} fires when the folder has not grown for `stallMs` */
function whenStalled(folder) {
  const controller = new AbortController();
  let bytes = -1;
  let grewAt = Date.now();
  const timer = setInterval(() => {
    const now = bytesIn(folder);
    if (now !== bytes) [bytes, grewAt] = [now, Date.now()];
    if (Date.now() - grewAt > stallMs || !existsSync(folder)) {
      clearInterval(timer);
      controller.abort();
    }
  }, watchIntervalMs);
  timer.unref();
  return controller.signal;
}

/** @param {string} folder */
function bytesIn(folder) {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce(
    (sum, { parentPath, name }) => sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
