import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import packageDescription from '../../package.json' with { type: 'json' };
import { cacheFolder } from '../../src-main/setup/installed.mjs';
import { sentenceOf } from '../../src-main/setup/setup-error.mjs';
import { verified } from '../../src-main/setup/steps/fashion-mnist.mjs';
import { satisfies } from '../../src-main/setup/steps/packages.mjs';
import { tensorflowPackageFolder, withSessionOptions } from '../../src-main/setup/steps/tensorflow-binding.mjs';
import { cudaRequirements, wantedVariant } from '../../src-main/setup/steps/tensorflow-wheel.mjs';
import * as versions from '../../src-main/setup/versions.mjs';

const addonSource = readFileSync(join(tensorflowPackageFolder, 'binding', 'tfjs_backend.cc'), 'utf8');

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the versions are those of package.json', () => {
  const { dependencies, devDependencies } = packageDescription;
  expect(versions.nodeVersion).toBe(devDependencies.node);
  expect(versions.electronVersion).toBe(devDependencies.electron);
  expect(versions.sqlitePackageVersion).toBe(dependencies['better-sqlite3']);
  expect(versions.tensorflowPackageVersion).toBe(dependencies['@tensorflow/tfjs-node-gpu']);
});

test('our own variable, the shared one, then the home say where the cache is', () => {
  vi.stubEnv('FREEZEOUT_LAB_CACHE', '/own');
  vi.stubEnv('XDG_CACHE_HOME', '/shared');
  vi.stubEnv('HOME', '/home/someone');
  expect(cacheFolder()).toBe('/own');
  vi.stubEnv('FREEZEOUT_LAB_CACHE', '');
  expect(cacheFolder()).toBe(join('/shared', 'freezeout-lab'));
  vi.stubEnv('XDG_CACHE_HOME', '');
  expect(cacheFolder()).toMatch(/^\/home\/someone\/.*[Cc]aches?\/freezeout-lab$/);
});

const locked = {
  '': {},
  'node_modules/a': { version: '1.0.0', integrity: 'x' },
  'node_modules/other-system': { version: '1.0.0', integrity: 'y', optional: true },
};

test.each([
  ['all but an optional one', { 'node_modules/a': { version: '1.0.0', integrity: 'x' } }, true],
  ['none', {}, false],
  ['another version', { 'node_modules/a': { version: '1.0.1', integrity: 'x' } }, false],
  ['another content', { 'node_modules/a': { version: '1.0.0', integrity: 'z' } }, false],
])('packages installed by hand satisfy the lock: %s', (_case, installed, expected) => {
  expect(satisfies(locked, installed)).toBe(expected);
});

test("the CUDA wheels come from the wheel's own list", () => {
  const metadata = [
    'Requires-Dist: numpy>=1.26.0',
    'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"',
    "Requires-Dist: nvidia-cublas-cu12 (<13.0,>=12.5.3.2) ; extra == 'and-cuda'",
    'Requires-Dist: tensorflow-text; extra == "other"',
  ].join('\n');
  expect(cudaRequirements(metadata)).toEqual([
    'nvidia-cublas-cu12<13.0,>=12.5.3.2',
    'nvidia-cudnn-cu12<10.0,>=9.3.0.75',
  ]);
});

test('the build of TensorFlow can be chosen', () => {
  for (const variant of ['cpu', 'gpu'] as const) {
    vi.stubEnv('FREEZEOUT_LAB_TENSORFLOW', variant);
    expect(wantedVariant()).toBe(variant);
  }
});

test("a data file counts only with the authors' content, however it was compressed", () => {
  // SHA-256 of the three letters "abc", from FIPS 180-2.
  const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const file = { name: 'labels', hash };
  for (const level of [1, 9]) expect(String(verified(gzipSync('abc', { level }), file))).toBe('abc');
  expect(() => verified(gzipSync('abd'), file)).toThrow(/^labels is not the authors' file/);
});

test('a full disk and a folder that is not ours are explained', () => {
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
  expect(sentenceOf(full, '/cache')).toMatch(/^The disk is full: free about/);
  const denied = failureOf(() => readFileSync('/proc/1/mem/none'));
  expect(sentenceOf(Object.assign(denied, { code: 'EACCES' }), '/cache')).toContain('instead of /cache');
  expect(sentenceOf(new Error('Do this.'), '/cache')).toBe('Do this.');
});

function failureOf(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It did not fail.');
}

test("the addon's sessions get their options before they are opened", () => {
  const calls = ['TF_NewSessionOptions(', 'TF_SetConfig(', 'TF_LoadSessionFromSavedModel('];
  const places = calls.map((call) => withSessionOptions(addonSource).indexOf(call));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
});

test('the addon is not compiled from a source that makes its options elsewhere', () => {
  expect(() => withSessionOptions(addonSource.replaceAll('TF_NewSessionOptions', 'optionsOf'))).toThrow('has changed');
});
