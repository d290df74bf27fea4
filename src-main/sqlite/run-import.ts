import { countedNoun } from '#core/analysis/quantity.ts';
import { AppError } from '#core/errors.ts';
import { eventDifference } from '#core/exchange/event-difference.ts';
import type { ExportedStudy } from '#core/exchange/event-line.ts';
import { type ExchangeMeter, isExchangeEnded, noteEvent } from '#core/exchange/exchange-meter.ts';
import { studyInTrash, withoutStart } from '#core/exchange/import-words.ts';
import { importedRun } from '#core/exchange/imported-run.ts';
import { inferStudy } from '#core/exchange/imported-study.ts';
import type { ImportedRuns, RunOutcome } from '#core/exchange/staged-file.ts';
import { isOver } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { RunLog } from './run-log.ts';
import type { RunRow } from './run-row.ts';
import type { RunTable } from './runs.ts';
import type { StagedLines, StagedRun } from './staged-lines.ts';
import type { StudyTable } from './studies.ts';

/** The reason of a run that is stored without its end. */
export const WITHOUT_END = 'Imported without its end.';
/** The reason of a run whose owner died while it trained. */
export const ABANDONED = 'The program that trained it ended.';

/** How the staged events of a run relate to those that are stored. */
interface Overlap {
  readonly there: number;
  /** Events after the last one that is stored. */
  readonly later: number;
  /** Events that are missing among those that are stored. */
  readonly missing: number;
  readonly problem: string | null;
}

interface Tables {
  readonly runs: RunTable;
  readonly log: RunLog;
  readonly studies: StudyTable;
  /** The id of the row of a run's arm; null for a run by itself. */
  readonly armIdOf: (run: {
    readonly id: string;
    readonly studyId: string | null;
    readonly arm: string | null;
  }) => number | null;
}

/** Imports staged runs. Whoever calls it keeps a run and its events in one transaction. */
export class RunImport {
  readonly #tables: Tables;
  readonly #staged: StagedLines;
  readonly #meter: ExchangeMeter;

  constructor(tables: Tables, staged: StagedLines, meter: ExchangeMeter) {
    this.#tables = tables;
    this.#staged = staged;
    this.#meter = meter;
  }

  /** Adds the run, or completes the one that is there. Events that are there already are compared, and never changed. */
  take(staged: StagedRun, now: number): RunOutcome {
    const { id, problem } = staged;
    if (problem !== null) return leftOut(id, problem);
    const row = this.#tables.runs.findExact(id);
    return row === undefined ? this.#add(staged, now) : this.#complete(staged, row);
  }

  #add(staged: StagedRun, now: number): RunOutcome {
    const started = this.#staged.started(staged.number);
    if (started === null) throw withoutStart(staged.id);
    const { runs, log, armIdOf } = this.#tables;
    const run = importedRun(started, now);
    const key = runs.insert(run, armIdOf(run));
    log.layers.insert(key, run.layers);
    this.#apply(staged);
    return { id: staged.id, state: 'new', added: staged.events, there: 0, problem: null };
  }

  #complete(staged: StagedRun, row: RunRow): RunOutcome {
    const { there, later, missing, problem } = this.#overlap(staged, row);
    if (problem !== null) return leftOut(row.public_id, problem);
    if (later + missing === 0) return { id: row.public_id, state: 'unchanged', added: 0, there, problem: null };
    if (row.imported === 0 && !isOver(row.status)) return leftOut(row.public_id, stillAtWork(row, later + missing));
    if (missing > 0) this.#startAgain(staged, row);
    else this.#tables.log.segments.reopen(row.id, WITHOUT_END);
    this.#apply(staged);
    return { id: row.public_id, state: 'completed', added: later + missing, there, problem: null };
  }

  /** Walks through both in order of their numbers. */
  #overlap(staged: StagedRun, row: RunRow): Overlap {
    const { log } = this.#tables;
    const counts = { there: 0, later: 0, missing: 0 };
    const stored = log.events(row.id, row.public_id);
    let next = stored.next();
    try {
      for (const event of this.#staged.events(staged.number)) {
        this.#check();
        while (next.done !== true && next.value.seq < event.seq) next = stored.next();
        const twin = next.done !== true && next.value.seq === event.seq ? next.value : null;
        const problem = twin === null || isOurEnd(twin, row) ? null : problemOf(twin, event);
        if (problem !== null) return { ...counts, problem };
        counts[this.#placeOf(event, twin, row)]++;
      }
    } finally {
      stored.return?.(undefined);
    }
    return { ...counts, problem: null };
  }

  #placeOf(event: RunEvent, twin: RunEvent | null, row: RunRow): 'there' | 'later' | 'missing' {
    if (twin !== null) return eventDifference(twin, event) === null ? 'there' : 'missing';
    if (event.seq > row.last_seq) return 'later';
    // A run that began anew here has forgotten its checkpoints.
    if (event.type === 'checkpoint.saved' && row.imported === 0) return 'there';
    const newest = this.#tables.log.newestSeq(row.id, event);
    // A resumed run has repeated it: its newest report counts.
    return newest !== undefined && newest > event.seq ? 'there' : 'missing';
  }

  /** Takes all events out of the run, to apply them again with those that were missing among them. */
  #startAgain(staged: StagedRun, row: RunRow): void {
    const { log, runs } = this.#tables;
    for (const event of log.events(row.id, row.public_id)) {
      if (!isOurEnd(event, row)) this.#staged.keepEvent(staged.number, event);
    }
    log.clear(row.id);
    runs.startAgain(row.id);
  }

  /** Applies the events that the run does not have; one that the file leaves without its end can go on nowhere. */
  #apply({ id, number }: StagedRun): void {
    const { log, runs } = this.#tables;
    log.apply(this.#counted(number));
    const row = runs.find(id);
    if (isOver(row.status)) return;
    const at = row.last_event_at ?? row.created_at;
    runs.setStatus({ id: row.id, status: 'interrupted', reason: WITHOUT_END, at });
    log.segments.close(row.id, at, WITHOUT_END);
  }

  *#counted(number: number): Generator<RunEvent> {
    for (const event of this.#staged.events(number)) {
      this.#check();
      yield event;
      noteEvent(this.#meter);
    }
  }

  /** A transaction that is given up leaves everything as it was. */
  #check(): void {
    if (isExchangeEnded(this.#meter)) throw new ImportEnded('The import was ended.');
  }
}

/** Events after which a transaction takes no further run: single commits would take longer than what they store. */
const EVENTS_TOGETHER = 2_000;

/** Imports runs from this place on, until enough events came together; `take` gives null where the import was ended. */
export function importSome(
  staged: StagedLines,
  from: number,
  take: (run: StagedRun) => RunOutcome | null,
): ImportedRuns {
  const outcomes: RunOutcome[] = [];
  let events = 0;
  let run = staged.runFrom(from);
  while (run !== null && events < EVENTS_TOGETHER) {
    const outcome = take(run);
    if (outcome === null) return { outcomes, next: run.number, isEnded: true };
    outcomes.push(outcome);
    events += run.events + 1;
    run = staged.runFrom(run.number + 1);
  }
  return { outcomes, next: run?.number ?? null, isEnded: false };
}

/** What becomes of a run that the database cannot hold. */
export function unfitRun(id: string, error: unknown): RunOutcome {
  const reason = error instanceof AppError ? error.message.replace(/\.$/, '') : 'its events contradict each other';
  return leftOut(id, `Run ${id} was left out: ${reason}.`);
}

/** Thrown within the transaction of a run that is not to be stored any more. */
export class ImportEnded extends Error {}

/**
 * Adds the studies that the file describes, and those that its runs name, with the arms and seeds that are not there yet. Throws
 * 'conflict' where one of them is in the trash.
 */
export function importStudies(studies: StudyTable, staged: StagedLines, now: number): readonly string[] {
  const ids = new Set<string>();
  const add = (study: ExportedStudy | null) => {
    if (study === null) return;
    addStudy(studies, study, now);
    ids.add(study.id);
  };
  for (const study of staged.studies()) add(study);
  for (const id of staged.namedStudies()) add(inferStudy(id, staged.startsOf(id)));
  return [...ids];
}

function addStudy(studies: StudyTable, study: ExportedStudy, createdAt: number): void {
  const { id, name, base, equalTimeBaseline, margin, note, tags, arms, seeds } = study;
  if (!studies.has(id)) {
    const freeName = studies.isNameFree(name) ? name : `${name} (imported ${id})`;
    studies.insert({ id, name: freeName, base, equalTimeBaseline, margin, createdAt });
    studies.change(id, { note, addTags: tags });
  }
  const there = studies.find(id);
  if (there.deleted) throw studyInTrash(there.name);
  studies.extend(id, arms, seeds);
}

function leftOut(id: string, problem: string): RunOutcome {
  return { id, state: 'left-out', added: 0, there: 0, problem };
}

/** An end that we have added to an imported run, whose own next event has the same number. */
function isOurEnd(event: RunEvent, row: RunRow): boolean {
  return (
    row.imported === 1 && event.type === 'run.interrupted' && event.reason === ABANDONED && event.seq === row.last_seq
  );
}

function problemOf(stored: RunEvent, event: RunEvent): string | null {
  const difference = eventDifference(stored, event);
  if (difference === null) return null;
  const { place, left, right } = difference;
  return `Run ${event.runId} was left as it is: "${place}" of its event ${event.seq} is ${left} here and ${right} in the file.`;
}

function stillAtWork({ public_id: id, status }: RunRow, events: number): string {
  const state = status === 'running' ? 'trains here' : 'waits here for its training';
  return `Run ${id} was left as it is: it ${state}, and the file has ${countedNoun(events, 'event')} more; import it again when it is over.`;
}
