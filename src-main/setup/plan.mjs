import { electron } from './steps/electron.mjs';
import { fashionMnist } from './steps/fashion-mnist.mjs';
import { node } from './steps/node.mjs';
import { packages } from './steps/packages.mjs';
import { screen } from './steps/screen.mjs';
import { sqlite, sqliteInElectron } from './steps/sqlite.mjs';
import { tensorflow } from './steps/tensorflow.mjs';

/** @typedef {'reading' | 'training' | 'everything'} Extent each extent includes those before it; the tests need everything */

/** The order matters: later steps use what earlier ones install. @type {Readonly<Record<Extent, readonly import('./steps/step.mjs').Step[]>>} */
const ownSteps = {
  reading: [packages, node, sqlite],
  training: [tensorflow, fashionMnist],
  everything: [electron, screen, sqliteInElectron],
};

/** @param {Extent} extent @returns {readonly import('./steps/step.mjs').Step[]} */
export function stepsFor(extent) {
  const { reading, training, everything } = ownSteps;
  if (extent === 'reading') return reading;
  return extent === 'training' ? [...reading, ...training] : [...reading, ...training, ...everything];
}
