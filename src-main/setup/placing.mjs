import {
  copyFileSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isFileError } from './lock.mjs';
import { makeFolders } from './make-folders.mjs';
import { inCheckout } from './places.mjs';

/**
 * Puts a link at `path`. It appears whole or not at all, and takes the place of whatever was there.
 * @param {string} target @param {string} path
 */
export function placeLink(target, path) {
  if (linkTarget(path) === target) return;
  place(path, (temporary) => symlinkSync(target, temporary));
}

/** @param {string} source @param {string} path */
export function placeCopy(source, path) {
  place(path, (temporary) => copyFileSync(source, temporary));
}

/** @param {string} path @param {string} text */
export function placeText(path, text) {
  place(path, (temporary) => writeFileSync(temporary, text));
}

/** @param {string} path @param {(temporary: string) => void} make */
function place(path, make) {
  const temporary = `${path}.placing-${process.pid}`;
  makeFolders(dirname(path));
  rmSync(temporary, { recursive: true, force: true });
  make(temporary);
  // A rename replaces a file or a link at once, but not a folder.
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true });
  renameSync(temporary, path);
}

/** @param {string} path @returns {string | null} */
export function linkTarget(path) {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isFileError(error, 'ENOENT') || isFileError(error, 'EINVAL') || isFileError(error, 'ENOTDIR')) return null;
    throw error;
  }
}

/** Longer files are none that the program has written. */
const mostJsonBytes = 256 * 1024 * 1024;

/**
 * A parsed JSON file; null if it is missing, incomplete or no ordinary file: whoever reads it makes it again.
 * @param {string} path
 * @returns {unknown}
 */
export function readJsonFile(path) {
  try {
    // Opening a pipe would wait for its writer.
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined || !found.isFile() || found.size > mostJsonBytes) return null;
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const isUnreadable = ['ENOENT', 'ENOTDIR', 'ELOOP'].some((code) => isFileError(error, code));
    if (error instanceof SyntaxError || isUnreadable) return null;
    throw error;
  }
}

/**
 * The record that a step has written about this checkout. It lies among the packages, so `npm ci` removes it with them.
 * @param {string} step
 * @returns {Readonly<Record<string, unknown>> | null}
 */
export function readStepRecord(step) {
  return /** @type {Record<string, unknown> | null} */ (readJsonFile(recordPath(step)));
}

/** @param {string} step @param {Readonly<Record<string, unknown>>} record */
export function writeStepRecord(step, record) {
  placeText(recordPath(step), `${JSON.stringify(record)}\n`);
}

/** @param {string} step */
function recordPath(step) {
  return inCheckout('node_modules', '.freezeout-lab', `${step}.json`);
}
