import type { Database } from 'better-sqlite3';
import { epochPaceOf } from '#core/analysis/epoch-pace.ts';
import { median } from '#core/analysis/quantile.ts';
import type { DepthRatio } from '#core/analysis/run-pace.ts';
import { paceOf } from '#core/analysis/run-pace.ts';
import type { TimedRun } from '#core/analysis/timed-run.ts';
import { depthAt } from '#core/policy/cost.ts';
import type { RunRecord } from '#core/records.ts';
import { DepthHistory } from './depth-history.ts';

interface DepthRow {
  readonly frozen_layers: number;
  readonly steps: number;
  readonly ratio_low: number;
  readonly ratio_median: number;
  readonly ratio_high: number;
}

interface EpochRow {
  readonly epoch: number;
  readonly seconds: number;
}

/** Every so many steps of a run. */
interface SampledPlaces {
  readonly every: number;
  readonly steps: number;
  readonly run: number;
}

/** So many sampled steps are read of a run, however long it is: a comparison reads those of all runs of its study. */
const MOST_READ = 512;
/** Of a median of normal values, from their quartiles: 1.2533 / 1.349. */
const ERROR_OF_QUARTILES = 0.929;

/** The pace of runs, from the tables steps, epochs, freezes, unfreezes, profile_depths and events. */
export class RunPaces {
  readonly #id;
  readonly #steps;
  readonly #epochs;
  readonly #history;
  readonly #depths;
  readonly #cachedFrom;

  constructor(database: Database) {
    this.#id = database.prepare<[string], number>('SELECT id FROM runs WHERE public_id = ?').pluck();
    // Looks up single steps, since the rows between them need not be read.
    this.#steps = database
      .prepare<[SampledPlaces], [step: number, stepMs: number, outsideMs: number]>(`
        WITH RECURSIVE places (step) AS (SELECT 0 UNION ALL SELECT step + @every FROM places WHERE step + @every < @steps)
        SELECT steps.step, step_ms, wait_ms + other_ms FROM places JOIN steps ON run_id = @run AND steps.step = places.step ORDER BY steps.step`)
      .raw();
    this.#epochs = database.prepare<[number], EpochRow>(
      'SELECT epoch, training_seconds AS seconds FROM epochs WHERE run_id = ? ORDER BY epoch',
    );
    this.#history = new DepthHistory(database);
    this.#depths = database.prepare<[number], DepthRow>(
      'SELECT frozen_layers, steps, ratio_low, ratio_median, ratio_high FROM profile_depths WHERE run_id = ?',
    );
    // A step whose frozen layers' output comes from the cache is shorter than the profile says, without any load.
    this.#cachedFrom = database
      .prepare<[number], number | null>(`
        SELECT min(body ->> '$.step') FROM events
        WHERE run_id = ? AND type = 'prefix-cache.decided' AND body ->> '$.place' <> 'none'`)
      .pluck();
  }

  /** Null where too little is known, or the run is gone. */
  find({ id, spec, steps, stepsPerEpoch }: PacedRun): Pick<TimedRun, 'pace' | 'epochPace'> {
    const run = this.#id.get(id);
    if (run === undefined) return { pace: null, epochPace: null };
    const every = spec.logEverySteps * Math.max(1, Math.ceil(steps / spec.logEverySteps / MOST_READ));
    const rows = this.#steps.all({ every, steps, run });
    const step = rows.map(([at]) => at);
    const depths = this.#history.of(run);
    const frozenLayers = step.map((at) => depthAt(depths, at));
    const cachedFrom = this.#cachedFrom.get(run) ?? Number.POSITIVE_INFINITY;
    const counted = rows.flatMap((_, index) => (frozenLayers[index] === 0 || step[index] < cachedFrom ? [index] : []));
    const samples = {
      step: counted.map((index) => step[index]),
      stepMs: counted.map((index) => rows[index][1]),
      frozenLayers: counted.map((index) => frozenLayers[index]),
    };
    const ratios = new Map(this.#depths.all(run).map((depth) => [depth.frozen_layers, ratioOf(depth)]));
    const ratioAt = (depth: number) => (depth === 0 ? UNFROZEN : (ratios.get(depth) ?? null));
    const outsideMs = rows.length === 0 ? 0 : median(rows.map(([, , outside]) => outside));
    const timed = { steps, stepsPerEpoch, epochs: this.#epochs.all(run), depths, outsideMs, cachedFrom };
    return { pace: paceOf(samples, ratioAt), epochPace: epochPaceOf(timed, samples, ratioAt) };
  }
}

type PacedRun = Pick<RunRecord, 'id' | 'spec' | 'steps' | 'stepsPerEpoch'>;

const UNFROZEN: DepthRatio = { ratio: 1, error: 0 };

function ratioOf({ steps, ratio_low: low, ratio_median: ratio, ratio_high: high }: DepthRow): DepthRatio {
  return { ratio, error: (ERROR_OF_QUARTILES * Math.log(high / low)) / Math.sqrt(steps) };
}
