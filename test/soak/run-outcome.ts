import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MACHINE_RANGES } from '#core/machine-metrics.ts';

/** All of a finished run that no clock decides. */
export interface Outcome {
  /** Rows of each table, and the digest of the final weights, as text. */
  readonly parts: Readonly<Record<string, string>>;
  /** A digest of the tensors in each file of a checkpoint that is kept: a killed trainer may have written one that it could not report. */
  readonly checkpoints: ReadonlyMap<string, string>;
  /** The steps at which layers froze or began to train. */
  readonly changes: readonly number[];
  readonly trained: number;
  /** Why the run ended before its last step. */
  readonly reason: string | null;
  readonly cached: boolean;
}

/** What the machine did is no part of what a run computes. */
const MACHINE_NAMES = Object.keys(MACHINE_RANGES)
  .map((key) => `'epoch/${key}'`)
  .join(', ');

const QUERIES = {
  run: 'SELECT status, epoch, frozen_layers, test_error, test_loss, nan_mask FROM runs WHERE id = ?',
  steps: 'SELECT step, loss, nan_mask, hex(learning_rates) FROM steps WHERE run_id = ? ORDER BY step',
  epochs:
    'SELECT epoch, train_loss, validation_loss, validation_error, nan_mask, frozen_layers FROM epochs WHERE run_id = ? ORDER BY epoch',
  freezes: 'SELECT layer, planned_step, step, epoch FROM freezes WHERE run_id = ? ORDER BY layer',
  unfreezes: 'SELECT layer, planned_step, step, epoch FROM unfreezes WHERE run_id = ? ORDER BY layer',
  layers: 'SELECT layer, freeze_step, unfreeze_step, initial_learning_rate FROM layers WHERE run_id = ? ORDER BY layer',
  predictions: 'SELECT split, images, errors, hex(matrix) FROM predictions WHERE run_id = ? ORDER BY split',
  metrics: `SELECT key_id, step, value FROM metrics JOIN metric_keys ON id = key_id
    WHERE run_id = ? AND name NOT IN (${MACHINE_NAMES}) ORDER BY key_id, step`,
} as const;

/** `folder` is that of the run, which may have trained elsewhere. */
export function outcomeOf(home: string, publicId: string, folder = join(home, 'runs', publicId)): Outcome {
  const database = new Database(join(home, 'lab.sqlite'), { readonly: true });
  const { id } = database.prepare('SELECT id FROM runs WHERE public_id = ?').get(publicId) as { readonly id: number };
  const rows = (query: string) => database.prepare(query).raw().all(id) as (string | number | null)[][];
  const events = (type: string) =>
    rows(`SELECT body FROM events WHERE run_id = ? AND type = '${type}'`).map(([body]) => JSON.parse(String(body)));
  const tables = Object.entries(QUERIES).map(([name, query]) => [name, JSON.stringify(rows(query))]);
  const [end, ...more] = events('run.finished');
  const outcome = {
    parts: {
      ...Object.fromEntries(tables),
      ends: String(more.length),
      compute: String(end?.saved.compute),
      reason: String(end?.reason),
      weights: digestOf(join(folder, 'weights.safetensors')),
    },
    checkpoints: checkpointsIn(join(folder, 'checkpoints')),
    changes: ['freezes', 'unfreezes'].flatMap((table) =>
      rows(`SELECT step FROM ${table} WHERE run_id = ?`).map(([step]) => Number(step)),
    ),
    trained: Number(rows('SELECT max(step) + 1 FROM steps WHERE run_id = ?')[0][0]),
    reason: end?.reason ?? null,
    cached: events('prefix-cache.finished').some(({ hits, advanced }) => hits + advanced > 0),
  };
  database.close();
  return outcome;
}

/** The names of the parts that are not the same. */
export function differences(expected: Outcome, found: Outcome): string[] {
  const parts = Object.keys(expected.parts).filter((name) => expected.parts[name] !== found.parts[name]);
  const checkpoints = [...found.checkpoints].filter(
    ([name, digest]) => (expected.checkpoints.get(name) ?? digest) !== digest,
  );
  return [...parts, ...checkpoints.map(([name]) => `the checkpoint ${name}`)];
}

export function stepsOfInterest({ changes, trained }: Outcome): number[] {
  return [...changes, ...Array.from({ length: 1 + Math.floor(changes.length / 2) }, () => trained)];
}

function checkpointsIn(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  return new Map(names.map((name) => [name, tensorsDigest(readFileSync(join(folder, name)))]));
}

/** Of names, shapes and values: the metadata of a checkpoint names its run, and the clock is in the record that it names. */
function tensorsDigest(file: Buffer): string {
  const end = 8 + Number(file.readBigUInt64LE());
  const { __metadata__, ...tensors } = JSON.parse(file.toString('utf8', 8, end));
  return createHash('sha256').update(JSON.stringify(tensors)).update(file.subarray(end)).digest('hex');
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
