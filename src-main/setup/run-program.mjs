import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './places.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * @typedef {object} CommandOptions
 * @property {string} name what failed, in the error's sentence and as the name of the log
 * @property {string} advice what the user can do when it fails
 * @property {string} [folder] where the program runs
 * @property {Readonly<Record<string, string>>} [environment] added to our environment
 * @property {AbortSignal} [signal] ends the program
 * @property {boolean} [mayOutliveUs] true for what must not be cut off half-way, such as a package installation
 */

const setpriv = '/usr/bin/setpriv';

/**
 * Runs a program to its end. Its output goes to a log, which stays only if it fails.
 * @param {readonly [string, ...string[]]} command
 * @param {CommandOptions} options
 * @throws {SetupError} if it cannot be started, fails or is ended
 */
export async function runProgram(command, options) {
  const logs = join(cacheFolder(), 'logs');
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${options.name.replaceAll(/\W+/g, '-')}-${process.pid}.log`);
  const failure = await outcome(command, { options, log });
  if (failure === null) return rmSync(log, { force: true });
  const reason = errorLine(readFileSync(log, 'utf8')) ?? failure;
  throw new SetupError(`${options.name} failed (${reason}): ${options.advice}. Its output is in ${log}.`);
}

/**
 * @param {readonly [string, ...string[]]} command
 * @param {{ options: CommandOptions, log: string }} context
 * @returns {Promise<string | null>} how it failed, or null
 */
async function outcome(command, { options, log }) {
  const [program, ...args] = options.mayOutliveUs ? command : endingWithUs(command);
  const output = openSync(log, 'w');
  const child = spawn(program, args, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...options.environment },
    killSignal: 'SIGKILL',
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  closeSync(output);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.name === 'AbortError' ? 'no progress' : error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `exit ${signal ?? code}`));
  });
}

/**
 * The command, set to be killed with us: a program that outlived a killed set-up would write where the next set-up begins.
 * @param {readonly [string, ...string[]]} command
 * @returns {readonly [string, ...string[]]}
 */
export function endingWithUs(command) {
  return existsSync(setpriv) ? [setpriv, '--pdeathsig', 'KILL', '--', ...command] : command;
}

/**
 * The line of a program's output that says most about its failure.
 * @param {string} output
 * @returns {string | null}
 */
export function errorLine(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.find(
    (line) => /\b(error|fatal)\b.*\w{4}/i.test(line) && !/log of this run|code E|unhandled/i.test(line),
  );
  return (telling ?? lines.findLast((line) => line !== '') ?? null)?.slice(0, 200) ?? null;
}
