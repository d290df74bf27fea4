import { countedNoun } from '#core/analysis/quantity.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { ExportedStudy } from '#core/exchange/event-line.ts';
import { endImport, type ImportMeter, importReading, newImportMeter } from '#core/exchange/import-meter.ts';
import { type Imported, type ImportNews, MOST_LEFT_OUT } from '#core/exchange/import-news.ts';
import { importProgress, withoutStart } from '#core/exchange/import-words.ts';
import type { ImportedRuns, RunOutcome, RunsToImport, StagedFile } from '#core/exchange/staged-file.ts';
import { toJson } from '#core/numbers.ts';
import type { Store } from '#core/ports.ts';
import type { EventHub } from './event-hub.ts';
import { NewsQueue } from './news-queue.ts';
import type { Works } from './works.ts';

/** How often an import tells how far it is. */
const NEWS_MS = 200;

interface ExchangePorts {
  readonly store: Store;
  readonly hub: EventHub;
  readonly works: Works;
}

/** An import that is under way. */
interface UnderWay {
  readonly meter: ImportMeter;
  readonly done: Promise<void>;
}

/** Exports studies and runs of one home as event lines, and imports them into another. */
export class Exchange {
  readonly #ports: ExchangePorts;
  readonly #underWay = new Set<UnderWay>();

  constructor(ports: ExchangePorts) {
    this.#ports = ports;
  }

  async exportStudy(reference: string): Promise<string[]> {
    const { store, works } = this.#ports;
    const { id, name, base, equalTimeBaseline, margin, seeds, arms, runs } = await store.study(reference);
    const study: ExportedStudy = { id, name, base, equalTimeBaseline, margin, seeds: [...seeds], arms: [...arms] };
    const lines = [toJson({ type: 'study.exported', study })];
    const exported = runs.filter((candidate) => candidate.status === 'finished' && !candidate.deleted);
    return works.during({ title: `Reading the runs of ${name}` }, async (work) => {
      for (const [done, run] of exported.entries()) {
        work.tell({ detail: `${done} of ${countedNoun(exported.length, 'run')}`, share: done / exported.length });
        for (const event of await store.events(run.id)) lines.push(toJson(event));
      }
      return lines;
    });
  }

  /**
   * Imports the runs of a file of event lines, and completes those of which this home has a part. Tells how far it is; the last that
   * it tells is what it did, or why it failed. It ends where the signal says so, or where nobody listens any more.
   */
  async *import(path: string, signal?: AbortSignal): AsyncGenerator<ImportNews> {
    const meter = newImportMeter();
    const news = new NewsQueue<ImportNews>();
    const end = () => endImport(meter);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
    const work = this.#ports.works.begin({ title: 'Importing runs', cancel: end });
    const tell = (one: ImportNews) => {
      news.push(one);
      if (one.type === 'reading' || one.type === 'storing') work.tell({ detail: importProgress(one) });
    };
    const file = new FileImport({ ...this.#ports, path, meter, tell });
    const done = file.run().finally(() => {
      work.end();
      news.close();
    });
    const underWay = { meter, done };
    this.#underWay.add(underWay);
    try {
      yield* news.read();
    } finally {
      end();
      await underWay.done;
      this.#underWay.delete(underWay);
      signal?.removeEventListener('abort', end);
    }
  }

  /** Ends all imports: what they have stored is whole, and the same files complete the rest. */
  async close(): Promise<void> {
    const all = [...this.#underWay];
    for (const { meter } of all) endImport(meter);
    await Promise.all(all.map(({ done }) => done));
  }
}

interface FileToImport extends ExchangePorts {
  readonly path: string;
  readonly meter: ImportMeter;
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

  /** Tells of its failure instead of throwing it. */
  async run(): Promise<void> {
    try {
      this.#file.tell(await this.#import());
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'internal';
      this.#file.tell({ type: 'failed', code, message: messageOf(error) });
    } finally {
      this.#publish();
    }
  }

  async #import(): Promise<ImportNews> {
    const { store, path, meter } = this.#file;
    const staged = await this.#telling(
      () => this.#tellBytes(),
      () => store.stageFile(path, meter),
    );
    if (staged === null) return this.#result('ended');
    try {
      return await this.#importStaged(staged);
    } finally {
      await store.discardStaging(staged.staging);
    }
  }

  async #importStaged(staged: StagedFile): Promise<ImportNews> {
    const { store, meter, tell } = this.#file;
    for (const id of staged.withoutStart) await this.#checkIsHere(id);
    if (staged.cutLine !== null) this.#tally.leaveOut(cutSentence(staged.cutLine));
    this.#studyIds = await store.importStudies(staged.staging);
    const { staging, runs: of } = staged;
    const tellRuns = () => {
      tell({ type: 'storing', runs: this.#tally.runs, of, events: importReading(meter).events });
    };
    let from: number | null = 1;
    while (from !== null) {
      const request: RunsToImport = { staging, from, meter };
      const imported: ImportedRuns = await this.#telling(tellRuns, () => store.importRuns(request));
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
    tell({ type: 'reading', bytes: importReading(meter).bytes });
  }

  /** Tells how far the work is while it lasts: at once, and again and again. */
  async #telling<Answer>(tell: () => void, work: () => Promise<Answer>): Promise<Answer> {
    tell();
    const timer = setInterval(tell, NEWS_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  #result(type: 'imported' | 'ended'): ImportNews {
    return { type, ...this.#tally.result(this.#studyIds) };
  }

  #publish(): void {
    const { hub } = this.#file;
    const { runIds, completedRunIds } = this.#tally.result([]);
    if (runIds.length + completedRunIds.length > 0) hub.publishChange('runs', [...runIds, ...completedRunIds]);
    if (this.#studyIds.length > 0) hub.publishChange('studies', this.#studyIds);
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
