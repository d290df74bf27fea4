import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findProgram } from './places.mjs';
import { SetupError } from './setup-error.mjs';

/** npm's program, as the command line that starts it. @returns {readonly [string, string]} */
export function npm() {
  return [process.execPath, npmCli()];
}

function npmCli() {
  const caller = process.env.npm_execpath;
  if (caller?.endsWith('npm-cli.js')) return caller;
  const npmProgram = findProgram('npm');
  if (npmProgram === null) throw new SetupError('npm is missing: install it with `sudo apt-get install -y npm`.');
  return realpathSync(npmProgram);
}

/** node-gyp comes with npm. @returns {readonly [string, string]} */
export function nodeGyp() {
  const fromNpm = createRequire(npmCli());
  return [process.execPath, fromNpm.resolve('node-gyp/bin/node-gyp.js')];
}

/** Debian's names of the missing packages that taking TensorFlow from its wheel and compiling against it need. */
export function missingBuildTools() {
  const missing = [];
  if (findProgram('python3') === null) missing.push('python3', 'python3-pip');
  else if (!hasPip()) missing.push('python3-pip');
  if (findProgram('g++') === null) missing.push('g++');
  if (findProgram('make') === null) missing.push('make');
  return missing;
}

function hasPip() {
  return spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
}
