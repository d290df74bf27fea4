import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { makeFolders } from './make-folders.mjs';
import { cacheFolder, lockPath } from './places.mjs';
import { readJsonFile } from './placing.mjs';

/**
 * A folder of the cache. It is made under another name and renamed when it is complete, so a folder that is there is usable.
 * @typedef {object} CacheItem
 * @property {string} name path within the cache, with the version in it
 * @property {string} what its name for people, with its size
 * @property {(temporary: string, say: Say) => Promise<Made>} make fills an empty folder
 */

/** @typedef {(line: string) => void} Say shows a line of progress */
/** @typedef {Readonly<Record<string, unknown>>} Facts */
/** @typedef {{ files: readonly string[], facts?: Facts }} Made the files that must be there, and facts about them */
/** @typedef {{ size: number, mtimeMs: number }} Mark tells whether a file is still the verified one, without reading it */
/** @typedef {{ facts: Facts, files: Readonly<Record<string, Mark>> }} Stamp */

const stampName = 'stamp.json';

/** @param {string} name */
export function itemFolder(name) {
  return join(cacheFolder(), name);
}

/**
 * What was recorded of a cached folder, or null unless every file is there as it was when verified.
 * @param {string} name
 * @returns {Facts | null}
 */
export function cachedFacts(name) {
  const folder = itemFolder(name);
  const stamp = stampIn(readJsonFile(join(folder, stampName)));
  if (stamp === null) return null;
  const isWhole = Object.entries(stamp.files).every(([file, mark]) => isUnchanged(join(folder, file), mark));
  return isWhole ? stamp.facts : null;
}

/** @param {unknown} json @returns {Stamp | null} null where it is no stamp */
function stampIn(json) {
  const { facts, files } = Object(json);
  const isStamp = isRecord(facts) && isRecord(files) && Object.values(files).every(isRecord);
  return isStamp ? /** @type {Stamp} */ ({ facts, files }) : null;
}

/** @param {unknown} value @returns {value is Readonly<Record<string, unknown>>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {string} path @param {Mark} mark */
function isUnchanged(path, mark) {
  const info = statSync(path, { throwIfNoEntry: false });
  return info?.size === mark.size && info.mtimeMs === mark.mtimeMs;
}

/**
 * Makes a folder of the cache unless it is there, once for all set-ups that ask at the same time.
 * @param {CacheItem} item
 * @param {Say} say
 * @returns {Promise<string>} its path
 */
export async function provide(item, say) {
  const folder = itemFolder(item.name);
  if (cachedFacts(item.name)) return folder;
  const onWait = (/** @type {number} */ pid, /** @type {string} */ host) =>
    say(`waiting for another set-up (pid ${pid} on ${host}): ${item.what}`);
  await withLock(lockPath(item.name), { onWait, work: () => makeOnce(item, say) });
  return folder;
}

/** @param {CacheItem} item @param {Say} say */
async function makeOnce(item, say) {
  if (cachedFacts(item.name)) return;
  const folder = itemFolder(item.name);
  const temporary = `${folder}.making-${process.pid}`;
  removeLeftovers(folder, say);
  mkdirSync(temporary);
  try {
    say(`${item.what} ...`);
    writeStamp(temporary, await item.make(temporary, say));
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    remove(temporary);
  }
}

/**
 * Removes what set-ups that were killed have begun. Only the holder of the lock makes the folder, so nobody else uses it.
 * One that stays is in nobody's way.
 * @param {string} folder
 * @param {Say} say
 */
function removeLeftovers(folder, say) {
  const parent = dirname(folder);
  makeFolders(parent);
  const leftovers = readdirSync(parent).filter((name) => name.startsWith(`${basename(folder)}.making-`));
  for (const path of leftovers.map((name) => join(parent, name))) {
    try {
      remove(path);
    } catch (error) {
      say(`${path} is left over from earlier work and cannot be removed (${error}): remove it by hand.`);
    }
  }
}

/** @param {string} folder */
function remove(folder) {
  // A program that a killed set-up had started may still write for a moment: try again rather than fail.
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/** @param {string} folder @param {Made} made */
function writeStamp(folder, { files, facts = {} }) {
  const marks = files.map((file) => {
    const { size, mtimeMs } = statSync(join(folder, file));
    return [file, { size, mtimeMs }];
  });
  writeFileSync(join(folder, stampName), JSON.stringify({ facts, files: Object.fromEntries(marks) }));
}
