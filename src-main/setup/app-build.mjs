import { readdirSync, statSync } from 'node:fs';
import { inCheckout } from './places.mjs';
import { runProgram } from './run-program.mjs';
import { nodeProgram } from './steps/node.mjs';

/** What the build is made from, and the files that it writes last. */
const sources = ['src-main', 'src-renderer', 'electron.config.ts', 'package.json', 'package-lock.json'];
const results = ['dist-main/main.js', 'dist-preload/preload.cjs', 'dist-page/index.html'];

/** True if the desktop app was built from the current sources. */
export function isBuilt() {
  const built = Math.min(...results.map((path) => changedAt(inCheckout(path))));
  return Math.max(...sources.map((path) => newestIn(inCheckout(path)))) <= built;
}

/** @throws {import('./setup-error.mjs').SetupError} if it fails */
export async function buildApp() {
  const tool = inCheckout('node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  await runProgram([nodeProgram(), tool, 'build', '--config', 'electron.config.ts'], {
    name: 'build of the app',
    folder: inCheckout(),
    advice: 'undo the change to the sources that broke it, then run the same command again',
  });
}

/** @param {string} path a file or a folder @returns {number} ms since 1970 */
function newestIn(path) {
  if (!statSync(path).isDirectory()) return changedAt(path);
  const entries = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return Math.max(...entries.map((entry) => changedAt(`${path}/${entry}`)));
}

/** @param {string} path @returns {number} ms since 1970; 0 where it is missing */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
