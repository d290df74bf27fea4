import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { inCheckout } from './places.mjs';

/** What of a checkout the program in a terminal is made from. */
export const sourceNames = ['package.json', 'package-lock.json', 'migrations', 'src-main'];

/**
 * What was found last.
 * @type {{ readonly paths: readonly string[], readonly state: string, readonly version: string } | null}
 */
let known = null;

/**
 * The version of the sources in this checkout: that of the package with a hash of all their files, which are listed and read again only where
 * one has changed.
 */
export function sourcesVersion() {
  if (known === null || stateOf(known.paths) !== known.state) known = lookedAt();
  return known.version;
}

function lookedAt() {
  const entries = sourceNames.flatMap(entriesIn);
  const paths = entries.map(({ name }) => inCheckout(name));
  const files = entries.filter(({ isFile }) => isFile).map(({ name }) => name.replaceAll(sep, '/'));
  // In an order that is the same everywhere.
  return { paths, state: stateOf(paths), version: versionOf(files.sort()) };
}

/** What changes whenever a file or what a folder lists does. @param {readonly string[]} paths */
function stateOf(paths) {
  return paths
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
    })
    .join();
}

/** @param {readonly string[]} files */
function versionOf(files) {
  const hash = createHash('sha256');
  for (const name of files)
    hash
      .update(`${name}\n`)
      .update(readFileSync(inCheckout(name)))
      .update('\n');
  const { version } = JSON.parse(readFileSync(inCheckout('package.json'), 'utf8'));
  return `${version}-${hash.digest('hex').slice(0, 12)}`;
}

/**
 * A file or a folder of the checkout, with all that is below it.
 * @param {string} name
 * @returns {{ readonly name: string, readonly isFile: boolean }[]}
 */
function entriesIn(name) {
  if (name.includes('.')) return [{ name, isFile: true }];
  const below = readdirSync(inCheckout(name), { recursive: true, withFileTypes: true }).map((entry) => ({
    name: join(entry.parentPath, entry.name).slice(inCheckout().length + 1),
    isFile: entry.isFile(),
  }));
  return [{ name, isFile: false }, ...below];
}
