import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { unzip } from '../archives.mjs';
import { platform } from '../places.mjs';
import { runProgram } from '../run-program.mjs';
import { tensorflowVersion } from '../versions.mjs';

/** @typedef {'cpu' | 'gpu'} Variant */

/**
 * TensorFlow's own wheel has the first tag. NVIDIA's wheels have older ones, and pip does not accept those for the
 * first.
 */
const wheelTags = ['manylinux_2_27', 'manylinux_2_17', 'manylinux2014', 'manylinux_2_5', 'manylinux1'];

/** We only take files out of the wheels, so the machine's own Python version does not matter. */
const wheelFlags = [
  '--only-binary=:all:',
  '--python-version=3.11',
  ...wheelTags.map((tag) => `--platform=${tag}_x86_64`),
];

const libraries = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'];
const headers = ['c/', 'core/platform/ctstring'].map((path) => `tensorflow/include/tensorflow/${path}`);
const wantedParts = [...libraries, ...headers, 'tensorflow/include/tsl/', 'tensorflow/include/xla/tsl/'];

/** Files of NVIDIA's driver: wherever a GPU can be used, one of them exists (the last one in WSL). */
const driverFiles = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/usr/lib/wsl/lib/libcuda.so.1'];

/**
 * The CUDA build where there is an NVIDIA GPU. `FREEZEOUT_LAB_TENSORFLOW` (`cpu` or `gpu`) overrides this.
 * @returns {Variant}
 */
export function wantedVariant() {
  const own = process.env.FREEZEOUT_LAB_TENSORFLOW;
  if (own === 'cpu' || own === 'gpu') return own;
  return driverFiles.some((path) => existsSync(path)) ? 'gpu' : 'cpu';
}

/** @param {Variant} variant */
export function wheelItemName(variant) {
  return `tensorflow-${tensorflowVersion}-${variant}-${platform}`;
}

/** @param {Variant} variant @returns {import('../cache.mjs').CacheItem} */
export function wheelItem(variant) {
  const what =
    variant === 'cpu'
      ? `TensorFlow ${tensorflowVersion} (CPU), 274 MB`
      : `TensorFlow ${tensorflowVersion} (CUDA), 572 MB and NVIDIA's libraries, about 2.5 GB`;
  return { name: wheelItemName(variant), what, make: variant === 'cpu' ? unpackCpuBuild : unpackGpuBuild };
}

/** @param {string} temporary @returns {Promise<import('../cache.mjs').Made>} */
async function unpackCpuBuild(temporary) {
  await unpackWheels([`tensorflow-cpu==${tensorflowVersion}`], temporary, ['only', ...wantedParts]);
  return { files: libraries, facts: { libraryFolders: [] } };
}

/** @param {string} temporary @param {import('../cache.mjs').Say} say @returns {Promise<import('../cache.mjs').Made>} */
async function unpackGpuBuild(temporary, say) {
  await unpackWheels([`tensorflow==${tensorflowVersion}`], temporary, [
    'only',
    ...wantedParts,
    `tensorflow-${tensorflowVersion}.dist-info/`,
  ]);
  const metadata = readFileSync(join(temporary, `tensorflow-${tensorflowVersion}.dist-info`, 'METADATA'), 'utf8');
  say("NVIDIA's libraries ...");
  await unpackWheels(cudaRequirements(metadata), temporary, ['only', 'nvidia/']);
  const libraryFolders = readdirSync(join(temporary, 'nvidia'))
    .map((name) => `nvidia/${name}/lib`)
    .filter((folder) => existsSync(join(temporary, folder)));
  return { files: libraries, facts: { libraryFolders } };
}

/**
 * The wheels that TensorFlow's extra `and-cuda` requires.
 * @param {string} metadata of the wheel, in lines such as `Requires-Dist: nvidia-cublas-cu12<13.0; extra == "and-cuda"`
 */
export function cudaRequirements(metadata) {
  const matches = metadata.matchAll(/^Requires-Dist: *([^;\n]+?) *;.*extra == ["']and-cuda["']/gm);
  return [...matches].map((match) => match[1]?.replaceAll(/[ ()]/g, '') ?? '').sort();
}

/**
 * @param {readonly string[]} requirements
 * @param {string} folder
 * @param {readonly string[]} parts of the wheels, as `unzip.py` takes them
 */
async function unpackWheels(requirements, folder, parts) {
  const wheels = join(folder, 'wheels');
  await runProgram(
    ['python3', '-m', 'pip', 'download', '--no-deps', '--no-cache-dir', '-d', wheels, ...wheelFlags, ...requirements],
    {
      name: 'pip download',
      advice: 'check that the Python package index can be reached, then run the same command again',
    },
  );
  for (const wheel of readdirSync(wheels)) {
    await unzip(join(wheels, wheel), folder, parts);
    rmSync(join(wheels, wheel));
  }
  rmSync(wheels, { recursive: true });
}
