import type { ClassCosts } from '#core/analysis/class-costs.ts';
import { classCosts } from '#core/analysis/class-costs.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import { reduceCurve } from '#core/analysis/curve-buckets.ts';
import type { ComparedRun } from '#core/analysis/study-to-compare.ts';
import type { TimedRun } from '#core/analysis/timed-run.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import type { CurvesQuery, Readings, RowsPage, RowsQuery, ValuesAt } from '#core/ports.ts';
import type { Curve, RunRecord, StepTimes, StudyRecord, StudySummary } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { EpochSeries } from '#core/series/series-lists.ts';
import { CurveTable } from './curve-points.ts';
import type { Connection } from './database.ts';
import { EventTable } from './events.ts';
import { PredictionTable } from './predictions.ts';
import { RunEnergies } from './run-energies.ts';
import { RunPaces } from './run-paces.ts';
import type { RunRow } from './run-row.ts';
import { RunSummaries } from './run-summaries.ts';
import { RunTable } from './runs.ts';
import { StepTimeTable } from './step-times.ts';
import { StudyTable } from './studies.ts';
import { StudyOverview } from './study-overview.ts';
import type { Synchronous } from './synchronous.ts';
import { Transactions } from './transactions.ts';
import { UnreadableRows } from './unreadable-rows.ts';
import { VerifiedRows } from './verified-rows.ts';

/** Answers the questions of pages, on a connection of its own that never writes. The port documents the methods. */
export class SqliteReader implements Synchronous<Readings> {
  readonly #transactions: Transactions;
  readonly #runs: RunTable;
  readonly #summaries: RunSummaries;
  readonly #curves: CurveTable;
  readonly #stepTimes: StepTimeTable;
  readonly #paces: RunPaces;
  readonly #energies: RunEnergies;
  readonly #predictions: PredictionTable;
  readonly #events: EventTable;
  readonly #overview: StudyOverview;
  readonly #unreadable: UnreadableRows;
  readonly #verified: VerifiedRows;

  constructor(database: Connection) {
    this.#transactions = new Transactions(database);
    this.#unreadable = UnreadableRows.of(database);
    this.#runs = new RunTable(database);
    this.#summaries = new RunSummaries(database);
    this.#curves = new CurveTable(database);
    this.#stepTimes = new StepTimeTable(database);
    this.#paces = new RunPaces(database);
    this.#energies = new RunEnergies(database);
    this.#predictions = new PredictionTable(database);
    this.#events = new EventTable(database);
    this.#overview = new StudyOverview(database, new StudyTable(database));
    this.#verified = new VerifiedRows(database);
  }

  runRows(query: RowsQuery): RowsPage {
    return this.#transactions.read(() => this.#summaries.page(query));
  }

  valuesAt(series: EpochSeries, epoch: number): ValuesAt {
    return this.#transactions.read(() => this.#summaries.valuesAt(series, epoch));
  }

  /** The curves of the runs; runs that are gone are left out. */
  curves({ runs, series, buckets, smoothing }: CurvesQuery): readonly Curve[] {
    return this.#transactions.read(() =>
      runs.flatMap((id) => {
        const run = this.#curves.find(id);
        if (run === undefined) return [];
        return this.#curves
          .points(run, series)
          .map(({ layer, points }) => reduceCurve({ runId: id, layer }, points, { buckets, smoothing }));
      }),
    );
  }

  stepTimes(runId: string, buckets: number): StepTimes {
    return this.#transactions.read(() => this.#stepTimes.reduced(this.#runs.find(runId).id, buckets));
  }

  predictions(runId: string): readonly Predictions[] {
    return this.#transactions.read(() => this.#predictions.all(this.#verifiedRun(runId).id));
  }

  history(runId: string): readonly RunEvent[] {
    return this.#transactions.read(() => {
      const { id, public_id } = this.#verifiedRun(runId);
      return [...this.#events.events(id, public_id)];
    });
  }

  compare(study: StudyRecord): Comparison {
    return this.#transactions.read(() => {
      this.#verified.study(study.id, study.name);
      for (const { id } of study.runs) this.#verifiedRun(id);
      return compareStudy({ ...study, runs: study.runs.map((run) => this.#paced(run)) });
    });
  }

  classCosts(study: StudyRecord): ClassCosts {
    return this.#transactions.read(() =>
      classCosts(study, (id) => this.#predictions.ofSplit(this.#verifiedRun(id).id, 'test')),
    );
  }

  overview(trash = false): readonly StudySummary[] {
    return this.#transactions.read(() => this.#overview.all(trash));
  }

  /** The rows that were left out of these answers. */
  leftOutRows(): readonly string[] {
    return this.#unreadable.sentences;
  }

  #verifiedRun(id: string): RunRow {
    const row = this.#runs.find(id);
    this.#verified.run(row);
    return row;
  }

  /** A run with its pace and its energy, where the comparison may count it. */
  #paced(run: RunRecord): RunRecord & Pick<TimedRun, 'pace' | 'epochPace'> & Pick<ComparedRun, 'energy'> {
    if (run.status !== 'finished' || run.deleted) return run;
    return { ...run, ...this.#paces.find(run), energy: this.#energies.find(run.id) };
  }
}
