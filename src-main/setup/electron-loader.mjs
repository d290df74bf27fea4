// Runs inside the stand-in for Electron, in place of Electron's default app: opens the app whose folder is the
// first argument that is not a flag. This ES module waits for the app's module: Electron is not ready before.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import electron from 'electron';

/** Electron's own default app uses these two methods as well; Electron's types leave them out. */
/** @typedef {{ setVersion(version: string): void, setAppPath(path: string): void }} DefaultAppMethods */
const app = /** @type {Electron.App & DefaultAppMethods} */ (electron.app);

const folder = resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.');
const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
app.setName(description.productName ?? description.name);
app.setVersion(description.version ?? '0.0.0');
app.setAppPath(folder);
try {
  await import(pathToFileURL(join(folder, description.main)).href);
} catch (error) {
  console.error(error);
  app.exit(1);
}
