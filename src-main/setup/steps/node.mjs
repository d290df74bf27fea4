import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unpackPackage } from '../archives.mjs';
import { cachedFacts, itemFolder, provide } from '../cache.mjs';
import { inCheckout, platform } from '../places.mjs';
import { linkTarget, placeLink } from '../placing.mjs';
import { SetupError } from '../setup-error.mjs';
import { nodeVersion } from '../versions.mjs';

const itemName = `node-${nodeVersion}-${platform}`;

/** npm's programs come first in the path of every npm script, so there `node` is ours. */
const placedNode = inCheckout('node_modules', '.bin', 'node');
const packageNode = inCheckout('node_modules', 'node', 'bin', 'node');

/**
 * The `node` package installs its binary by a script, which runs npm inside our packages and is not safe to cut off.
 * We take the package that the script would take, once for all clones.
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
 * Tells node-gyp where the headers are. As a variable, since `npm run` hands on a `nodedir` of the user's npm
 * configuration that way, and node-gyp prefers it to its own option.
 * @returns {Readonly<Record<string, string>>}
 */
export function headersEnvironment() {
  return { npm_config_nodedir: headersPrefix() };
}

/** The folder that holds `include/node`: our own Node brings it; else where Debian and Node's archives put it. */
function headersPrefix() {
  const candidates = [itemFolder(itemName), dirname(dirname(process.execPath)), '/usr', '/usr/local'];
  const found = candidates.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
  if (found) return found;
  throw new SetupError("Node's headers are missing: run `sudo apt-get install -y libnode-dev`, then the same again.");
}

/** @param {string} temporary @returns {Promise<import('../cache.mjs').Made>} */
async function unpackNode(temporary) {
  // On this one platform the plain name was taken.
  const prefix = platform === 'darwin-arm64' ? 'node-bin' : 'node';
  await unpackPackage(`${prefix}-${platform}@${nodeVersion}`, temporary);
  return { files: ['bin/node', 'include/node/node_api.h'] };
}
