import { type ExchangeMeter, endExchange, meterReading, newExchangeMeter } from '#core/exchange/exchange-meter.ts';
import type { ExportNews } from '#core/exchange/export-news.ts';
import { exportProgress } from '#core/exchange/export-words.ts';
import { type Imported, type ImportNews, MOST_LEFT_OUT } from '#core/exchange/import-news.ts';
import { importProgress, withoutStart } from '#core/exchange/import-words.ts';
import type { ImportedRuns, RunOutcome, RunsToImport, StagedFile } from '#core/exchange/staged-file.ts';
import { type FailureNews, failureNews } from '#core/failure-news.ts';
import type { Store } from '#core/ports.ts';
import type { WorkNews } from '#core/work.ts';
import type { EventHub } from './event-hub.ts';
import { NewsQueue } from './news-queue.ts';
import type { Works } from './works.ts';

/** How often an import tells how far it is. */
const NEWS_MS = 200;

interface ExchangePorts {
  readonly store: Store;
  readonly hub: EventHub;
  readonly works: Works;
  /** Gets how many events an import has stored, also one that failed or was ended. */
  readonly noteImport: (eventsAdded: number) => void;
}

/** An import or an export that is under way. */
interface UnderWay {
  readonly end: () => void;
  readonly done: Promise<void>;
}

/** Exports studies and runs of one home as event lines, and imports them into another. */
export class Exchange {
  readonly #ports: ExchangePorts;
  readonly #underWay = new Set<UnderWay>();

  constructor(ports: ExchangePorts) {
    this.#ports = ports;
  }

  /**
   * Writes the study and the events of its finished runs into a file of the home, and tells how far it is. The last that it tells is where
   * the file is, or why there is none; the file is there until nobody listens any more.
   */
  async *export(reference: string, signal?: AbortSignal): AsyncGenerator<ExportNews> {
    const { store } = this.#ports;
    let file: string | null = null;
    const work = async ({ meter, tell, heard }: Exchanging<ExportNews>) => {
      const tellRuns = () => {
        const { runs, ofRuns: of, events } = meterReading(meter);
        tell({ type: 'writing', runs, of, events });
      };
      const written = await telling(tellRuns, () => store.writeLines(reference, meter));
      if (written === null) return;
      file = written.path;
      tell({ type: 'written', ...written });
      await heard;
    };
    try {
      yield* this.#exchange({ title: 'Writing the event lines of a study', newsOf: exportWork }, work, signal);
    } finally {
      if (file !== null) await store.discardFile(file);
    }
  }

  /**
   * Imports the runs of a file of event lines, and completes those of which this home has a part. Tells how far it is; the last that
   * it tells is what it did, or why it failed. It ends where the signal says so, or where nobody listens any more.
   */
  async *import(path: string, signal?: AbortSignal): AsyncGenerator<ImportNews> {
    const work = async ({ meter, tell }: Exchanging<ImportNews>) => {
      await new FileImport({ ...this.#ports, path, meter, tell }).run();
    };
    yield* this.#exchange({ title: 'Importing runs', newsOf: importWork }, work, signal);
  }

  /** Ends all imports and exports: what is stored is whole, and the same files complete the rest. */
  async close(): Promise<void> {
    const all = [...this.#underWay];
    for (const { end } of all) end();
    await Promise.all(all.map(({ done }) => done));
  }

  /** What the work tells, while somebody listens to it; a failure is told too. */
  async *#exchange<News>(
    { title, newsOf }: ListedWork<News | FailureNews>,
    work: (exchanging: Exchanging<News | FailureNews>) => Promise<void>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<News | FailureNews> {
    const meter = newExchangeMeter();
    const news = new NewsQueue<News | FailureNews>();
    let tellHeard: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => {
      tellHeard = resolve;
    });
    const end = () => {
      endExchange(meter);
      tellHeard();
    };
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    const listed = this.#ports.works.begin({ title, cancel: end });
    const tell = (one: News | FailureNews) => {
      news.push(one);
      listed.tell(newsOf(one));
    };
    const done = work({ meter, tell, heard })
      .catch((error: unknown) => tell(failureNews(error)))
      .finally(() => {
        listed.end();
        news.close();
      });
    const underWay = { end, done };
    this.#underWay.add(underWay);
    try {
      yield* news.read();
    } finally {
      end();
      await done;
      this.#underWay.delete(underWay);
      signal?.removeEventListener('abort', end);
    }
  }
}

/** What the work of an import or an export has. */
interface Exchanging<News> {
  readonly meter: ExchangeMeter;
  readonly tell: (news: News) => void;
  /** Resolves once nobody listens any more, or the home is closed. */
  readonly heard: Promise<void>;
}

/** How the work is listed among all that the program does. */
interface ListedWork<News> {
  readonly title: string;
  readonly newsOf: (news: News) => WorkNews;
}

function importWork(news: ImportNews): WorkNews {
  return news.type === 'reading' || news.type === 'storing' ? { detail: importProgress(news) } : {};
}

function exportWork(news: ExportNews): WorkNews {
  if (news.type !== 'writing' || news.of === 0) return {};
  return { detail: exportProgress({ ...news, lines: news.events }), share: news.runs / news.of };
}

/** Tells how far the work is while it lasts: at once, and again and again. */
async function telling<Answer>(tell: () => void, work: () => Promise<Answer>): Promise<Answer> {
  tell();
  const timer = setInterval(tell, NEWS_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

interface FileToImport extends ExchangePorts {
  readonly path: string;
  readonly meter: ExchangeMeter;
  readonly tell: (news: ImportNews) => void;
}

/** The import of one file. */
class FileImport {
  readonly #file: FileToImport;
  readonly #tally = new Tally();
  #studyIds: readonly string[] = [];

  constructor(file: FileToImport) {
    this.#file = file;
  }

  async run(): Promise<void> {
    try {
      this.#file.tell(await this.#import());
    } finally {
      this.#publish();
    }
  }

  async #import(): Promise<ImportNews> {
    const { store, path, meter } = this.#file;
    const staged = await telling(
      () => this.#tellBytes(),
      () => store.stageFile(path, meter),
    );
    if (staged === null) return this.#result('ended');
    try {
      return await this.#importStaged(staged);
    } finally {
      await store.discardFile(staged.staging);
    }
  }

  async #importStaged(staged: StagedFile): Promise<ImportNews> {
    const { store, meter, tell } = this.#file;
    for (const id of staged.withoutStart) await this.#checkIsHere(id);
    if (staged.cutLine !== null) this.#tally.leaveOut(cutSentence(staged.cutLine));
    this.#studyIds = await store.importStudies(staged.staging);
    const { staging, runs: of } = staged;
    const tellRuns = () => {
      tell({ type: 'storing', runs: this.#tally.runs, of, events: meterReading(meter).events });
    };
    let from: number | null = 1;
    while (from !== null) {
      const request: RunsToImport = { staging, from, meter };
      const imported: ImportedRuns = await telling(tellRuns, () => store.importRuns(request));
      for (const outcome of imported.outcomes) this.#tally.count(outcome);
      if (imported.isEnded) return this.#result('ended');
      from = imported.next;
    }
    return this.#result('imported');
  }

  /** Before anything is written: events without their start can only complete a run that is here. */
  async #checkIsHere(id: string): Promise<void> {
    const [run] = (await this.#file.store.runRows({ ids: [id], after: null, limit: 1 })).rows;
    if (run !== undefined) return;
    throw withoutStart(id);
  }

  #tellBytes(): void {
    const { tell, meter } = this.#file;
    tell({ type: 'reading', bytes: meterReading(meter).bytes });
  }

  #result(type: 'imported' | 'ended'): ImportNews {
    return { type, ...this.#tally.result(this.#studyIds) };
  }

  #publish(): void {
    const { hub, noteImport } = this.#file;
    const { runIds, completedRunIds, eventsAdded } = this.#tally.result([]);
    if (runIds.length + completedRunIds.length > 0) hub.publishChange('runs', [...runIds, ...completedRunIds]);
    if (this.#studyIds.length > 0) hub.publishChange('studies', this.#studyIds);
    noteImport(eventsAdded);
  }
}

/** What an import has done so far. */
class Tally {
  readonly #runIds: string[] = [];
  readonly #completed: string[] = [];
  readonly #leftOut: string[] = [];
  #runs = 0;
  #added = 0;
  #there = 0;
  #leftOutCount = 0;

  get runs(): number {
    return this.#runs;
  }

  count({ id, state, added, there, problem }: RunOutcome): void {
    this.#runs++;
    this.#added += added;
    this.#there += there;
    if (state === 'new') this.#runIds.push(id);
    if (state === 'completed') this.#completed.push(id);
    if (problem !== null) this.leaveOut(problem);
  }

  leaveOut(sentence: string): void {
    this.#leftOutCount++;
    if (this.#leftOut.length < MOST_LEFT_OUT) this.#leftOut.push(sentence);
  }

  result(studyIds: readonly string[]): Imported {
    return {
      runIds: this.#runIds,
      completedRunIds: this.#completed,
      studyIds,
      eventsAdded: this.#added,
      eventsThere: this.#there,
      leftOut: this.#leftOut,
      leftOutCount: this.#leftOutCount,
    };
  }
}

function cutSentence(line: number): string {
  return `Line ${line}, the last one, is cut off and was left out: import the file again when it is whole.`;
}
