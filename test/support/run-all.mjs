// `npm test`: sets up what is missing, then runs every check. The last line alone says what they came to.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cacheFolder, checkout, inCheckout } from '../../src-main/setup/places.mjs';
import { readJsonFile } from '../../src-main/setup/placing.mjs';
import { say, setUp } from '../../src-main/setup/setup.mjs';
import { sentenceOf } from '../../src-main/setup/setup-error.mjs';
import { nodeProgram } from '../../src-main/setup/steps/node.mjs';
import { provideMachinePrograms, tryMachinePrograms } from './machine-programs.mjs';
import { sumOf, tallyOf, tallyOfCheck, tallyOfWindows } from './tally.mjs';

/** @typedef {import('./tally.mjs').Tally} Tally */

const FIRST_SCREEN = 99;

/** @type {string[]} */
const leftOut = [];
const tally = sumOf(await runEverything());
// Where only the end of all this is kept, it says what to look for.
for (const failure of tally.failures) process.stdout.write(`\nfailed: ${failure}`);
for (const line of leftOut) process.stdout.write(`\n${line}`);
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;

/** @returns {Promise<Tally[]>} */
async function runEverything() {
  try {
    await setUp('everything');
    leftOut.push(...(await provideMachinePrograms(say)), ...tryMachinePrograms(nodeProgram()));
    for (const line of leftOut) say(line);
  } catch (error) {
    say(sentenceOf(error, cacheFolder()));
    return [tallyOfCheck('the set-up', 1)];
  }
  return [
    await check('@biomejs/biome/bin/biome', 'check'),
    await check('typescript/bin/tsc', '--noEmit'),
    await check('knip/bin/knip.js', '--no-progress'),
    await check('svelte-check/bin/svelte-check', '--tsconfig', 'src-renderer/tsconfig.json', '--fail-on-warnings'),
    await unitTests(),
    ...(await windowTests()),
  ];
}

/** @param {string} tool @param {...string} args @returns {Promise<Tally>} */
async function check(tool, ...args) {
  return tallyOfCheck(tool, await runTool(tool, args));
}

/** @returns {Promise<Tally>} */
function unitTests() {
  return runTests(tallyOf, (report) =>
    runTool('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]),
  );
}

/** The built app in the real Electron, in two windows at a time. @returns {Promise<Tally[]>} */
async function windowTests() {
  const build = await check('electron-vite/bin/electron-vite.js', 'build', '--config', 'electron.config.ts');
  if (build.failed > 0) return [build];
  const command = ['test', '--config', 'test/e2e/playwright.config.ts', '--reporter=list,json'];
  const tests = ['training', 'looking'].map((project, index) =>
    runTests(tallyOfWindows, (report) =>
      runTool('@playwright/test/cli.js', [...command, '--project', project], {
        environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
        before: screen(FIRST_SCREEN + index),
      }),
    ),
  );
  return [build, ...(await Promise.all(tests))];
}

/**
 * A machine without a screen gets one.
 * @param {number} number of the screen, or the next one that is free
 * @returns {readonly string[]} what stands before a command that opens windows
 */
function screen(number) {
  const needsOne = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  return needsOne
    ? ['xvfb-run', '--auto-servernum', `--server-num=${number}`, '--server-args=-screen 0 1920x1200x24']
    : [];
}

/**
 * @param {(report: unknown) => Tally} tallyOfReport
 * @param {(report: string) => Promise<number>} run writes its report there; resolves to its exit code
 * @returns {Promise<Tally>}
 */
async function runTests(tallyOfReport, run) {
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-lab-'));
  const report = join(folder, 'report.json');
  const exitCode = await run(report);
  const tally = tallyOfReport(readJsonFile(report));
  rmSync(folder, { recursive: true });
  if (exitCode === 0 || tally.failed > 0) return tally;
  // A runner that ends badly after all its tests passed has still failed.
  return { ...tally, failed: 1, failures: [`the runner, which ended with ${exitCode}`] };
}

/**
 * Runs a tool of the packages in our own Node, which is newer than the one that may have started us.
 * @param {string} tool @param {readonly string[]} args
 * @param {{ environment?: Readonly<Record<string, string>>, before?: readonly string[] }} [options] what is added to our
 *   environment, and the command's first words
 * @returns {Promise<number>} its exit code
 */
async function runTool(tool, args, { environment = {}, before = [] } = {}) {
  process.stdout.write(`\n> ${tool.split('/').at(-1)} ${args.join(' ')}\n`);
  const path = `${inCheckout('node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  const [program = nodeProgram(), ...rest] = [...before, nodeProgram(), inCheckout('node_modules', tool), ...args];
  const env = { ...process.env, PATH: path, ...environment };
  const child = spawn(program, rest, { cwd: checkout, stdio: 'inherit', env });
  try {
    const [exitCode] = await once(child, 'exit');
    return exitCode ?? 1;
  } catch (error) {
    say(`${program} cannot be started: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}
