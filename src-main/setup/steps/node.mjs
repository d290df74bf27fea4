import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unpackPackage } from '../archives.mjs';
import { cachedFacts, itemFolder, provide } from '../cache.mjs';
import { inCheckout, platform } from '../places.mjs';
import { linkTarget, placeLink } from '../placing.mjs';
import { SetupError } from '../setup-error.mjs';
import { nodeVersion } from '../versions.mjs';

const itemName = `node-${nodeVersion}-${platform}`;

/** The packages' programs come first in the PATH of every npm script, so this is the `node` there. */
const placedNode = inCheckout('node_modules', '.bin', 'node');
const packageNode = inCheckout('node_modules', 'node', 'bin', 'node');

/**
 * The `node` package installs its binary with a script that runs npm inside our packages and cannot safely be cut off.
 * This step takes the package that the script would take, once for all clones.
 * @type {import('./step.mjs').Step}
 */
export const node = {
  name: `Node ${nodeVersion}`,
  isDone: () => cachedFacts(itemName) !== null && [placedNode, packageNode].every(isOurs),
  async run(say) {
    await provide({ name: itemName, what: `Node ${nodeVersion}, 55 MB`, make: unpackNode }, say);
    for (const path of [packageNode, placedNode]) placeLink(nodeProgram(), path);
  },
};

/** @param {string} path */
function isOurs(path) {
  return linkTarget(path) === nodeProgram();
}

/** Our own Node. */
export function nodeProgram() {
  return join(itemFolder(itemName), 'bin', 'node');
}

/**
 * Tells node-gyp where the headers are. It has to be a variable: `npm run` passes a `nodedir` of the user's npm
 * configuration on as one, and node-gyp prefers that to its own option.
 * @returns {Readonly<Record<string, string>>}
 */
export function headersEnvironment() {
  return { npm_config_nodedir: headersPrefix() };
}

/** The folder that contains `include/node`: that of our own Node, else where Debian or Node's archives put it. */
function headersPrefix() {
  const candidates = [itemFolder(itemName), dirname(dirname(process.execPath)), '/usr', '/usr/local'];
  const found = candidates.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
  if (found) return found;
  throw new SetupError(
    "Node's headers are missing: run `sudo apt-get install -y libnode-dev`, then the same command again.",
  );
}

/** @param {string} temporary @returns {Promise<import('../cache.mjs').Made>} */
async function unpackNode(temporary) {
  // The plain name was taken for this one platform.
  const prefix = platform === 'darwin-arm64' ? 'node-bin' : 'node';
  await unpackPackage(`${prefix}-${platform}@${nodeVersion}`, temporary);
  return { files: ['bin/node', 'include/node/node_api.h'] };
}
