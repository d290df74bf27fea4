import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackages } from '../debian.mjs';
import { findProgram } from '../places.mjs';

/** The libraries that Electron loads at its start, and the Debian package of each. */
const libraryPackages = {
  'libnss3.so': 'libnss3',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libcups.so.2': 'libcups2',
  'libdrm.so.2': 'libdrm2',
  'libgtk-3.so.0': 'libgtk-3-0',
  'libgbm.so.1': 'libgbm1',
  'libasound.so.2': 'libasound2',
  'libXss.so.1': 'libxss1',
  'libXtst.so.6': 'libxtst6',
};

/** The programs of a virtual screen, for machines without one, and the Debian package of each. */
const programPackages = { Xvfb: 'xvfb', xauth: 'xauth' };

const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/** @type {import('./step.mjs').Step} */
export const screen = {
  name: "Electron's system libraries",
  isDone: () => missingPackages().length === 0,
  run: (say) => installDebianPackages(missingPackages(), say),
};

function missingPackages() {
  if (process.platform !== 'linux') return [];
  const libraries = Object.entries(libraryPackages).filter(([name]) => !isLibraryThere(name));
  const programs = Object.entries(programPackages).filter(
    ([name]) => !process.env.DISPLAY && findProgram(name) === null,
  );
  return [...libraries, ...programs].map(([, debianPackage]) => debianPackage);
}

/** @param {string} name */
function isLibraryThere(name) {
  return libraryFolders.some((folder) => existsSync(join(folder, name)));
}
