import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Reference, SourceFile } from './source-files.ts';
import { sourceFiles } from './source-files.ts';

const RENDERER = existsSync(new URL('../../src-renderer', import.meta.url)) ? ['src-renderer'] : [];
const files = sourceFiles('src-main', ...RENDERER);

/** Files at the top of src-main wire a process together and may know everything. */
const ENTRY = 'entry';

/** A process begins here, in the folder of the set-up: it sets up what a command needs, and runs the command. */
const LAB_WITH_SET_UP = 'src-main/setup/lab.mjs';

/** Which layers each layer may import from, besides itself. Layers that are not named are adapters. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  contract: ['core'],
  services: ['core', 'contract'],
  setup: [],
  threads: ['core'],
  files: ['core'],
  renderer: ['core', 'contract'],
  // What a training process is put together from: no database, window or socket is among it.
  trainer: ['core', 'checkpoints', 'datasets', 'prefix-cache', 'tensorflow', 'threads', 'trainer-host'],
  [ENTRY]: ['*'],
};

/** Adapters know the ports of core, the contract, how threads talk, and what the set-up left on the machine, but never each other. */
const ADAPTER_MAY_IMPORT = ['core', 'contract', 'setup', 'threads', 'files'];

/** What core may use at run time: pure computation. Types cost nothing there. */
const PURE_PACKAGES = ['zod', '@stdlib/stats-base-dists-t-cdf', '@stdlib/stats-base-dists-t-quantile'];
const PURE_TYPES = ['chart.js', 'chartjs-chart-error-bars'];
/** What page and exporter hand to Chart.js, so that both know the same charts. */
const CHART_PARTS = 'src-main/core/figure/chart-parts.ts';
const CONTRACT_PACKAGES = ['zod', '@orpc/contract', '@orpc/client'];

/** Packages that belong to one layer, so that only one place has to change with them. */
const OWNED_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['sqlite', ENTRY],
  '@tensorflow': ['tensorflow'],
  '@napi-rs/canvas': ['export'],
  '@napi-rs/image': ['datasets'],
  yauzl: ['datasets'],
  // The set-up imports it in the loader that it puts next to a stand-in Electron.
  electron: ['electron', 'setup', ENTRY],
  commander: ['cli'],
};

function layerOf(path: string): string {
  if (path.startsWith('src-renderer/')) return 'renderer';
  const [, folder, ...rest] = path.split('/');
  return rest.length === 0 || path === LAB_WITH_SET_UP ? ENTRY : folder;
}

function isAllowed(file: SourceFile, reference: Reference): boolean {
  const [from, to] = [layerOf(file.path), layerOf(reference.target)];
  // An adapter may start an entry as a process of its own: that is no import.
  if (from === to || (reference.kind === 'url' && to === ENTRY)) return true;
  const allowed = MAY_IMPORT[from] ?? ADAPTER_MAY_IMPORT;
  return allowed.includes('*') || allowed.includes(to);
}

function violations(isViolation: (file: SourceFile, reference: Reference) => boolean): string[] {
  return files.flatMap((file) =>
    file.references.filter((one) => isViolation(file, one)).map(({ target }) => `${file.path} imports ${target}`),
  );
}

function isOurs({ target, isPackage }: Reference): boolean {
  return !isPackage && /^src-(main|renderer)\//.test(target);
}

function isPackageOf(layer: string, file: SourceFile, reference: Reference): boolean {
  return layerOf(file.path) === layer && reference.isPackage;
}

describe('layering', () => {
  it('sees the imports at all', () => {
    const references = files.flatMap((file) => file.references);
    expect(references.filter(isOurs).length).toBeGreaterThan(100);
    expect(references.some((one) => one.kind === 'url')).toBe(true);
    expect(files.map((file) => layerOf(file.path))).toEqual(expect.arrayContaining(['core', 'sqlite', ENTRY]));
  });

  it('has every layer import only what it may', () => {
    expect(violations((file, reference) => isOurs(reference) && !isAllowed(file, reference))).toEqual([]);
  });

  it('keeps core pure: no Node, Electron, SQLite or TensorFlow', () => {
    const isImpure = (file: SourceFile, { kind, target }: Reference) =>
      !PURE_PACKAGES.includes(target) &&
      !((kind === 'type' || file.path === CHART_PARTS) && PURE_TYPES.includes(target));
    expect(violations((file, one) => isPackageOf('core', file, one) && isImpure(file, one))).toEqual([]);
  });

  it('keeps the contract free of everything that only one side has', () => {
    const isOneSided = ({ target }: Reference) => !CONTRACT_PACKAGES.includes(target);
    expect(violations((file, one) => isPackageOf('contract', file, one) && isOneSided(one))).toEqual([]);
  });

  it('keeps Node and Electron out of the page', () => {
    const isForbidden = ({ target }: Reference) => /^(node:|electron$|electron\/)/.test(target);
    expect(violations((file, one) => isPackageOf('renderer', file, one) && isForbidden(one))).toEqual([]);
  });

  it('has each native package in its one layer', () => {
    const isAstray = (file: SourceFile, { target, isPackage }: Reference) => {
      const owned = Object.entries(OWNED_PACKAGES).find(([name]) => `${target}/`.startsWith(`${name}/`));
      return isPackage && owned !== undefined && !owned[1].includes(layerOf(file.path));
    };
    expect(violations(isAstray)).toEqual([]);
  });

  it('imports no entry', () => {
    const isEntry = (file: SourceFile, reference: Reference) =>
      isOurs(reference) &&
      reference.kind !== 'url' &&
      layerOf(reference.target) === ENTRY &&
      layerOf(file.path) !== ENTRY;
    expect(violations(isEntry)).toEqual([]);
  });

  it('refers to files that are there', () => {
    const paths = new Set(files.map((file) => file.path));
    expect(violations((_, reference) => isOurs(reference) && !paths.has(reference.target))).toEqual([]);
  });
});

/** Where processes begin, and what package.json names. */
const ROOTS = [
  'src-main/main.ts',
  'src-main/preload.ts',
  'src-main/trainer.ts',
  'src-main/lab.ts',
  LAB_WITH_SET_UP,
  'src-main/setup/setup.mjs',
  'src-main/setup/start.mjs',
  // electron-builder.config.mjs imports it.
  'src-main/setup/pack-parts.mjs',
  // steps.py imports it.
  'src-main/gpu-check/pytorch/networks.py',
  'src-renderer/index.html',
  'src-renderer/tsconfig.json',
  'src-renderer/main.ts',
];

describe('dead files', () => {
  it('are none: an entry reaches every file', () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string): void => {
      const file = byPath.get(path);
      if (file === undefined || reached.has(path)) return;
      reached.add(path);
      file.references.filter(isOurs).forEach((reference) => {
        visit(reference.target);
      });
    };
    ROOTS.forEach(visit);
    expect(files.map((file) => file.path).filter((path) => !reached.has(path))).toEqual([]);
  });
});
