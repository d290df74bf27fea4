// `npm start`: sets up what is missing, builds what has changed, and opens the app. `npm start -- --home DIR` opens another home.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { argv, env, exit, geteuid, platform } from 'node:process';
import { buildApp, isBuilt } from './app-build.mjs';
import { cacheFolder, checkout } from './places.mjs';
import { say, setUpOrExit } from './setup.mjs';
import { SetupError, sentenceOf } from './setup-error.mjs';
import { installedElectron } from './steps/electron.mjs';

/** Keeps Chromium's own messages out of the terminal, which shows our plain sentences. */
const onlyFatal = '--log-level=3';

try {
  refuseWithoutScreen();
  const sandbox = sandboxSwitches();
  await setUpOrExit('everything');
  if (!isBuilt()) await buildApp();
  exit(await open([onlyFatal, ...sandbox, checkout, ...argv.slice(2)]));
} catch (error) {
  say(sentenceOf(error, cacheFolder()));
  exit(1);
}

/** Called before anything is downloaded. */
function refuseWithoutScreen() {
  if (platform !== 'linux' || env.DISPLAY || env.WAYLAND_DISPLAY) return;
  throw new SetupError(
    'The app needs a display, and there is none here: `npm run study` trains and compares in the terminal.',
  );
}

/**
 * Chromium's sandbox does not work for root, the user in many containers. Running without it has to be a deliberate
 * choice.
 */
function sandboxSwitches() {
  if (geteuid?.() !== 0) return [];
  if (env.FREEZEOUT_LAB_NO_SANDBOX === '1') return ['--no-sandbox'];
  throw new SetupError(
    "The page's sandbox does not work for root: start the app as another user, or, in a container of your own, set FREEZEOUT_LAB_NO_SANDBOX=1 to run it without the sandbox.",
  );
}

/** @param {readonly string[]} args @returns {Promise<number>} the app's exit code */
function open(args) {
  const installed = installedElectron();
  if (installed === null) throw new SetupError('Electron is missing: run the same command again.');
  const child = spawn(installed.path, args, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes: the app pauses its training, and this process waits for it.
  process.on('SIGINT', () => undefined);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
}
