import { deserialize, serialize } from 'node:v8';
import Database from 'better-sqlite3';
import { eventDifference } from '#core/exchange/event-difference.ts';
import type { ExportedStudy } from '#core/exchange/event-line.ts';
import type { RunEvent, RunEventOf } from '#core/run-event.ts';
import type { Connection } from './database.ts';

/** A run whose events are staged. */
export interface StagedRun {
  /** Its place in the file, from 1. */
  readonly number: number;
  readonly id: string;
  readonly events: number;
  /** Why its events contradict each other, in one sentence; null where they do not. */
  readonly problem: string | null;
}

/** The line of an event that is from the home, not from the file. */
const NO_LINE = 0;

interface EventRow {
  readonly seq: number;
  readonly line: number;
  readonly event: Buffer;
}

const SCHEMA = `
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, study TEXT, start_seq INTEGER, events INTEGER NOT NULL DEFAULT 0, problem TEXT
  ) STRICT;
  CREATE INDEX runs_by_study ON runs (study);
  CREATE TABLE events (
    run INTEGER NOT NULL, seq INTEGER NOT NULL, line INTEGER NOT NULL, event BLOB NOT NULL, PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE studies (number INTEGER PRIMARY KEY, id TEXT NOT NULL, study BLOB NOT NULL) STRICT;`;

/**
 * Events that were read from a file and checked, in a database of their own until they are imported: in order of their numbers, with
 * each number once, whatever the order of the lines. Nothing here survives its process.
 */
export class StagedLines {
  readonly #database: Connection;
  readonly #addRun;
  readonly #noteStart;
  readonly #noteEvent;
  readonly #noteProblem;
  readonly #runOf;
  readonly #nextRun;
  readonly #addEvent;
  readonly #event;
  readonly #events;
  readonly #addStudy;
  readonly #studies;
  readonly #inferred;
  readonly #starts;
  readonly #withoutStart;
  readonly #total;

  constructor(database: Connection) {
    this.#database = database;
    this.#addRun = database.prepare<[string]>('INSERT INTO runs (id) VALUES (?)');
    this.#noteStart = database.prepare<[string | null, number, number]>(
      'UPDATE runs SET study = ?, start_seq = ? WHERE number = ? AND start_seq IS NULL',
    );
    this.#noteEvent = database.prepare<[number]>('UPDATE runs SET events = events + 1 WHERE number = ?');
    this.#noteProblem = database.prepare<[string, number]>(
      'UPDATE runs SET problem = ? WHERE number = ? AND problem IS NULL',
    );
    this.#runOf = database.prepare<[string], number>('SELECT number FROM runs WHERE id = ?').pluck();
    this.#nextRun = database.prepare<[number], StagedRun>(
      'SELECT number, id, events, problem FROM runs WHERE number >= ? ORDER BY number LIMIT 1',
    );
    this.#addEvent = database.prepare<[number, number, number, Buffer]>(
      'INSERT INTO events (run, seq, line, event) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#event = database.prepare<[number, number], EventRow>(
      'SELECT seq, line, event FROM events WHERE run = ? AND seq = ?',
    );
    this.#events = database.prepare<[number], EventRow>(
      'SELECT seq, line, event FROM events WHERE run = ? ORDER BY seq',
    );
    this.#addStudy = database.prepare<[string, Buffer]>('INSERT INTO studies (id, study) VALUES (?, ?)');
    this.#studies = database.prepare<[], Buffer>('SELECT study FROM studies ORDER BY number').pluck();
    this.#inferred = database
      .prepare<[], string>(
        `SELECT study FROM runs WHERE study NOT IN (SELECT id FROM studies) GROUP BY study ORDER BY min(number)`,
      )
      .pluck();
    this.#starts = database
      .prepare<[string], Buffer>(
        `SELECT event FROM runs JOIN events ON run = number AND seq = start_seq WHERE study = ? ORDER BY number`,
      )
      .pluck();
    this.#withoutStart = database.prepare<[], string>('SELECT id FROM runs WHERE start_seq IS NULL').pluck();
    this.#total = database.prepare<[], { readonly runs: number; readonly events: number }>(
      'SELECT count(*) AS runs, coalesce(sum(events), 0) AS events FROM runs',
    );
  }

  /** A new file; one that a killed process left is of no use to anybody. */
  static create(path: string): StagedLines {
    const database = withoutSyncs(new Database(path));
    database.exec(SCHEMA);
    return new StagedLines(database);
  }

  static open(path: string): StagedLines {
    return new StagedLines(withoutSyncs(new Database(path, { fileMustExist: true })));
  }

  /** Does the work in one transaction: single ones would write each page many times. */
  together(work: () => void): void {
    this.#database.transaction(work)();
  }

  /** Adds an event, unless one of the same number has the same content; one with another content makes the run impossible. */
  addEvent(event: RunEvent, line: number): void {
    const run = this.#runOf.get(event.runId) ?? Number(this.#addRun.run(event.runId).lastInsertRowid);
    if (this.#addEvent.run(run, event.seq, line, serialize(event)).changes === 0) {
      this.#compareTwins(run, event, line);
      return;
    }
    this.#noteEvent.run(run);
    if (event.type === 'run.started') this.#noteStart.run(event.studyId, event.seq, run);
  }

  addStudy(study: ExportedStudy): void {
    this.#addStudy.run(study.id, serialize(study));
  }

  /** Adds an event that the home has, for a run whose events are applied anew. */
  keepEvent(run: number, event: RunEvent): void {
    this.#addEvent.run(run, event.seq, NO_LINE, serialize(event));
  }

  total(): { readonly runs: number; readonly events: number } {
    return this.#total.get() ?? { runs: 0, events: 0 };
  }

  /** The first run from this place on. */
  runFrom(number: number): StagedRun | null {
    return this.#nextRun.get(number) ?? null;
  }

  /** The events of a run in order of their numbers. */
  *events(run: number): Generator<RunEvent> {
    for (const { event } of this.#events.iterate(run)) yield deserialize(event) as RunEvent;
  }

  started(run: number): RunEventOf<'run.started'> | null {
    for (const event of this.events(run)) if (event.type === 'run.started') return event;
    return null;
  }

  /** The ids of the runs whose start the file does not have. */
  withoutStart(): readonly string[] {
    return this.#withoutStart.all();
  }

  /** The studies that the file describes. */
  *studies(): Generator<ExportedStudy> {
    for (const study of this.#studies.iterate()) yield deserialize(study) as ExportedStudy;
  }

  /** The ids of the studies that only runs name. */
  namedStudies(): readonly string[] {
    return this.#inferred.all();
  }

  *startsOf(study: string): Generator<RunEventOf<'run.started'>> {
    for (const event of this.#starts.iterate(study)) yield deserialize(event) as RunEventOf<'run.started'>;
  }

  close(): void {
    this.#database.close();
  }

  #compareTwins(run: number, event: RunEvent, line: number): void {
    const twin = this.#event.get(run, event.seq);
    if (twin === undefined) return;
    const difference = eventDifference(deserialize(twin.event), event);
    if (difference === null) return;
    const { place, left, right } = difference;
    this.#noteProblem.run(
      `Run ${event.runId} was left out: lines ${twin.line} and ${line} both hold its event ${event.seq}, but "${place}" is ${left} in one and ${right} in the other.`,
      run,
    );
  }
}

/** What is here is read once by this process: syncs would protect nothing. */
function withoutSyncs(database: Connection): Connection {
  database.pragma('journal_mode = MEMORY');
  database.pragma('synchronous = OFF');
  return database;
}
