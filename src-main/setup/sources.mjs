import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { inCheckout } from './places.mjs';

/** What of a checkout the program in a terminal is made from. */
export const sourceNames = ['package.json', 'package-lock.json', 'migrations', 'src-main'];

/** The version of the sources in this checkout: that of the package with a hash of all their files. */
export function sourcesVersion() {
  const hash = createHash('sha256');
  for (const name of sourceFiles())
    hash
      .update(`${name}\n`)
      .update(readFileSync(inCheckout(name)))
      .update('\n');
  const { version } = JSON.parse(readFileSync(inCheckout('package.json'), 'utf8'));
  return `${version}-${hash.digest('hex').slice(0, 12)}`;
}

/** Their names, with slashes, in an order that is the same everywhere. */
function sourceFiles() {
  return sourceNames
    .flatMap(filesIn)
    .map((name) => name.replaceAll(sep, '/'))
    .sort();
}

/** @param {string} name a file or a folder @returns {string[]} */
function filesIn(name) {
  if (name.includes('.')) return [name];
  return readdirSync(inCheckout(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(inCheckout().length + 1));
}
