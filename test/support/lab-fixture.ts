import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DatasetCatalog, KnownFiles } from '#core/data/dataset-ports.ts';
import { AppError } from '#core/errors.ts';
import type { Imported } from '#core/exchange/import-news.ts';
import type { Store, TrainerHost } from '#core/ports.ts';
import { parseRunSpec } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { StudySpec } from '#core/study.ts';
import { parseStudySpec } from '#core/study.ts';
import { runFoldersIn } from '../../src-main/checkpoints/run-folders.ts';
import { weightsFilesIn } from '../../src-main/checkpoints/weights-files.ts';
import { homeMachines } from '../../src-main/machines/home-machines.ts';
import { remoteMachinesOf } from '../../src-main/machines/remote-machines.ts';
import type { LabPorts, Services } from '../../src-main/services/lab.ts';
import { createServices } from '../../src-main/services/lab.ts';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { runLogsIn } from '../../src-main/trainer-host/run-logs.ts';
import { temporaryFolder } from './store-fixtures.ts';

const INFO = { training: 600, test: 100, validation: 0, height: 8, width: 8, channels: 1, classes: 10 };

/** Labels 0, 1, ... 9, 0, ...: as many of each class. */
const labels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index % INFO.classes);

/** Describes every data set in the same way. */
export const CATALOG: DatasetCatalog = {
  describe: async () => INFO,
  content: async (_location, { say } = {}) => {
    say?.('decoded 1 of 2 images');
    return {
      info: INFO,
      hashes: { sha256: 'ab'.repeat(32), withValidation: null },
      labels: { training: labels(INFO.training), validation: null, test: labels(INFO.test) },
      classNames: null,
      equalImages: [],
      skipped: [],
    };
  },
  report: async () => {
    throw new Error('Nothing is reported on a data set of a test.');
  },
  samples: async () => {
    throw new Error('Nothing is drawn from a data set of a test.');
  },
  builtInNames: () => ['shapes'],
  builtIn: (name) => (name === 'shapes' ? { kind: 'idx', path: '/shapes', classes: 10 } : null),
};

/**
 * Files whose images a test says: `disk` gives the first letter of the hash of what is at each path; nothing else is there. The name
 * "shapes" is built in and is at /shapes.
 */
export function catalogOf(disk: ReadonlyMap<string, string>): DatasetCatalog {
  return {
    ...CATALOG,
    content: async (location) => {
      const path = 'path' in location ? location.path : 'made';
      const letter = disk.get(path);
      if (letter === undefined)
        throw new AppError('not-found', `${path} does not exist: check the path of the data set.`);
      return { ...(await CATALOG.content(location)), hashes: { sha256: letter.repeat(64), withValidation: null } };
    },
  };
}

/** No well-known data set is here, and none can be had. */
const NO_FILES: KnownFiles = {
  place: ({ folder }) => ({ kind: 'idx', path: `/${folder}`, classes: 10 }),
  isHere: () => false,
  keptBytes: () => 0,
  fetch: async () => {
    throw new AppError('unavailable', 'Tests download nothing.');
  },
};

export const STUDY: StudySpec = parseStudySpec({
  name: 'small',
  base: {
    dataset: 'shapes',
    train: 500,
    validation: 100,
    model: { kind: 'densenet-bc', depth: 10, growth: 4 },
    epochs: 2,
    batchSize: 10,
  },
  arms: [{ kind: 'freezeout', shape: 'cubic', t0: 0.5 }],
  seeds: [1, 2],
});

/** A run of that study's base. */
export const SPEC = parseRunSpec({ ...STUDY.base });

/** Imports lines as from a file; throws what the import tells as its failure. */
export async function importLines({ services, home }: OpenedLab, lines: readonly string[]): Promise<Imported> {
  const path = join(home, `${randomUUID()}.ndjson`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  for await (const news of services.exchange.import(path)) {
    if (news.type === 'failed') throw new AppError(news.code, news.message);
    if (news.type === 'imported') return news;
  }
  throw new Error('The import did not come to its end.');
}

/** Resolves once an event of this type was handed on. */
export async function heard({ hub }: Pick<Services, 'hub'>, type: RunEvent['type']): Promise<void> {
  for await (const event of hub.follow(() => true, undefined)) if (event.type === type) return;
}

/** The lines of an export; throws what it tells as its failure. */
export async function exportedLines(exchange: Services['exchange'], study: string): Promise<readonly string[]> {
  for await (const news of exchange.export(study)) {
    if (news.type === 'failed') throw new AppError(news.code, news.message);
    if (news.type === 'written') return readFileSync(news.path, 'utf8').trimEnd().split('\n');
  }
  throw new Error('The export did not come to its end.');
}

export interface OpenedLab {
  readonly services: Services;
  readonly store: Store;
  readonly home: string;
}

/** The services over a real store in a folder of their own. */
export async function openLab(
  trainers: TrainerHost,
  wrap: (store: Store) => Store = (store) => store,
  ports: Partial<
    Pick<LabPorts, 'catalog' | 'preflight' | 'endsAtStandstill' | 'machines' | 'remoteMachines' | 'clock'>
  > = {},
): Promise<OpenedLab> {
  const home = temporaryFolder();
  const opened = await openStore(home);
  if (opened === null) throw new Error('A new folder has an owner.');
  onTestFinished(() => opened.close());
  const store = wrap(opened);
  const services = createServices({
    store,
    trainers,
    folders: runFoldersIn(home),
    logs: runLogsIn((runId) => join(home, 'runs', runId)),
    preflight: { check: async () => {}, checkPrecision: () => {} },
    catalog: CATALOG,
    knownFiles: NO_FILES,
    weightsFiles: weightsFilesIn(home),
    backups: {
      newest: () => null,
      list: async () => [],
      make: async (reason) => ({ name: 'none', madeAt: 0, reason, bytes: 0 }),
      verify: async () => [],
      strayRuns: async () => null,
      outlook: async (name) => ({ backup: { name, madeAt: 0, reason: 'asked', bytes: 0 }, losses: null }),
    },
    machines: homeMachines(home),
    remoteMachines: remoteMachinesOf(homeMachines(home), {}),
    clock: { now: () => 1_000_000 },
    endsAtStandstill: false,
    ...ports,
  });
  return { services, store, home };
}
