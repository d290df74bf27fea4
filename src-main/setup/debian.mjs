import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './places.mjs';
import { runProgram } from './run-program.mjs';
import { SetupError } from './setup-error.mjs';

/** Another installation may be running on the machine: wait up to ten minutes for it. */
const aptOptions = ['-o', 'DPkg::Lock::Timeout=600'];

/** True if we may install Debian packages without asking. */
export function mayInstall() {
  return process.getuid?.() === 0 && findProgram('apt-get') !== null;
}

/** @param {readonly string[]} packages */
export function installCommand(packages) {
  return `sudo apt-get install -y ${packages.join(' ')}`;
}

/**
 * Installs Debian packages if we are root.
 * @param {readonly string[]} packages
 * @param {import('./cache.mjs').Say} say
 * @throws {SetupError} with the command to type if we are not root
 */
export async function installDebianPackages(packages, say) {
  if (!mayInstall())
    throw new SetupError(`Programs are missing: run \`${installCommand(packages)}\`, then the same command again.`);
  say(`Debian packages ${packages.join(' ')} ...`);
  await apt(['update'], 'check the network');
  const names = inThisRelease(packages);
  const install = ['install', '-y', '--no-install-recommends', ...names];
  try {
    await apt(install, 'trying again');
  } catch {
    // An earlier installation may have been killed: finish that first. If that was not the reason, the second failure
    // names it.
    const advice = `run \`${installCommand(names)}\` by hand`;
    await runProgram(['dpkg', '--configure', '-a'], { name: 'dpkg', advice, mayOutliveUs: true });
    await apt(install, advice);
  }
}

/**
 * Unpacks Debian packages into a folder. Needs no root and changes nothing in the system: even the package lists go into a folder of our own.
 * @param {readonly string[]} packages
 * @param {{ folder: string, work: string, withNeeded?: boolean }} options `work` is a folder for what can be removed afterwards;
 *   `withNeeded` also unpacks what they need and the system lacks
 * @throws {SetupError} where they cannot be downloaded
 */
export async function unpackDebianPackages(packages, { folder, work, withNeeded = false }) {
  const archives = join(work, 'archives');
  for (const part of [join(work, 'lists'), archives]) mkdirSync(join(part, 'partial'), { recursive: true });
  const own = [`Dir::State::Lists=${work}/lists`, `Dir::Cache=${work}`, 'APT::Sandbox::User=', 'Debug::NoLocking=1'];
  const common = own.flatMap((option) => ['-o', option]);
  const options = { name: 'apt-get', folder: archives, advice: 'check the network' };
  const needed = ['install', '--download-only', '--no-install-recommends', '-y', ...packages];
  for (const words of [['update'], ['download', ...packages], ...(withNeeded ? [needed] : [])])
    await runProgram(['apt-get', ...common, ...words], options);
  const unpack = 'for archive in *.deb; do dpkg-deb -x "$archive" "$1" || exit 1; done';
  await runProgram(['sh', '-c', unpack, 'sh', folder], { ...options, name: 'dpkg-deb' });
}

/** @param {readonly string[]} args @param {string} advice */
function apt(args, advice) {
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  return runProgram(['apt-get', ...aptOptions, ...args], { name: 'apt-get', advice, environment, mayOutliveUs: true });
}

/**
 * Newer releases renamed libraries with 64-bit times: `libgtk-3-0` is `libgtk-3-0t64` there.
 * @param {readonly string[]} packages
 */
function inThisRelease(packages) {
  const known = new Set(execFileSync('apt-cache', ['pkgnames'], { encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\n'));
  return packages.map((name) => (known.has(`${name}t64`) ? `${name}t64` : name));
}
