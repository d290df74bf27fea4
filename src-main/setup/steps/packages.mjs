import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { checkout, inCheckout } from '../places.mjs';
import { readJsonFile, readStepRecord, writeStepRecord } from '../placing.mjs';
import { runProgram } from '../run-program.mjs';
import { npm } from '../toolchain.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */
/** @typedef {Readonly<Record<string, LockedPackage>>} LockedPackages by path, '' is the project itself */

/** npm writes this file last, so it exists only after a complete installation. */
const installedLockPath = inCheckout('node_modules', '.package-lock.json');

/**
 * Not `npm ci`, which refuses a lock without the optional packages of other platforms: not every registry has those.
 * With `--no-save`, npm still follows the lock, and leaves it unchanged.
 */
const installation = [
  'install',
  '--no-save',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
];

/** @type {import('./step.mjs').Step} */
export const packages = {
  name: 'packages',
  isDone: () => readStepRecord('packages')?.lockHash === lockHash() && existsSync(installedLockPath),
  run: installPackages,
};

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(inCheckout('package-lock.json')))
    .digest('hex');
}

/** @param {import('../cache.mjs').Say} say */
async function installPackages(say) {
  if (!isInstalledByHand()) {
    say('npm packages, about 120 MB, without their install scripts ...');
    // A package that a killed installation left half-written would be taken for installed.
    rmSync(inCheckout('node_modules'), { recursive: true, force: true });
    await runProgram([...npm(), ...installation], {
      name: 'npm install',
      folder: checkout,
      advice: 'check that the package registry can be reached, then run the same command again',
    });
  }
  writeStepRecord('packages', { lockHash: lockHash() });
}

/** True if the user's own `npm install` has installed what the lock asks for. */
function isInstalledByHand() {
  const locked = packagesIn(inCheckout('package-lock.json'));
  const installed = packagesIn(installedLockPath);
  if (locked === null || installed === null) return false;
  return (
    satisfies(locked, installed) && Object.keys(installed).every((path) => existsSync(inCheckout(path, 'package.json')))
  );
}

/** @param {string} path */
function packagesIn(path) {
  const lock = /** @type {{ packages: LockedPackages } | null} */ (readJsonFile(path));
  return lock?.packages ?? null;
}

/**
 * Whether every locked package is installed in its version. Missing optional packages belong to other platforms.
 * @param {LockedPackages} locked @param {LockedPackages} installed
 */
export function satisfies(locked, installed) {
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}
