import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedParts } from './packed.mjs';
import { cacheFolder } from './places.mjs';
import { stepsFor } from './plan.mjs';
import { installedElectron } from './steps/electron.mjs';
import { fashionMnistFolder } from './steps/fashion-mnist.mjs';
import { installedTensorFlow } from './steps/tensorflow.mjs';

/** Where the rest of the program finds what the set-up installed. Cheap: a few small reads, no process, no network. */
export { cacheFolder, installedElectron as electron };

/** @returns {import('./steps/tensorflow.mjs').InstalledTensorFlow | null} */
export const tensorflowAtHand = () => packedParts?.tensorflow ?? installedTensorFlow();

/** @returns {string | null} */
export const fashionMnistAtHand = () => packedParts?.fashionMnist ?? fashionMnistFolder();

/**
 * @typedef {object} Examination
 * @property {readonly string[]} problems what training lacks, each with the command that installs it
 * @property {readonly string[]} notes what only the desktop app and the tests lack, likewise
 */

/** What is missing here; nothing in a packaged app, which carries what it needs. @returns {Examination} */
export function examine() {
  if (packedParts !== null) return { problems: [], notes: [] };
  const training = stepsFor('training');
  const others = stepsFor('everything').filter((step) => !training.includes(step));
  return { problems: missing(training, setupCommand()), notes: missing(others, `${setupCommand()} --all`) };
}

/** @param {readonly import('./steps/step.mjs').Step[]} steps @param {string} command that installs them */
function missing(steps, command) {
  return steps
    .filter((step) => !step.isDone())
    .map(({ name }) => `Missing or incomplete: ${name}; run \`${command}\`.`);
}

function setupCommand() {
  return `node ${relative(process.cwd(), fileURLToPath(new URL('setup.mjs', import.meta.url)))}`;
}
