import { statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cachedFacts, itemFolder, provide } from '../cache.mjs';
import { installCommand, installDebianPackages, mayInstall } from '../debian.mjs';
import { inCheckout, platform } from '../places.mjs';
import { linkTarget, placeCopy, placeLink, readStepRecord, writeStepRecord } from '../placing.mjs';
import { runProgram } from '../run-program.mjs';
import { missingBuildTools } from '../toolchain.mjs';
import { tensorflowPackageVersion, tensorflowVersion } from '../versions.mjs';
import {
  addonName,
  bindingItem,
  bindingItemName,
  libraryLinks,
  packageLibraries,
  tensorflowPackageFolder,
} from './tensorflow-binding.mjs';
import { wantedVariant, wheelItem, wheelItemName } from './tensorflow-wheel.mjs';

/** @typedef {import('./tensorflow-wheel.mjs').Variant} Variant */

/**
 * @typedef {object} InstalledTensorFlow
 * @property {Variant} variant
 * @property {string} version
 * @property {'wheel' | 'package'} way from Python's wheel, or by the package's own installer
 * @property {readonly string[]} libraryFolders for `LD_LIBRARY_PATH` of the process that trains
 */

const placedAddon = join(tensorflowPackageFolder, 'lib', 'napi-v8', addonName);

/** The version that the package's own installer brings. */
const ownLibraryVersion = '2.9.1';

/** @type {import('./step.mjs').Step} */
export const tensorflow = {
  name: 'TensorFlow',
  isDone: () => installedTensorFlow()?.variant === wantedVariant(),
  async run(say) {
    const obstacle = await wheelObstacle(say);
    await (obstacle === null ? installFromWheel(wantedVariant(), say) : installByPackage(obstacle, say));
  },
};

/** @returns {InstalledTensorFlow | null} what is installed; null unless it is complete and of the version that we want */
export function installedTensorFlow() {
  const record =
    /** @type {{ variant: Variant, way: 'wheel' | 'package', addonSize: number, addon?: string } | null} */ (
      readStepRecord('tensorflow')
    );
  if (record === null || sizeOf(placedAddon) !== record.addonSize) return null;
  const { variant, way } = record;
  if (way === 'package') {
    return sizeOf(packageLibraries) === null ? null : { variant, way, version: ownLibraryVersion, libraryFolders: [] };
  }
  // One that was compiled from other sources works, but not as this version of the program expects.
  if (record.addon !== bindingItemName(variant)) return null;
  const folders = cachedFacts(wheelItemName(variant))?.libraryFolders;
  if (!Array.isArray(folders) || !areLibrariesPlaced(variant)) return null;
  const libraryFolders = folders.map((folder) => join(itemFolder(wheelItemName(variant)), folder));
  return { variant, way, version: tensorflowVersion, libraryFolders };
}

/** @param {string} path */
function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

/** @param {Variant} variant @returns {[placed: string, target: string][]} */
function libraryPlaces(variant) {
  const wheel = join(itemFolder(wheelItemName(variant)), 'tensorflow');
  return Object.entries(libraryLinks).map(([name, target]) => [join(packageLibraries, name), join(wheel, target)]);
}

/** @param {Variant} variant */
function areLibrariesPlaced(variant) {
  return libraryPlaces(variant).every(([placed, target]) => linkTarget(placed) === target);
}

/** @typedef {{ reason: string, advice: string }} Obstacle */

/**
 * Why the wheel cannot be used here, or null. Missing programs are installed where we may.
 * @param {import('../cache.mjs').Say} say
 * @returns {Promise<Obstacle | null>}
 */
async function wheelObstacle(say) {
  if (platform !== 'linux-x64') return { reason: `there is no wheel for ${platform}`, advice: 'check the network' };
  if (cachedFacts(bindingItemName(wantedVariant()))) return null;
  const missing = missingBuildTools();
  if (missing.length === 0) return null;
  if (!mayInstall()) return { reason: `${missing.join(', ')} missing`, advice: `run \`${installCommand(missing)}\`` };
  await installDebianPackages(missing, say);
  return null;
}

/** @param {Variant} variant @param {import('../cache.mjs').Say} say */
async function installFromWheel(variant, say) {
  await provide(wheelItem(variant), say);
  const binding = await provide(bindingItem(variant), say);
  for (const [placed, target] of libraryPlaces(variant)) placeLink(target, placed);
  placeCopy(join(binding, addonName), placedAddon);
  writeStepRecord('tensorflow', {
    ...{ variant, way: 'wheel', addonSize: sizeOf(placedAddon), addon: bindingItemName(variant) },
  });
  say(`TensorFlow ${tensorflowVersion} (${variant.toUpperCase()}) is in place, from Python's wheel`);
}

/** @param {Obstacle} obstacle @param {import('../cache.mjs').Say} say */
async function installByPackage({ reason, advice }, say) {
  const variant = wantedVariant();
  say(`TensorFlow ${ownLibraryVersion} by the package's own installer, since ${reason} ...`);
  await runProgram([process.execPath, 'scripts/install.js', variant, 'download'], {
    name: `installer of tfjs-node-gpu ${tensorflowPackageVersion}`,
    folder: tensorflowPackageFolder,
    advice: `${advice}, then run the same command again`,
    environment: { PATH: `${inCheckout('node_modules', '.bin')}${delimiter}${process.env.PATH}` },
  });
  writeStepRecord('tensorflow', { variant, way: 'package', addonSize: sizeOf(placedAddon) });
}
