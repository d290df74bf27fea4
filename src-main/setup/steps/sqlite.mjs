import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { provide } from '../cache.mjs';
import { inCheckout, platform } from '../places.mjs';
import { placeCopy, readStepRecord, writeStepRecord } from '../placing.mjs';
import { runProgram } from '../run-program.mjs';
import { SetupError } from '../setup-error.mjs';
import { nodeGyp } from '../toolchain.mjs';
import { nodeVersion, sqlitePackageVersion } from '../versions.mjs';
import { installedElectron } from './electron.mjs';
import { headersEnvironment, nodeProgram } from './node.mjs';

const packageFolder = inCheckout('node_modules', 'better-sqlite3');
const addonName = 'better_sqlite3.node';

/** The package loads an addon that is here, else the prebuilt addon that it carries. */
const placedAddon = join(packageFolder, 'build', 'Release', addonName);

/** Electron 33 has N-API 9; the one newer function that the addon uses is marked experimental there. */
const compilerFlags =
  '-UNAPI_VERSION -DNAPI_VERSION=2147483647 -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NO_WARNING -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT';

/** @typedef {{ program: string, version: string }} Host what loads the addon */

/** @type {import('./step.mjs').Step} */
export const sqlite = {
  name: 'SQLite',
  isDone: () => readStepRecord('sqlite')?.node === nodeVersion,
  run() {
    const failure = loadFailure({ program: nodeProgram(), version: nodeVersion });
    if (failure !== null)
      throw new SetupError(
        `better-sqlite3 cannot be loaded (${failure}): remove node_modules, then run the same command again.`,
      );
    writeStepRecord('sqlite', { node: nodeVersion });
  },
};

/** @type {import('./step.mjs').Step} */
export const sqliteInElectron = {
  name: 'SQLite in Electron',
  isDone() {
    const record = readStepRecord('sqlite-electron');
    return (
      record !== null && record.version === installedElectron()?.version && record.isBuilt === existsSync(placedAddon)
    );
  },
  async run(say) {
    const electron = installedElectron();
    if (electron === null) throw new SetupError('Electron is missing: run the same command again.');
    const host = { program: electron.path, version: electron.version };
    if (loadFailure(host) !== null) await placeBuild(host, say);
    writeStepRecord('sqlite-electron', { version: electron.version, isBuilt: existsSync(placedAddon) });
  },
};

/** @param {Host} host @param {import('../cache.mjs').Say} say */
async function placeBuild(host, say) {
  const name = `better-sqlite3-${sqlitePackageVersion}-napi-9-${platform}`;
  const item = { name, what: `better-sqlite3 for Electron ${host.version}, compiled in about 80 s`, make: compile };
  placeCopy(join(await provide(item, say), addonName), placedAddon);
  for (const each of [host, { program: nodeProgram(), version: nodeVersion }]) {
    const failure = loadFailure(each);
    if (failure !== null)
      throw new SetupError(
        `better-sqlite3 does not load in ${each.version} (${failure}): report this together with your system's name.`,
      );
  }
}

/**
 * Opens a database in another program.
 * @param {Host} host
 * @returns {string | null} why it failed
 */
function loadFailure({ program }) {
  const script = `new (require(${JSON.stringify(packageFolder)}))(':memory:').close()`;
  const environment = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { status, stderr, error } = spawnSync(program, ['-e', script], { env: environment, encoding: 'utf8' });
  if (status === 0) return null;
  return (
    error?.message ??
    stderr
      .split('\n')
      .find((line) => /error/i.test(line))
      ?.trim() ??
    `exit ${status}`
  );
}

/** @param {string} temporary @returns {Promise<import('../cache.mjs').Made>} */
async function compile(temporary) {
  const build = join(temporary, 'sources');
  cpSync(packageFolder, build, { recursive: true });
  // The build asks for the headers of node-addon-api as a package.
  symlinkSync(inCheckout('node_modules'), join(build, 'node_modules'));
  await runProgram([...nodeGyp(), 'rebuild', '--release', '--force_build=1'], {
    name: 'node-gyp for better-sqlite3',
    folder: build,
    advice: 'run `sudo apt-get install -y g++ make python3`, then run the same command again',
    environment: { ...headersEnvironment(), CXXFLAGS: compilerFlags },
  });
  renameSync(join(build, 'build', 'Release', addonName), join(temporary, addonName));
  rmSync(build, { recursive: true });
  return { files: [addonName] };
}
