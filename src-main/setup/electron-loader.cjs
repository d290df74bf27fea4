// Runs inside the stand-in for Electron, in place of Electron's default app: opens the app whose folder is the
// first argument that is no flag.
const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const electron = require('electron');

/** Electron's own default app uses these two as well; its types leave them out. */
/** @typedef {{ setVersion(version: string): void, setAppPath(path: string): void }} DefaultAppMethods */
const app = /** @type {Electron.App & DefaultAppMethods} */ (electron.app);

const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setName(description.productName ?? description.name);
app.setVersion(description.version ?? '0.0.0');
app.setAppPath(folder);
import(pathToFileURL(join(folder, description.main)).href).catch((error) => {
  console.error(error);
  app.exit(1);
});
