import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageFolder } from '#core/data/kinds/image-folder.ts';
import { buildNetwork } from '#core/network/network.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { environmentSchema } from '#core/run-event.ts';
import type { Checkpoint } from '#core/training/checkpoint.ts';
import { planTraining } from '#core/training/plan.ts';
import { CheckpointFolder } from '../../src-main/checkpoints/checkpoint-folder.ts';
import { writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { weightsFilesIn } from '../../src-main/checkpoints/weights-files.ts';
import { datasetCatalog } from '../../src-main/datasets/catalog.ts';
import { openHost } from '../../src-main/host.ts';
import { labTools } from '../../src-main/lab-tools.ts';
import { DATABASE_NAME, openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteKeeping } from '../../src-main/sqlite/keeping.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { tinyImageFiles, writeTree } from '../datasets/image-files.ts';
import { fillDatabase, shownOf } from '../support/full-home.ts';
import { asOfMigration, RELEASED } from '../support/older-database.ts';
import { checkpointSaved, epochFinished, newRun, numbered, started, stepSampled } from '../support/store-fixtures.ts';

/** Something that the program writes; a kill may come before any of its file operations. */
export interface CrashProgram {
  readonly name: string;
  /** Makes what is there before. */
  readonly prepare: (folder: string) => Promise<void>;
  /** What is killed. */
  readonly act: (folder: string) => Promise<void>;
  /** What is found afterwards, as the program itself reads it: each part has to be as before or as after, never between. */
  readonly look: (folder: string) => Promise<Readonly<Record<string, string>>>;
}

const MODEL = { kind: 'densenet-bc', depth: 10, growth: 1 } as const;
const spec = resolvedRunSpecSchema.parse({
  ...{ dataset: 'x', train: 40, validation: 6, test: 6, model: MODEL, epochs: 9, seed: 5, batchSize: 4 },
  policy: { kind: 'none' },
});
const plan = planTraining(spec, buildNetwork(MODEL, { height: 8, width: 8, channels: 1 }, 4));

async function checkpointsIn(folder: string): Promise<CheckpointFolder> {
  const environment = environmentSchema.parse({ threads: { intraOp: 2, interOp: 1 } });
  const keptEvents = () => ({ recentEvents: [], before: null });
  const checkpoints = new CheckpointFolder({
    runId: 'run-1',
    folder,
    plan,
    environment: () => environment,
    keptEvents,
  });
  await checkpoints.prepare('checkpoints');
  return checkpoints;
}

function checkpointAt(step: number): Checkpoint {
  const variables = plan.descriptions.flatMap((layer) => layer.variables);
  const trained = variables.filter(({ name }) => !/\.(mean|variance)$/.test(name));
  const arrayOf = (shape: readonly number[]) =>
    new Float32Array(shape.reduce((size, side) => size * side, 1)).fill(step);
  const seconds = { training: step, evaluation: 0, checkpoint: 0 };
  return {
    state: {
      ...{ step, frozenLayers: 0, epochLoss: { sum: 1, count: 3 }, seconds, epochSeconds: seconds, best: null },
      adaptive: { freezeSteps: [], profile: null },
    },
    weights: new Map(variables.map(({ name, shape }) => [name, arrayOf(shape)])),
    optimizer: new Map([['momentum', new Map(trained.map(({ name, shape }) => [name, arrayOf(shape)]))]]),
    best: new Map(),
    gradientSums: new Map(),
  };
}

const checkpoint: CrashProgram = {
  name: 'checkpoint',
  prepare: async (folder) => {
    const checkpoints = await checkpointsIn(folder);
    for (const step of [10, 20]) await checkpoints.save(checkpointAt(step));
  },
  act: async (folder) => (await checkpointsIn(folder)).save(checkpointAt(30)).then(() => undefined),
  look: async (folder) => {
    const found = await (await checkpointsIn(folder)).newest({ reached: [], lastSeq: 0, stored: [] });
    const weights = found === null ? [] : [...found.checkpoint.weights.values()].map(([first]) => first);
    return { newest: JSON.stringify([found?.checkpoint.state, [...new Set(weights)], found?.passedOver]) };
  },
};

const database = (folder: string) => join(folder, DATABASE_NAME);

const epochs: CrashProgram = {
  name: 'epochs',
  prepare: async (folder) => {
    const store = SqliteStore.open(database(folder));
    store.enqueue([newRun('run-1')]);
    store.appendEvents(numbered('run-1', [started, epochFinished(1)]));
    store.setStatus('run-1', 'interrupted', 'It waits.');
    store.close();
  },
  act: async (folder) => {
    const store = SqliteStore.open(database(folder));
    const samples = Array.from({ length: 50 }, (_, step) => stepSampled(20 + step));
    store.appendEvents(numbered('run-1', [...samples, epochFinished(2), checkpointSaved(40, 20)], 3));
    store.close();
  },
  look: async (folder) => {
    const store = SqliteStore.open(database(folder));
    const run = store.run('run-1');
    const shown = {
      epochs: JSON.stringify([run.epochs, run.checkpoints.length, run.lastSeq, store.events('run-1').length]),
    };
    store.close();
    return shown;
  },
};

const settings: CrashProgram = {
  name: 'settings',
  prepare: async (folder) => void openDatabase(database(folder)).close(),
  act: async (folder) => {
    const opened = openDatabase(database(folder));
    const keeping = new SqliteKeeping(opened);
    keeping.changeSettings({ theme: 'dark', threads: 3 });
    keeping.saveDraft('study', JSON.stringify('x'.repeat(20_000)));
    opened.close();
  },
  look: async (folder) => {
    const opened = openDatabase(database(folder));
    const keeping = new SqliteKeeping(opened);
    const found = { settings: JSON.stringify(keeping.settings()), draft: String(keeping.draft('study')) };
    opened.close();
    return found;
  },
};

const migration: CrashProgram = {
  name: 'migration',
  prepare: async (folder) => {
    const filled = join(folder, 'filled');
    mkdirSync(filled);
    fillDatabase(database(filled));
    asOfMigration(database(filled), database(folder), RELEASED);
  },
  act: async (folder) => void openDatabase(database(folder)).close(),
  look: async (folder) => ({ shown: shownOf(database(folder)) }),
};

const END = 'The soak test ends.';
const TEXT = 'a line of a table\n';
const exported: CrashProgram = {
  name: 'export',
  prepare: async (folder) => writeFileSync(join(folder, 'table.csv'), TEXT.repeat(1000)),
  act: async (folder) => labTools.writeFile(join(folder, 'table.csv'), Buffer.from(TEXT.repeat(3000))),
  look: async (folder) => ({ lines: String(readFileSync(join(folder, 'table.csv'), 'utf8').split('\n').length) }),
};

/** The cache is part of what is watched; it may be lost, and what is read must not change. */
async function inCache<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  process.env.FREEZEOUT_LAB_CACHE = join(folder, 'cache');
  return work();
}

const dataset: CrashProgram = {
  name: 'data set',
  prepare: async (folder) => writeTree(join(folder, 'pets'), tinyImageFiles()),
  act: (folder) => inCache(folder, () => readPets(folder).then(() => undefined)),
  look: async (folder) => ({ images: await inCache(folder, () => readPets(folder)) }),
};

async function readPets(folder: string): Promise<string> {
  const location = imageFolder.schema.parse({ kind: 'image-folder', path: join(folder, 'pets') });
  const { info, hashes, labels } = await datasetCatalog.content(location);
  return JSON.stringify([info, hashes, [...labels.training], [...labels.test]]);
}

const weights: CrashProgram = {
  name: 'weights',
  prepare: async (folder) => {
    const tensors = new Map([['a', { shape: [1000], values: new Float32Array(1000).fill(1) }]]);
    await writeSafetensors(join(folder, 'old.safetensors'), { tensors, metadata: {} });
    await writeSafetensors(join(folder, 'new.safetensors'), { tensors, metadata: { made: 'later' } });
    await addWeights(folder, 'old.safetensors');
  },
  act: (folder) => addWeights(folder, 'new.safetensors'),
  look: async (folder) => {
    const home = join(folder, 'home');
    const store = SqliteStore.open(database(home));
    const files = weightsFilesIn(home);
    const found = await Promise.all(
      store.weights().map(async ({ name, file, sha256 }) => {
        const content = await files.content(files.kept(sha256));
        return [name, file, content.sha256 === sha256, content.bytes];
      }),
    );
    store.close();
    return { weights: JSON.stringify(found) };
  },
};

/** Through the services, as a command does; what is there by that name gives way. */
async function addWeights(folder: string, file: string): Promise<void> {
  const host = await openHost({ home: join(folder, 'home'), serve: false });
  await host.client.weights.add({ name: 'mine' as never, path: join(folder, file), replace: true });
  await host.close(END);
}

const imported: CrashProgram = {
  name: 'import',
  prepare: async (folder) => {
    const host = await openHost({ home: join(folder, 'home'), serve: false });
    await host.close(END);
  },
  act: async (folder) => {
    const path = fileURLToPath(new URL('../fixtures/trained-study.ndjson', import.meta.url));
    const host = await openHost({ home: join(folder, 'home'), serve: false });
    for await (const news of await host.client.runs.import({ path })) {
      if (news.type === 'failed') throw new Error(news.message);
    }
    await host.close(END);
  },
  look: async (folder) => {
    const store = SqliteStore.open(database(join(folder, 'home')));
    const runs = store.runs({}).map(({ id, status }) => [`run ${id}`, `${status} ${store.events(id).length}`] as const);
    store.close();
    return Object.fromEntries(runs);
  },
};

/** Everything that the program writes outside a training. */
export const CRASH_PROGRAMS: readonly CrashProgram[] = [
  ...[checkpoint, epochs, settings, migration, exported, dataset, weights, imported],
];
