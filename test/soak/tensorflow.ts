/**
 * Compares torchvision's networks with PyTorch as `npm test` does, and more: at every freeze depth, in 20 steps of SGD and of AdamW,
 * the whole of VGG.
 *
 *   node test/soak/tensorflow.ts ~/fixtures --python ~/venv/bin/python                       all of it, which takes an hour or more
 *   node test/soak/tensorflow.ts ~/fixtures --python ~/venv/bin/python resnet-18 vgg-16-bn
 *
 * The Python needs torch and torchvision (test/fixtures/torchvision/README.md); it writes the fixtures that the folder lacks.
 * Ends as the tests end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { TorchvisionNetwork } from '../support/torchvision-reference.ts';
import { TORCHVISION_NETWORKS } from '../support/torchvision-reference.ts';

/** So small that 20 steps do not blow rounding up: the gradients of these weights differ a thousandfold. */
const SGD_RATES: Readonly<Record<TorchvisionNetwork, number>> = {
  'resnet-18': 5e-5,
  'resnet-50': 5e-7,
  'mobilenet-v2': 1e-5,
  'densenet-121': 1e-5,
  'vgg-16-bn': 2e-5,
};
const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

const { values, positionals } = parseArgs({ allowPositionals: true, options: { python: { type: 'string' } } });
const [named, ...chosen] = positionals;
if (named === undefined) throw new Error('Name the folder of the fixtures.');
const folder = resolve(named);
const unknown = chosen.filter((name) => !TORCHVISION_NETWORKS.some((network) => network === name));
if (unknown.length > 0) throw new Error(`Not one of ${TORCHVISION_NETWORKS.join(', ')}: ${unknown.join(', ')}.`);
const networks = TORCHVISION_NETWORKS.filter((network) => chosen.length === 0 || chosen.includes(network));
for (const network of networks) writeWhereMissing(network);
const test = ['node_modules/vitest/vitest.mjs', 'run', 'test/tensorflow/torchvision.test.ts', '--maxWorkers=1'];
process.exitCode = run(process.execPath, [...test, '-t', `^(${networks.join('|')}) `], {
  TORCHVISION_FIXTURES: folder,
});

function writeWhereMissing(network: TorchvisionNetwork): void {
  if (existsSync(join(folder, `${network}.json`))) return;
  if (values.python === undefined) throw new Error(`${folder} has no ${network}.json: name a Python with --python.`);
  mkdirSync(folder, { recursive: true });
  const script = 'test/fixtures/torchvision/write_fixtures.py';
  const options = ['--every-depth', '--full-width', '--sgd-rate', String(SGD_RATES[network]), '--folder', folder];
  const status = run(values.python, [script, ...options, network]);
  if (status !== 0) throw new Error(`${values.python} ended with ${status}.`);
}

function run(program: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}): number {
  const env = { ...process.env, ...environment };
  return spawnSync(program, words, { cwd: CHECKOUT, env, stdio: 'inherit' }).status ?? 1;
}
