import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cachedFacts, itemFolder, provide } from '../cache.mjs';
import { unpackDebianPackages } from '../debian.mjs';
import { findProgram } from '../places.mjs';
import { errorMessage, SetupError } from '../setup-error.mjs';

/** @typedef {import('../cache.mjs').Say} Say */

const itemName = 'datasets/fashion-mnist';

/** The authors' IDX files and the SHA-256 of each, unpacked: the compressed files differ from source to source. */
const fileHashes = {
  'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
};

/** Where Debian's package `dataset-fashion-mnist` installs the files. */
const debianFolder = 'usr/share/datasets/fashion-mnist';

/** The authors' own address for the files (github.com/zalandoresearch/fashion-mnist). */
const home = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com';

/** @type {import('./step.mjs').Step} */
export const fashionMnist = {
  name: 'Fashion-MNIST',
  isDone: () => fashionMnistFolder() !== null,
  async run(say) {
    await provide({ name: itemName, what: 'Fashion-MNIST, 30 MB', make: fetchFiles }, say);
  },
};

/** The folder of the four verified IDX files, or null. */
export function fashionMnistFolder() {
  return cachedFacts(itemName) ? itemFolder(itemName) : null;
}

/** @param {string} temporary @param {Say} say @returns {Promise<import('../cache.mjs').Made>} */
async function fetchFiles(temporary, say) {
  const work = join(temporary, 'work');
  mkdirSync(work);
  const read = await reader(work, say);
  for (const [name, hash] of Object.entries(fileHashes))
    writeFileSync(join(temporary, name), verified(await read(name), { name, hash }));
  rmSync(work, { recursive: true });
  return { files: Object.keys(fileHashes) };
}

/**
 * From Debian's package, installed or not; else from the authors' home.
 * @param {string} work @param {Say} say
 * @returns {Promise<(name: string) => Buffer | Promise<Buffer>>} gives a compressed file
 */
async function reader(work, say) {
  if (existsSync(join('/', debianFolder))) return (name) => readFileSync(join('/', debianFolder, `${name}.gz`));
  if (findProgram('apt-get') === null) return fetchFromHome;
  try {
    await unpackDebianPackages(['dataset-fashion-mnist'], { folder: work, work });
    return (name) => readFileSync(join(work, debianFolder, `${name}.gz`));
  } catch (error) {
    say(`Debian's package could not be downloaded (${errorMessage(error)}): trying the data set's home ...`);
    return fetchFromHome;
  }
}

/** @param {string} name */
async function fetchFromHome(name) {
  try {
    const response = await fetch(`${home}/${name}.gz`, { signal: AbortSignal.timeout(120_000) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    const advice =
      'check the network, or run `sudo apt-get install -y dataset-fashion-mnist`, then run the same command again';
    throw new SetupError(`Fashion-MNIST cannot be fetched (${errorMessage(cause)}): ${advice}.`, { cause });
  }
}

/**
 * @param {Buffer} compressed @param {{ name: string, hash: string }} expected
 * @throws {SetupError} if it is not the authors' file
 */
export function verified(compressed, { name, hash }) {
  const content = gunzipSync(compressed);
  if (createHash('sha256').update(content).digest('hex') === hash) return content;
  throw new SetupError(
    `${name} is not the authors' file (its SHA-256 differs): remove the copy on this machine, then run the same command again.`,
  );
}
