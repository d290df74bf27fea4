import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRouterClient, EventPublisher, implement } from '@orpc/server';
import type { LabClient } from '#contract/client.ts';
import { contract } from '#contract/contract.ts';
import type { HostOptions, LabHost, ReadOnly } from '#contract/host.ts';
import type { EstimatedDuration } from '#contract/studies.ts';
import type { WeightsEntry } from '#contract/weights.ts';
import { translateErrors } from '#contract/wire.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import type { DownloadProgress } from '#core/data/known/download-progress.ts';
import { AppError } from '#core/errors.ts';
import type { ExportNews } from '#core/exchange/export-news.ts';
import type { ImportNews } from '#core/exchange/import-news.ts';
import type { JobRecord } from '#core/machines/job-record.ts';
import type { QueueOutlook } from '#core/queue/outlook.ts';
import { outlookOf } from '#core/queue/outlook.ts';
import type { QueueState } from '#core/queue/queue.ts';
import type { Change, DatasetRecord, PreparationLine, RunDetail, StudyRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { SavedRunsView } from '#core/runs-view.ts';
import type { CommandTools } from '../../src-main/cli/command-tools.ts';
import {
  datasetOf,
  EMPTY,
  ESTIMATE,
  IMAGES,
  KNOWN,
  NO_ANSWER,
  NO_CLASS_COSTS,
  REPORT,
  RESNET_18,
  weightsOf,
} from './fake-records.ts';
import { sampleRun } from './sample-run.ts';

const os = implement(contract);

/** A home in memory: the test says what is in it and what happens to its runs. */
export class FakeLab {
  readonly runs = new Map<string, RunDetail>();
  readonly asked: string[] = [];
  readonly closings: string[] = [];
  /** Whether the next `openHost` finds another owner. */
  isOwner = true;
  /** What the owner's life is called. */
  life: string | null = null;
  /** How many other programs are connected. */
  clients = 0;
  /** Why the home cannot be changed. */
  readOnly: ReadOnly | null = null;
  /** What a study queues when it is started. */
  toQueue: readonly string[] = [];
  /** What is counted of every run. */
  predictions: Predictions[] = [];
  /** The data sets that were added. */
  datasets: DatasetRecord[] = [];
  /** The weights that were added, and those of finished runs. */
  weights: WeightsEntry[] = [];
  /** What the estimate says besides `ESTIMATE`. */
  estimated: Partial<EstimatedDuration> = {};
  /** The networks that every file of weights fits. */
  fits: WeightsEntry['fits'] = [RESNET_18];
  /** What every comparison warns of. */
  warnings: string[] = [];
  /** What every figure warns of. */
  figureWarnings: string[] = [];
  onStart: () => void = () => {};
  /** What was done to the study. */
  studyMarks = { name: 'tiny', note: '', tags: [] as readonly string[], archived: false, deleted: false };
  /** The saved views of the table of runs. */
  runsViews: SavedRunsView[] = [];
  readonly #stored: RunEvent[] = [];
  readonly #publisher = new EventPublisher<{ event: RunEvent; change: Change }>();
  /** The blocks that train elsewhere. */
  jobs: JobRecord[] = [];
  /** What the queue says. */
  queue: QueueState = { paused: false, standstill: null, now: null, runs: [] };
  /** The seconds that runs take, by id. */
  readonly seconds = new Map<string, number>();
  readonly #downloads = new EventPublisher<{ download: DownloadProgress; line: PreparationLine }>();
  /** Answers whoever gets a data set. */
  onGet: (name: string) => Promise<DatasetRecord> = async (name) => datasetOf(name);
  onStop: () => void = () => {};
  /** When the process of the last trainer has ended, which may be after its run has. */
  trainerEnded: Promise<void> = Promise.resolve();
  onAskForRunning: () => void = () => {};
  #loseOwner: () => void = () => {};

  addRun(id: string, status: RunStatus = 'queued'): void {
    this.runs.set(id, sampleRun({ id, status }));
  }

  setStatus(id: string, status: RunStatus): void {
    this.runs.set(id, { ...this.run(id), status });
  }

  run(id: string): RunDetail {
    const run = this.runs.get(id);
    if (run === undefined) throw new AppError('not-found', `There is no run ${id}.`);
    return run;
  }

  /** As a trainer's event: stored, then told to those who listen, unless the stream loses it. */
  happen(event: RunEvent, { isLost = false } = {}): void {
    this.#stored.push(event);
    this.runs.set(event.runId, { ...this.run(event.runId), lastSeq: event.seq });
    if (event.type === 'run.finished') this.setStatus(event.runId, 'finished');
    if (event.type === 'run.failed') this.setStatus(event.runId, 'failed');
    if (!isLost) this.#publisher.publish('event', event);
  }

  /** The queue says something else now, and tells whoever follows. */
  changeQueue(queue: Partial<QueueState>): void {
    this.queue = { ...this.queue, ...queue };
    this.#publisher.publish('change', { kind: 'queue', ids: [] });
  }

  /** The program that owned the home has ended. */
  loseOwner(): void {
    this.#loseOwner();
  }

  async openHost({ serve }: HostOptions): Promise<LabHost> {
    this.asked.push(`open ${serve ? 'to serve' : 'to ask'}`);
    const lost = new Promise<void>((resolve) => {
      this.#loseOwner = resolve;
    });
    return {
      client: this.#client(),
      owner: this.isOwner,
      life: this.life,
      readOnly: this.readOnly,
      damage: Promise.resolve(null),
      lost: this.isOwner ? new Promise(() => {}) : lost,
      idle: async () => this.#untilIdle(),
      clients: () => this.clients,
      close: async (reason) => {
        this.closings.push(reason);
      },
    };
  }

  async #untilIdle(): Promise<void> {
    while (this.isOwner && [...this.runs.values()].some((run) => run.status === 'queued' || run.status === 'running')) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.trainerEnded;
  }

  #study(): StudyRecord {
    const { policy: _, seed: __, ...base } = sampleRun().spec;
    const runs = [...this.runs.values()];
    const study = { id: 'study1', name: 'tiny', base, seeds: [1], equalTimeBaseline: true, margin: 0.5 };
    return { ...study, ...this.studyMarks, arms: [], createdAt: 0, runs };
  }

  #marked(marks: Partial<FakeLab['studyMarks']>): StudyRecord {
    this.studyMarks = { ...this.studyMarks, ...marks };
    return this.#study();
  }

  #started(what: string) {
    this.asked.push(what);
    this.onStart();
    return { studyId: 'study1', runIds: this.toQueue };
  }

  #client(): LabClient {
    const answered = {
      runs: this.#runs(),
      rows: this.#rows(),
      jobs: {
        list: os.jobs.list.handler(({ input: { look } }) => {
          this.asked.push(look ? 'look at the machines' : 'list the jobs');
          return this.jobs;
        }),
      },
      runsViews: { list: os.runsViews.list.handler(() => this.runsViews) },
      studies: this.#studies(),
      datasets: {
        list: os.datasets.list.handler(() => this.datasets),
        parts: os.datasets.parts.handler(() => ({
          ...{ split: 'in-order', train: 100, validation: 10, test: 10 },
          gaps: [{ part: 'test', classes: 1, names: ['owl'], isInFile: true }],
        })),
        known: os.datasets.known.handler(() => [KNOWN]),
        get: os.datasets.get.handler(({ input: { name } }) => {
          this.asked.push(`get ${name}`);
          return this.onGet(name);
        }),
        stopGetting: os.datasets.stopGetting.handler(({ input: { name } }) => {
          this.asked.push(`stop getting ${name}`);
          this.onStop();
          return { name };
        }),
        downloads: os.datasets.downloads.handler(async ({ signal }) =>
          this.#downloads.subscribe('download', { signal }),
        ),
        progress: os.datasets.progress.handler(async ({ signal }) => this.#downloads.subscribe('line', { signal })),
        add: os.datasets.add.handler(({ input: { name, location, replace } }) => {
          this.asked.push(`${replace ? 'replace' : 'add'} ${JSON.stringify(location)}`);
          return { name, location, ...IMAGES, sha256: null };
        }),
      },
    };
    const weights = this.#weightsProcedures();
    const events = {
      follow: os.events.follow.handler(async ({ signal }) => this.#publisher.subscribe('event', { signal })),
    };
    const changes = {
      follow: os.changes.follow.handler(async ({ signal }) => this.#publisher.subscribe('change', { signal })),
    };
    const router = withTheRest({ ...answered, weights, events, changes, queue: this.#queue() });
    return createRouterClient(router, { interceptors: [translateErrors] });
  }

  #queue() {
    const asked = (what: string) => {
      this.asked.push(what);
      return this.queue;
    };
    return {
      show: os.queue.show.handler(() => this.queue),
      outlook: os.queue.outlook.handler(({ signal }) => this.#outlooks(signal)),
      move: os.queue.move.handler(({ input }) => asked(`move ${input.run} to ${input.place}`)),
      hold: os.queue.hold.handler(({ input }) => asked(`hold ${input.run}`)),
      release: os.queue.release.handler(({ input }) => asked(`release ${input.run}`)),
      pause: os.queue.pause.handler(() => asked('pause the queue')),
      resume: os.queue.resume.handler(() => asked('resume the queue')),
    };
  }

  /** What the queue says first, and nothing more. */
  async *#outlooks(signal: AbortSignal | undefined): AsyncGenerator<QueueOutlook> {
    yield outlookOf(this.queue.runs, (id) => this.seconds.get(id) ?? null, { at: 0, trainers: 1 });
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  }

  #weightsProcedures() {
    return {
      list: os.weights.list.handler(() => this.weights),
      add: os.weights.add.handler(({ input: { name, path, replace } }) => {
        this.asked.push(`${replace ? 'replace' : 'add'} weights ${name} of ${path}`);
        return weightsOf({ name });
      }),
      describe: os.weights.describe.handler(({ input: { path } }) => {
        this.asked.push(`describe ${path}`);
        return { file: 'w.safetensors', bytes: 46_800_000, sha256: 'ab'.repeat(32), fits: this.fits };
      }),
      remove: os.weights.remove.handler(({ input: { name } }) => {
        this.asked.push(`remove weights ${name}`);
        return { name };
      }),
    };
  }

  #runs() {
    return {
      weights: os.runs.weights.handler(async function* () {}),
      list: os.runs.list.handler(({ input }) => {
        if (input.statuses?.join() === 'running') this.onAskForRunning();
        return [...this.runs.values()].filter((run) => input.statuses?.includes(run.status) ?? true);
      }),
      show: os.runs.show.handler(({ input }) => this.run(input.run)),
      start: os.runs.start.handler(() => {
        this.#started('start run');
        return { runId: 'run1' };
      }),
      stop: os.runs.stop.handler(({ input }) => {
        this.setStatus(input.run, 'stopped');
        return this.run(input.run);
      }),
      delete: os.runs.delete.handler(({ input }) => {
        this.asked.push(`delete ${input.run}`);
        return this.run(input.run);
      }),
      rows: os.runs.rows.handler(() => ({
        rows: [...this.runs.values()].map((run) => ({ ...run, role: null, groupHash: '', series: {}, device: null })),
        next: null,
      })),
      valuesAt: os.runs.valuesAt.handler(({ input }) => ({
        runs: [...this.runs.keys()],
        values: [...this.runs.keys()].map((_, index) => (index + 1) / (10 * input.epoch)),
      })),
      resume: os.runs.resume.handler(({ input }) => {
        this.#started(`resume ${input.run}${input.anew ? ' anew' : ''}${input.at === 'front' ? ' at the front' : ''}`);
        return { runId: input.run };
      }),
      events: os.runs.events.handler(({ input }) => this.#stored.filter((event) => event.runId === input.run)),
      predictions: os.runs.predictions.handler(() => this.predictions),
      history: os.runs.history.handler(({ input }) => this.#stored.filter((event) => event.runId === input.run)),
      import: os.runs.import.handler(({ input }) => {
        this.asked.push(`import ${JSON.stringify(readFileSync(input.path, 'utf8'))}`);
        return this.#imported();
      }),
    };
  }

  async *#imported(): AsyncGenerator<ImportNews> {
    yield { type: 'reading', bytes: 0 };
    const studyIds = this.runs.size === 0 ? [] : ['study1'];
    const counts = { completedRunIds: [], eventsAdded: 0, eventsThere: 0, leftOut: [], leftOutCount: 0 };
    yield { type: 'imported', runIds: [...this.runs.keys()], studyIds, ...counts };
  }

  #rows() {
    return { unreadable: os.rows.unreadable.handler(() => []) };
  }

  #studies() {
    return {
      list: os.studies.list.handler(({ input }) =>
        this.studyMarks.deleted === (input.deleted ?? false) ? [this.#study()] : [],
      ),
      overview: os.studies.overview.handler(() => []),
      rename: os.studies.rename.handler(({ input }) => this.#marked({ name: input.name })),
      update: os.studies.update.handler(({ input: { note, archived, addTags = [], removeTags = [] } }) => {
        const { note: oldNote, archived: wasArchived, tags } = this.studyMarks;
        const kept = [...tags, ...addTags].filter((tag) => !removeTags.includes(tag));
        this.#marked({ note: note ?? oldNote, archived: archived ?? wasArchived, tags: kept });
        return { studyIds: ['study1'] };
      }),
      delete: os.studies.delete.handler(() => ({
        ...{ study: this.#marked({ deleted: true }), comparisons: ['both'], isSearch: true },
      })),
      restore: os.studies.restore.handler(() => this.#marked({ deleted: false, name: 'tiny 2' })),
      purge: os.studies.purge.handler(() => ({ studyId: 'study1' })),
      show: os.studies.show.handler(() => this.#study()),
      estimate: os.studies.estimate.handler(({ input }) => {
        this.asked.push(`estimate ${input.spec.name}`);
        return { ...ESTIMATE, ...this.estimated };
      }),
      start: os.studies.start.handler(({ input: { spec, on } }) =>
        this.#started(`start ${spec.name}${on === undefined ? '' : ` on ${JSON.stringify(on)}`}`),
      ),
      extend: os.studies.extend.handler(({ input }) => this.#started(`extend ${input.study} by ${input.seeds}`)),
      export: os.studies.export.handler(async function* (): AsyncGenerator<ExportNews> {
        yield { type: 'failed', code: 'internal', message: 'Files are written by the tools alone.' };
      }),
      answer: os.studies.answer.handler(({ input }) => ({
        ...NO_ANSWER,
        studies: input.studies.map((id) => ({ id, name: id })),
      })),
      classCosts: os.studies.classCosts.handler(() => NO_CLASS_COSTS),
      compare: os.studies.compare.handler(({ input }) => ({
        ...EMPTY,
        margin: input.margin ?? 0.5,
        data: { sha256: null, unrecorded: 0, leftOut: [] },
        weights: { sha256: null, leftOut: [] },
        warnings: this.warnings,
      })),
    };
  }
}

type Implemented = Parameters<typeof os.router>[0];
type Group = Readonly<Record<string, unknown>>;

/** These answers, and of every other procedure of the contract that it is not part of the test: so it may grow. */
function withTheRest(answered: Readonly<Record<string, Group>>): Implemented {
  const unused = (): never => {
    throw new AppError('unavailable', 'This is not part of the test.');
  };
  const groups = Object.entries(contract).map(([noun, verbs]): [string, Group] => {
    const implementers = os[noun as keyof typeof os] as unknown as Record<
      string,
      { handler(handle: () => never): unknown }
    >;
    const rest = Object.keys(verbs).map((verb) => [verb, implementers[verb].handler(unused)]);
    return [noun, { ...Object.fromEntries(rest), ...answered[noun] }];
  });
  return os.router(Object.fromEntries(groups) as unknown as Implemented);
}

/** Tools that need no adapter. */
export function fakeTools(lab: FakeLab, changes: Partial<CommandTools> = {}): CommandTools {
  return {
    checkGpu: async () => {
      throw new Error('No test has said what a GPU check finds.');
    },
    openHost: (options) => lab.openHost(options),
    listBackups: async () => [],
    verifyBackup: async () => [],
    restoreBackup: async () => ({
      backup: { name: 'lab.sqlite.before-0190', madeAt: 0, reason: 'migration', bytes: 1 },
      ...{ losses: null, kept: null, paused: 0, strayRuns: null },
    }),
    hashDataset: async () => ({ location: { kind: 'idx', path: '/', classes: 10 }, sha256: 'a', withValidation: null }),
    hashWeights: async (path) => `hash of ${path}`,
    async *blockEvents() {},
    follow: async () => {},
    dialOwner: async () => {},
    workOn: async () => ({ at: 0, ended: 'done', reason: 'All is done (1 run).', runs: { run1: 9 }, gaveUp: [] }),
    salvageDatabase: async () => ({ kept: '/kept', lost: 1, strayRuns: null }),
    strayRuns: async () => null,
    describeDataset: async () => IMAGES,
    reportOn: async () => REPORT,
    checkRun: async () => {},
    receivedWeights: async () => new Map(),
    writeWeights: async () => {},
    writeFile: (path, bytes) => writeFile(path, bytes),
    terminalComparison: async () => 'THE TABLE',
    comparisonCsv: async () => 'THE CSV',
    renderFigure: async ({ figure, format }) => ({
      data: Buffer.from(figure.kind === 'comparison' ? `${format} of ${figure.view.studies[0]}` : figure.kind),
      extension: format,
      warnings: lab.figureWarnings,
    }),
    renderStudy: async (studies, format) => ({
      data: Buffer.from(`${format} of ${studies.join(', ')}`),
      extension: format,
      warnings: [],
    }),
    async *studyPieces({ format }, _client, { told, warn }) {
      told?.({ runs: 1, of: 1, lines: format === 'ndjson' ? 1 : null });
      warn('One event is left out.');
      yield Buffer.from(format === 'ndjson' ? '{"type":"study.exported"}\n' : `THE ${format.toUpperCase()}`);
    },
    diagnose: async () => ({
      backend: 'none',
      tensorflowVersion: null,
      device: 'a CPU',
      node: '24.0.0',
      electron: null,
      sqliteVersion: null,
      problems: [],
      notes: [],
    }),
    ...changes,
  };
}
