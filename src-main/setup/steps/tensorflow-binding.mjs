import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { itemFolder } from '../cache.mjs';
import { inCheckout, platform } from '../places.mjs';
import { runProgram } from '../run-program.mjs';
import { nodeGyp } from '../toolchain.mjs';
import { tensorflowNapiVersion, tensorflowPackageVersion, tensorflowVersion } from '../versions.mjs';
import { headersEnvironment } from './node.mjs';
import { wheelItemName } from './tensorflow-wheel.mjs';

/** @typedef {import('./tensorflow-wheel.mjs').Variant} Variant */

export const tensorflowPackageFolder = inCheckout('node_modules', '@tensorflow', 'tfjs-node-gpu');

/** Where the addon looks for the libraries. */
export const packageLibraries = join(tensorflowPackageFolder, 'deps', 'lib');

export const addonName = 'tfjs_binding.node';

/** The names that the package links against, and the names of the same libraries in the wheel. */
export const libraryLinks = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow_cc.so.2': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
  'libtensorflow_framework.so.2': 'libtensorflow_framework.so.2',
};

/** @param {Variant} variant */
export function bindingItemName(variant) {
  const versions = `${tensorflowPackageVersion}-tensorflow-${tensorflowVersion}-${variant}-napi-${tensorflowNapiVersion}`;
  return `tfjs-binding-${versions}-unoptimized-${platform}`;
}

/** @param {Variant} variant @returns {import('../cache.mjs').CacheItem} */
export function bindingItem(variant) {
  return {
    name: bindingItemName(variant),
    what: "the package's addon for TensorFlow, compiled in about 10 s",
    make: (temporary) => compile(variant, temporary),
  };
}

/** @param {Variant} variant @param {string} temporary @returns {Promise<import('../cache.mjs').Made>} */
async function compile(variant, temporary) {
  const build = join(temporary, 'build');
  layOutSources(variant, build);
  const flags = ['--module_name=tfjs_binding', `--module_path=${build}/lib`];
  await runProgram([...nodeGyp(), 'rebuild', ...flags, `--napi_build_version=${tensorflowNapiVersion}`], {
    name: 'node-gyp for TensorFlow',
    folder: build,
    advice: 'run `sudo apt-get install -y g++ make python3`, then run the same command again',
    environment: headersEnvironment(),
  });
  copyFileSync(join(build, 'lib', addonName), join(temporary, addonName));
  rmSync(build, { recursive: true });
  return { files: [addonName] };
}

/**
 * Copies what `binding.gyp` needs, so that two compilations never meet in the package's folder.
 * @param {Variant} variant @param {string} build
 */
function layOutSources(variant, build) {
  const wheel = join(itemFolder(wheelItemName(variant)), 'tensorflow');
  const libraries = join(build, 'deps', 'lib');
  mkdirSync(libraries, { recursive: true });
  for (const name of ['binding', 'binding.gyp', 'package.json']) {
    cpSync(join(tensorflowPackageFolder, name), join(build, name), { recursive: true });
  }
  const backend = join(build, 'binding', 'tfjs_backend.cc');
  writeFileSync(backend, withSessionOptions(readFileSync(backend, 'utf8')));
  symlinkSync(join(wheel, 'include'), join(build, 'deps', 'include'));
  for (const [name, target] of Object.entries(libraryLinks)) symlinkSync(join(wheel, target), join(libraries, name));
}

/**
 * The package's source gives its sessions no options. Ours leave out TensorFlow's graph optimizer, which takes most of the time in which a session
 * prepares a run, and finds nothing to do: all that computes is in functions, which it leaves alone.
 * @param {string} source @returns {string}
 */
export function withSessionOptions(source) {
  const made = 'TF_SessionOptions *session_options = TF_NewSessionOptions();';
  if (source.split(made).length !== 2)
    throw new Error("The package's source has changed: it makes its options elsewhere.");
  // ConfigProto{graph_options{rewrite_options{disable_meta_optimizer: true}}}
  const set = `static const unsigned char config[] = {0x52, 0x05, 0x52, 0x03, 0x98, 0x01, 0x01};
  TF_AutoStatus config_status;
  TF_SetConfig(session_options, config, sizeof config, config_status.status);`;
  return source.replace(made, `${made}\n  ${set}`);
}
