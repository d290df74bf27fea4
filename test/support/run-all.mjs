// `npm test`: sets up what is missing, then runs every check. The last line alone says what they came to.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cacheFolder, checkout, inCheckout } from '../../src-main/setup/places.mjs';
import { readJson } from '../../src-main/setup/placing.mjs';
import { say, setUp } from '../../src-main/setup/setup.mjs';
import { sentenceOf } from '../../src-main/setup/setup-error.mjs';
import { nodeProgram } from '../../src-main/setup/steps/node.mjs';
import { sumOf, tallyOf, tallyOfCheck } from './tally.mjs';

/** @typedef {import('./tally.mjs').Tally} Tally */

const tally = sumOf(await runEverything());
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;

/** @returns {Promise<Tally[]>} */
async function runEverything() {
  try {
    await setUp('everything');
  } catch (error) {
    say(sentenceOf(error, cacheFolder()));
    return [tallyOfCheck(1)];
  }
  return [check('@biomejs/biome/bin/biome', 'check'), check('typescript/bin/tsc', '--noEmit'), unitTests()];
}

/** @param {string} tool @param {...string} args @returns {Tally} */
function check(tool, ...args) {
  return tallyOfCheck(runTool(tool, args));
}

/** @returns {Tally} */
function unitTests() {
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-lab-'));
  const report = join(folder, 'vitest.json');
  const exitCode = runTool('vitest/vitest.mjs', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const { passed, failed } = tallyOf(readJson(report));
  rmSync(folder, { recursive: true });
  // A runner that ends badly after all its tests passed has still failed.
  return { passed, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}

/**
 * Runs a tool of the packages in our own Node, which is newer than the one that may have started us.
 * @param {string} tool @param {readonly string[]} args
 * @returns {number} its exit code
 */
function runTool(tool, args) {
  process.stdout.write(`\n> ${tool.split('/').at(-1)} ${args.join(' ')}\n`);
  const path = `${inCheckout('node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  const command = [inCheckout('node_modules', tool), ...args];
  return (
    spawnSync(nodeProgram(), command, { cwd: checkout, stdio: 'inherit', env: { ...process.env, PATH: path } })
      .status ?? 1
  );
}
