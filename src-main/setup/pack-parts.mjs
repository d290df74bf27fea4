import { cpSync, linkSync, mkdirSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFileError } from './lock.mjs';
import { packedPartsName } from './packed.mjs';
import { inCheckout } from './places.mjs';
import { SetupError } from './setup-error.mjs';
import { sourceNames, sourcesVersion } from './sources.mjs';
import { fashionMnistFolder } from './steps/fashion-mnist.mjs';
import { installedTensorFlow } from './steps/tensorflow.mjs';
import { packageLibraries } from './steps/tensorflow-binding.mjs';

/**
 * Puts TensorFlow's libraries and Fashion-MNIST next to a packaged app's archive, so that it needs no set-up, and the sources from which
 * it sets up other machines.
 * @param {string} resources the app's folder of that name
 * @throws {SetupError} where this checkout has no such parts
 */
export function packParts(resources) {
  const tensorflow = installedTensorFlow();
  const images = fashionMnistFolder();
  if (tensorflow === null || images === null)
    throw new SetupError('TensorFlow or Fashion-MNIST is missing: run `node src-main/setup/setup.mjs --all`.');
  const folders = [packageLibraries, ...tensorflow.libraryFolders].map((folder, index) => {
    const place = join('tensorflow', String(index));
    placeFolder(folder, join(resources, place));
    return place;
  });
  placeFolder(images, join(resources, 'fashion-mnist'));
  for (const name of sourceNames) placeAny(inCheckout(name), join(resources, 'sources', name));
  const { variant, version, way } = tensorflow;
  const parts = {
    tensorflow: { variant, version, way, libraryFolders: folders },
    fashionMnist: 'fashion-mnist',
    sources: { version: sourcesVersion(), folder: 'sources' },
  };
  writeFileSync(join(resources, packedPartsName), JSON.stringify(parts));
}

/** Hard-links the files, following symbolic links: where both places are on one disk, no gigabyte is copied. @param {string} from @param {string} to */
function placeFolder(from, to) {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    if (!entry.isDirectory()) placeFile(realpathSync(source), join(to, source.slice(from.length)));
  }
}

/** @param {string} source a file or a folder @param {string} target */
function placeAny(source, target) {
  if (statSync(source).isDirectory()) placeFolder(source, target);
  else placeFile(source, target);
}

/** @param {string} source @param {string} target */
function placeFile(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  try {
    linkSync(source, target);
  } catch (error) {
    if (!isFileError(error, 'EXDEV')) throw error;
    cpSync(source, target);
  }
}
