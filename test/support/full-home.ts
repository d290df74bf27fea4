import { blockCourseSchema } from '#core/machines/block-course.ts';
import type { RunEventBody } from '#core/run-event.ts';
import { SqliteBlocks } from '../../src-main/sqlite/blocks.ts';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteKeeping } from '../../src-main/sqlite/keeping.ts';
import { SqliteReader } from '../../src-main/sqlite/reader.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import {
  ARMS,
  checkpointSaved,
  epochFinished,
  newRun,
  newStudy,
  numbered,
  profiled,
  specOf,
  started,
  stepSampled,
} from './store-fixtures.ts';

const SEEDS = [1, 2];
const frozen = (layer: number, step: number, epoch: number): RunEventBody => ({
  type: 'layer.frozen',
  layer,
  step,
  epoch,
});

/** A database with rows in as many tables as there are: a study with a search, a run by itself, and what people keep. */
export function fillDatabase(path: string): void {
  const database = openDatabase(path);
  const store = new SqliteStore(database, () => 7000);
  store.createStudy(newStudy('study-1', 'mine'), ARMS, SEEDS);
  for (const seed of SEEDS) for (const { name } of ARMS) addRun(store, { arm: name, seed });
  store.enqueue([newRun('waiting'), newRun('gone')]);
  store.setDeleted('gone', true);
  store.enqueue([newRun('elsewhere'), newRun('back')]);
  const block = {
    id: 'block-1',
    machine: 'cluster',
    folder: '/scratch/block-1',
    runs: ['elsewhere'],
    submittedAt: 6000,
    after: [],
    course: blockCourseSchema.parse({ version: '0.1.0', time: null }),
  };
  new SqliteBlocks(database).sendBlocks([block]);
  new SqliteBlocks(database).sendBlocks([{ ...block, id: 'block-0', runs: ['back'] }]);
  new SqliteBlocks(database).takeBlockBack('block-0', 'Its job was cancelled.');
  store.enqueue([newRun('later')]);
  new SqliteBlocks(database).sendBlocks([{ ...block, id: 'block-2', runs: ['later'], after: ['block-1'] }]);
  store.updateRuns(['waiting'], { note: 'a note', addTags: ['one', 'two'], locked: true });
  const info = { training: 600, test: 100, validation: 0, height: 8, width: 8, channels: 1 as const, classes: 10 };
  store.saveDataset({
    name: 'shapes',
    location: { kind: 'idx', path: '/shapes', classes: 10 },
    sha256: 'a'.repeat(64),
    ...info,
  });
  const keeping = new SqliteKeeping(database, () => 7000);
  keeping.saveDraft('study', '{"name":"half-made"}');
  store.close();
}

function addRun(store: SqliteStore, { arm, seed }: { readonly arm: string; readonly seed: number }): void {
  const { policy, steps } = ARMS.find(({ name }) => name === arm) ?? ARMS[0];
  const id = `run-${ARMS.findIndex(({ name }) => name === arm)}-${seed}`;
  const spec = { ...specOf({ policy, seed }), ...(steps === 60 ? {} : { steps }) };
  store.enqueue([newRun(id, { spec, steps, studyId: 'study-1', arm })]);
  const bodies: readonly RunEventBody[] = [
    { ...started, spec, studyId: 'study-1', arm },
    ...(policy.kind === 'none' ? [] : [profiled(0.2, 0.9, 0.7)]),
    ...[stepSampled(0), stepSampled(10, { loss: Number.NaN })],
    ...[epochFinished(1), checkpointSaved(20, 10)],
    ...(policy.kind === 'none' ? [] : [frozen(0, 21, 2)]),
    ...[epochFinished(2, { validationLoss: Number.POSITIVE_INFINITY }), checkpointSaved(40, 20)],
  ];
  store.appendEvents(numbered(id, bodies));
  store.setStatus(id, 'interrupted', 'The machine was switched off.');
}

/** All that a database shows of its runs, studies and what people keep, as text. */
export function shownOf(path: string): string {
  const database = openDatabase(path);
  const [store, reader, keeping] = [new SqliteStore(database), new SqliteReader(database), new SqliteKeeping(database)];
  const runs = [...store.runs({}), ...store.runs({ deleted: true })];
  const shown = {
    studies: store.studies(),
    overview: reader.overview(),
    comparisons: store.studies().map((study) => reader.compare(study)),
    rows: reader.runRows({ after: null, limit: 500 }),
    runs: runs.map(({ id }) => [store.run(id), store.events(id), reader.history(id), reader.predictions(id)]),
    kept: [
      store.datasets(),
      store.weights(),
      store.searches(),
      new SqliteBlocks(database).blocks(),
      keeping.views(),
      keeping.settings(),
      keeping.draft('study'),
    ],
  };
  store.close();
  return JSON.stringify(shown, comparable, 1);
}

/** JSON has neither NaN nor infinities, and the order of keys says nothing. */
function comparable(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
