import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { cacheFolder, checkoutLockPath } from './places.mjs';
import { stepsFor } from './plan.mjs';
import { sentenceOf } from './setup-error.mjs';

/** @typedef {import('./steps/step.mjs').Step} Step */

/** Prints a line of the set-up to standard error; standard output is for the program itself. @param {string} line */
export function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

/**
 * Installs what is missing. If nothing is missing, this is quick and, unless `verbose`, silent.
 * @param {import('./plan.mjs').Extent} extent
 * @param {{ verbose?: boolean }} [options]
 */
export async function setUp(extent, { verbose = false } = {}) {
  const steps = stepsFor(extent);
  const isComplete = steps.every((step) => step.isDone());
  if (!isComplete) {
    const onWait = (/** @type {number} */ pid, /** @type {string} */ host) =>
      say(`waiting for another set-up (pid ${pid} on ${host}) of this folder`);
    await withLock(checkoutLockPath(), { onWait, work: () => runSteps(steps) });
  } else if (verbose) {
    for (const step of steps) say(`${step.name}: already there`);
  }
}

/** @param {readonly Step[]} steps */
async function runSteps(steps) {
  for (const step of steps) {
    if (step.isDone()) say(`${step.name}: already there`);
    else await runStep(step);
  }
}

/** @param {Step} step */
async function runStep(step) {
  const startedAt = performance.now();
  await step.run(say);
  say(`${step.name}: done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

/**
 * Sets up for a program that begins with that: if it fails, prints one sentence and exits with code 1.
 * @param {import('./plan.mjs').Extent} extent
 * @param {{ verbose?: boolean }} [options]
 */
export async function setUpOrExit(extent, options) {
  try {
    await setUp(extent, options);
  } catch (error) {
    say(sentenceOf(error, cacheFolder()));
    exit(1);
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await setUpOrExit(argv.includes('--all') ? 'everything' : 'training', { verbose: true });
}
