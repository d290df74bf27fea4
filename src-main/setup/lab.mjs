#!/usr/bin/env node
import { spawn } from 'node:child_process';
import module from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extentFor } from '../cli/commands.mjs';
import { cacheFolder } from './places.mjs';
import { endingWithUs } from './run-program.mjs';
import { setUpOrExit } from './setup.mjs';
import { nodeProgram } from './steps/node.mjs';

const program = new URL('../lab.ts', import.meta.url);
const args = process.argv.slice(2);

await setUpOrExit(extentFor(args), { verbose: args.includes('--verbose') });
cacheCompiledCode();
if (runsTypeScript(process.version)) await import(program.href);
else process.exitCode = await runInOwnNode();

/**
 * Caches the code of the program, its threads and its trainers: with its types stripped once, a command starts in half
 * the time.
 */
function cacheCompiledCode() {
  process.env.NODE_COMPILE_CACHE ??= join(cacheFolder(), 'compiled');
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
}

/**
 * Node runs TypeScript without a flag since 22.18.
 * @param {string} version such as v24.21.0
 */
function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** @returns {Promise<number>} its exit code */
function runInOwnNode() {
  const [command, ...rest] = endingWithUs([nodeProgram(), fileURLToPath(program), ...args]);
  const child = spawn(command, rest, { stdio: 'inherit' });
  process.on('SIGTERM', (signal) => child.kill(signal));
  process.on('SIGHUP', (signal) => child.kill(signal));
  // A scheduler's warning, which Node takes for a call to its debugger where nobody hears it.
  process.on('SIGUSR1', (signal) => child.kill(signal));
  process.on('SIGINT', (signal) => {
    // A terminal sends Ctrl-C to both processes. Passing it on would look like a second Ctrl-C, which ends at once.
    if (!process.stdin.isTTY) child.kill(signal);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
}
