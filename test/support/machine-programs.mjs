// The programs from which tests make a cluster and an ssh server of their own, on the loopback address alone.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedFacts, itemFolder, provide } from '../../src-main/setup/cache.mjs';
import { installDebianPackages, mayInstall, unpackDebianPackages } from '../../src-main/setup/debian.mjs';
import { findProgram, platform } from '../../src-main/setup/places.mjs';
import { errorMessage, SetupError } from '../../src-main/setup/setup-error.mjs';

/** @typedef {import('../../src-main/setup/cache.mjs').Say} Say */

/**
 * @typedef {object} SlurmPrograms
 * @property {Readonly<Record<string, string>>} environment in which the programs are found and find their libraries
 * @property {string | null} plugins the folder of the plugins, where it is not the one that the programs know
 * @property {string | null} stepDaemon likewise, the program of a job's step
 */

const slurm = {
  name: 'Slurm',
  programs: ['slurmctld', 'slurmd', 'munged', 'sbatch', 'squeue', 'scontrol', 'scancel', 'sinfo'],
  packages: ['slurmctld', 'slurmd', 'slurm-client', 'slurm-wlm-basic-plugins', 'munge', 'libmunge2', 'libhwloc15'],
};
const sshd = { name: 'sshd', programs: ['sshd', 'ssh', 'ssh-keygen'], packages: ['openssh-server'] };

/** Where Debian puts the programs of administrators, which a user's PATH may lack. */
const systemFolders = ['/usr/sbin', '/sbin'];
const sshUser = 'sshd';
const PROBE_MS = 120_000;

/** The variable with the names of those that are there, but do not run on this machine. */
const UNUSABLE = 'FREEZEOUT_LAB_TESTS_WITHOUT';

/** @returns {SlurmPrograms | null} null where this machine has none */
export function slurmPrograms() {
  if (process.platform !== 'linux' || isUnusable(slurm)) return null;
  if (areInSystem(slurm)) return { environment: { PATH: systemPath() }, plugins: null, stepDaemon: null };
  if (cachedFacts(itemName(slurm)) === null) return null;
  return unpackedSlurm(itemFolder(itemName(slurm)));
}

/** @returns {string | null} the path of sshd; null where this machine has none that could run */
export function sshdProgram() {
  if (process.platform !== 'linux' || isUnusable(sshd) || sshdObstacle() !== null || !areFound(['ssh', 'ssh-keygen']))
    return null;
  if (areInSystem(sshd)) return inSystem('sshd');
  return cachedFacts(itemName(sshd)) === null ? null : join(itemFolder(itemName(sshd)), 'usr', 'sbin', 'sshd');
}

/**
 * Installs what is missing where we may, and otherwise unpacks it into the cache.
 * @param {Say} say
 * @returns {Promise<string[]>} a line for each that this machine cannot have, and whose tests are left out
 */
export async function provideMachinePrograms(say) {
  const lines = [];
  for (const part of [slurm, sshd]) {
    const reason = await missingReason(part, say);
    if (reason !== null) lines.push(`left out: tests that need ${part.name} (${reason})`);
  }
  return lines;
}

/** @param {typeof slurm} part */
function isUnusable(part) {
  return (process.env[UNUSABLE] ?? '').split(' ').includes(part.name);
}

/**
 * Starts each once, as tests would. A machine may have the programs and yet not let them run, such as one without the rights for it.
 * @param {string} node the program that runs tests
 * @returns {string[]} a line for each that does not run, and whose tests are then left out of all that this process starts
 */
export function tryMachinePrograms(node) {
  const lines = [];
  for (const part of [slurm, sshd]) {
    const isThere = part === slurm ? slurmPrograms() !== null : sshdProgram() !== null;
    const reason = isThere ? obstacleOf(node, part) : null;
    if (reason === null) continue;
    process.env[UNUSABLE] = `${process.env[UNUSABLE] ?? ''} ${part.name}`;
    lines.push(`left out: tests that need ${part.name} (it does not run here: ${reason})`);
  }
  return lines;
}

/** @param {string} node @param {typeof slurm} part @returns {string | null} null where it runs */
function obstacleOf(node, part) {
  const probe = fileURLToPath(new URL('machine-probe.ts', import.meta.url));
  const { status, stderr } = spawnSync(node, [probe, part.name], { encoding: 'utf8', timeout: PROBE_MS });
  return status === 0 ? null : stderr.trim().split('\n').join('; ') || `no answer in ${PROBE_MS / 1000} s`;
}

/** @param {typeof slurm} part @param {Say} say @returns {Promise<string | null>} */
async function missingReason(part, say) {
  const isThere = () => (part === slurm ? slurmPrograms() !== null : sshdProgram() !== null);
  try {
    if (process.platform !== 'linux') return 'only on Linux';
    if (isThere()) return null;
    if (findProgram('apt-get') === null) return 'there is no apt-get';
    if (mayInstall() && startsNothing()) await installDebianPackages(part.packages, say);
    else await provide(unpackedItem(part), say);
    if (isThere()) return null;
    return (part === sshd ? sshdObstacle() : null) ?? 'its programs were not found after their installation';
  } catch (error) {
    return errorMessage(error);
  }
}

/** Whether the machine refuses to start the services of packages, as containers do: tests must not open a port. */
function startsNothing() {
  return existsSync('/usr/sbin/policy-rc.d');
}

/** Root's sshd gives up its rights to a user that only its installation makes. @returns {string | null} */
function sshdObstacle() {
  const isRoot = process.getuid?.() === 0;
  const hasUser = readFileSync('/etc/passwd', 'utf8').includes(`${sshUser}:`);
  return isRoot && !hasUser ? `root's sshd needs the user ${sshUser}: install openssh-server` : null;
}

/** @param {typeof slurm} part @returns {import('../../src-main/setup/cache.mjs').CacheItem} */
function unpackedItem(part) {
  return {
    name: itemName(part),
    what: `Debian packages ${part.packages.join(' ')}, for tests alone`,
    make: async (temporary) => {
      const work = join(temporary, 'work');
      mkdirSync(work);
      await unpackDebianPackages(part.packages, { folder: temporary, work, withNeeded: true });
      rmSync(work, { recursive: true });
      return { files: part === slurm ? layOutSlurm(temporary) : ['usr/sbin/sshd'] };
    },
  };
}

/** Debian chooses between implementations by links that its installation makes. @param {string} folder */
function layOutSlurm(folder) {
  mkdirSync(join(folder, 'bin'));
  for (const name of ['slurmctld', 'slurmd']) {
    symlinkSync(join('..', 'usr', 'sbin', `${name}-wlm`), join(folder, 'bin', name));
    refuseUnusable(join(folder, 'bin', name), unpackedSlurm(folder).environment);
  }
  return ['usr/sbin/slurmctld-wlm', 'usr/sbin/slurmd-wlm'];
}

/** Throws where a library is missing. @param {string} program @param {Readonly<Record<string, string>>} environment */
function refuseUnusable(program, environment) {
  try {
    execFileSync(program, ['-V'], { env: { ...process.env, ...environment }, stdio: 'pipe' });
  } catch (error) {
    throw new SetupError(`${program} does not start: ${errorMessage(error)}`, { cause: error });
  }
}

/** @param {string} folder @returns {SlurmPrograms} */
function unpackedSlurm(folder) {
  const system = join(folder, 'usr');
  const libraries = join(system, 'lib', 'x86_64-linux-gnu');
  const plugins = join(libraries, 'slurm-wlm');
  const programs = [join(folder, 'bin'), join(system, 'sbin'), join(system, 'bin')];
  return {
    environment: {
      PATH: [...programs, systemPath()].join(delimiter),
      LD_LIBRARY_PATH: [libraries, plugins].join(delimiter),
    },
    plugins,
    stepDaemon: join(system, 'sbin', 'slurmstepd-wlm'),
  };
}

/** @param {typeof slurm} part */
function itemName(part) {
  return `tests-${part.name.toLowerCase()}-${releaseName()}-${platform}`;
}

function releaseName() {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1] ?? 'other';
}

/** @param {typeof slurm} part */
function areInSystem(part) {
  return areFound(part.programs);
}

/** @param {readonly string[]} programs */
function areFound(programs) {
  return programs.every((name) => inSystem(name) !== null);
}

/** Where a program is, also one of administrators. @param {string} program */
export function inSystem(program) {
  return findProgram(program) ?? systemFolders.map((folder) => join(folder, program)).find(existsSync) ?? null;
}

function systemPath() {
  return [process.env.PATH ?? '', ...systemFolders].join(delimiter);
}
