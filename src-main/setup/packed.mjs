import { join } from 'node:path';
import { readJsonFile } from './placing.mjs';

/**
 * What a packaged app carries next to its archive, as paths below its resources; `electron-builder.config.mjs` writes it.
 * @typedef {object} PackedParts
 * @property {import('./steps/tensorflow.mjs').InstalledTensorFlow} tensorflow
 * @property {string} fashionMnist
 * @property {{ version: string, folder: string }} sources from which other machines are set up
 */

export const packedPartsName = 'parts.json';

/** @returns {PackedParts | null} null where nothing is packed: a checkout has its parts in the cache */
function readParts() {
  const { resourcesPath } = /** @type {{ resourcesPath?: string }} */ (process);
  if (resourcesPath === undefined) return null;
  const parts = /** @type {PackedParts | null} */ (readJsonFile(join(resourcesPath, packedPartsName)));
  if (parts === null) return null;
  const absolute = (/** @type {string} */ path) => join(resourcesPath, path);
  const { tensorflow, fashionMnist, sources } = parts;
  return {
    tensorflow: { ...tensorflow, libraryFolders: tensorflow.libraryFolders.map(absolute) },
    fashionMnist: absolute(fashionMnist),
    sources: { ...sources, folder: absolute(sources.folder) },
  };
}

export const packedParts = readParts();
