import { electron } from './steps/electron.mjs';
import { fashionMnist } from './steps/fashion-mnist.mjs';
import { node } from './steps/node.mjs';
import { packages } from './steps/packages.mjs';
import { screen } from './steps/screen.mjs';
import { sqlite, sqliteInElectron } from './steps/sqlite.mjs';
import { tensorflow } from './steps/tensorflow.mjs';

/** @typedef {'reading' | 'training' | 'everything'} Extent each includes those before it; tests need everything */

/** In this order, since later steps use what earlier ones bring. @type {Readonly<Record<Extent, readonly import('./steps/step.mjs').Step[]>>} */
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

/** Commands of `lab` that train, or begin to, by the words they begin with. */
const trainingCommands = [['run'], ['study'], ['init'], ['runs', 'resume']];

/**
 * What a command line of `lab` needs: asking for help, lists or a diagnosis must not install 300 MB.
 * @param {readonly string[]} args
 * @returns {Extent}
 */
export function extentOf(args) {
  if (args.includes('--help') || args.includes('-h')) return 'reading';
  const words = wordsOf(args);
  const trains = trainingCommands.some((command) => command.every((word, index) => words[index] === word));
  return trains ? 'training' : 'reading';
}

/** Options that may stand before the command and take a value. */
const optionsWithValue = new Set(['--home']);

/** @param {readonly string[]} args */
function wordsOf(args) {
  return args.filter((argument, index) => !argument.startsWith('-') && !optionsWithValue.has(args[index - 1] ?? ''));
}
