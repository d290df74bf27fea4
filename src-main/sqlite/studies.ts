import type { Database } from 'better-sqlite3';
import { AppError, badRequest } from '#core/errors.ts';
import type { NewStudy, StudiesChange } from '#core/ports.ts';
import type { ArmRecord, StudyRecord } from '#core/records.ts';
import { storedBase, storedPolicy, UnreadableRows } from './unreadable-rows.ts';

interface StudyRow {
  readonly id: number;
  readonly public_id: string;
  readonly name: string;
  readonly base: string;
  readonly equal_time_baseline: number;
  readonly margin: number;
  readonly note: string;
  readonly is_archived: number;
  readonly in_trash_since: number | null;
  readonly created_at: number;
}

type NewStudyRow = Omit<StudyRow, 'id' | 'note' | 'is_archived' | 'in_trash_since'>;

interface ArmRow {
  readonly name: string;
  readonly role: ArmRecord['role'];
  readonly of: string | null;
  readonly policy: string;
  readonly steps: number;
  readonly steps_from: ArmRecord['stepsFrom'];
  readonly compute_saved: number;
}

/** A study without its runs, which are in table runs. */
export type StudyHead = Omit<StudyRecord, 'runs'>;

/** The key of a study's row, and its public id. */
interface StudyKey {
  readonly key: number;
  readonly id: string;
}

/** The table, in the copy of a damaged home, of studies that lost runs: their numbers would be others. */
export const INCOMPLETE_STUDIES = 'incomplete_studies';

/** The tables studies, study_seeds, study_tags and arms. */
export class StudyTable {
  readonly #insert;
  readonly #rename;
  readonly #mark;
  readonly #addTag;
  readonly #removeTag;
  readonly #tags;
  readonly #setDeleted;
  readonly #delete;
  readonly #insertArm;
  readonly #insertSeed;
  readonly #all;
  readonly #withId;
  readonly #withName;
  readonly #find;
  readonly #arms;
  readonly #seeds;
  readonly #armId;
  readonly #unreadable: UnreadableRows;
  readonly #incomplete: ReadonlySet<number>;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
    this.#insert = database.prepare<[NewStudyRow]>(`
      INSERT INTO studies (public_id, name, base, equal_time_baseline, margin, created_at)
      VALUES (@public_id, @name, @base, @equal_time_baseline, @margin, @created_at)`);
    this.#rename = database.prepare<[string, number]>('UPDATE studies SET name = ? WHERE id = ?');
    this.#mark = database.prepare<[string | null, number | null, number]>(
      'UPDATE studies SET note = coalesce(?, note), is_archived = coalesce(?, is_archived) WHERE id = ?',
    );
    this.#addTag = database.prepare<[number, string]>('INSERT OR IGNORE INTO study_tags (study_id, tag) VALUES (?, ?)');
    this.#removeTag = database.prepare<[number, string]>('DELETE FROM study_tags WHERE study_id = ? AND tag = ?');
    this.#tags = database
      .prepare<[number], string>('SELECT tag FROM study_tags WHERE study_id = ? ORDER BY tag')
      .pluck();
    this.#setDeleted = database.prepare<[number | null, string, number]>(
      'UPDATE studies SET in_trash_since = ?, name = ? WHERE id = ?',
    );
    this.#delete = database.prepare<[number]>('DELETE FROM studies WHERE id = ?');
    this.#insertArm = database.prepare<[ArmRow & { readonly study_id: number }]>(`
      INSERT INTO arms (study_id, position, name, role, of, policy, steps, steps_from, compute_saved)
      SELECT @study_id, count(*) + 1, @name, @role, @of, @policy, @steps, @steps_from, @compute_saved
      FROM arms WHERE study_id = @study_id
      ON CONFLICT (study_id, name) DO NOTHING`);
    this.#insertSeed = database.prepare<[{ readonly study_id: number; readonly seed: number }]>(`
      INSERT INTO study_seeds (study_id, position, seed)
      SELECT @study_id, count(*) + 1, @seed FROM study_seeds WHERE study_id = @study_id
      ON CONFLICT (study_id, seed) DO NOTHING`);
    this.#incomplete = new Set(incompleteStudies(database));
    this.#all = database.prepare<[number], StudyRow>(
      'SELECT * FROM studies WHERE (in_trash_since IS NOT NULL) = ? ORDER BY id',
    );
    this.#withId = database.prepare<[string], number>('SELECT id FROM studies WHERE public_id = ?').pluck();
    this.#withName = database
      .prepare<[string], number>('SELECT id FROM studies WHERE name = ? AND in_trash_since IS NULL')
      .pluck();
    // An exact id or name takes precedence over the beginning of an id, and a study over one in the trash.
    this.#find = database.prepare<[{ readonly text: string }], StudyRow & { readonly rank: number }>(`
      SELECT *, 2 * (@text IN (public_id, name)) + (in_trash_since IS NULL) AS rank FROM studies
      WHERE @text IN (public_id, name) OR substr(public_id, 1, length(@text)) = @text
      ORDER BY rank DESC LIMIT 2`);
    this.#arms = database.prepare<[number], ArmRow>('SELECT * FROM arms WHERE study_id = ? ORDER BY position');
    this.#seeds = database
      .prepare<[number], number>('SELECT seed FROM study_seeds WHERE study_id = ? ORDER BY position')
      .pluck();
    this.#armId = database
      .prepare<[string, string], number>(`
      SELECT arms.id FROM arms JOIN studies ON studies.id = study_id WHERE studies.public_id = ? AND arms.name = ?`)
      .pluck();
  }

  /** Whether there is a study with exactly this id. */
  has(id: string): boolean {
    return this.#withId.get(id) !== undefined;
  }

  isNameFree(name: string): boolean {
    return this.#withName.get(name) === undefined;
  }

  insert(study: NewStudy): void {
    const { id, name, base, equalTimeBaseline, margin, createdAt } = study;
    if (!this.isNameFree(name) || this.has(id)) throw nameTaken(name);
    this.#insert.run({
      public_id: id,
      name,
      base: JSON.stringify(base),
      equal_time_baseline: Number(equalTimeBaseline),
      margin,
      created_at: createdAt,
    });
  }

  rename(studyId: string, name: string): void {
    const { id } = this.#row(studyId);
    const other = this.#withName.get(name);
    if (other !== undefined && other !== id) throw nameTaken(name);
    this.#rename.run(name, id);
  }

  /** Changes note, tags and archive; gives the key of the row. */
  change(study: string, { note, archived, addTags = [], removeTags = [] }: StudiesChange): StudyKey {
    const { id, public_id } = this.#row(study);
    this.#mark.run(note ?? null, archived === undefined ? null : Number(archived), id);
    for (const tag of removeTags) this.#removeTag.run(id, tag);
    for (const tag of addTags) this.#addTag.run(id, tag);
    return { key: id, id: public_id };
  }

  /** Moves the study into the trash at this moment. */
  delete(studyId: string, at: number): StudyKey {
    const { id, public_id, name, in_trash_since } = this.#row(studyId);
    if (in_trash_since !== null) throw new AppError('conflict', `The study "${name}" is in the trash already.`);
    this.#setDeleted.run(at, name, id);
    return { key: id, id: public_id };
  }

  /** Takes the study out of the trash under a name; gives the moment when it went there. */
  restore(studyId: string, name: string): StudyKey & { readonly deletedAt: number } {
    const { id, public_id, name: old, in_trash_since } = this.#row(studyId);
    if (in_trash_since === null) throw new AppError('conflict', `The study "${old}" is not in the trash.`);
    if (!this.isNameFree(name)) throw nameTaken(name);
    this.#setDeleted.run(null, name, id);
    return { key: id, id: public_id, deletedAt: in_trash_since };
  }

  /** Deletes a study in the trash with its rows in all other tables; its runs have to be gone. */
  purge(studyId: string): void {
    const { id, name, in_trash_since } = this.#row(studyId);
    if (in_trash_since === null)
      throw new AppError('conflict', `The study "${name}" is not in the trash: delete it first.`);
    this.#delete.run(id);
  }

  /** Adds the missing arms and seeds after the existing ones. */
  extend(studyId: string, arms: readonly ArmRecord[], seeds: readonly number[]): void {
    const study_id = this.#withId.get(studyId) ?? this.#row(studyId).id;
    for (const { name, role, of, policy, steps, stepsFrom, computeSaved } of arms) {
      this.#insertArm.run({
        study_id,
        name,
        role,
        of,
        policy: JSON.stringify(policy),
        steps,
        steps_from: stepsFrom,
        compute_saved: computeSaved,
      });
    }
    for (const seed of seeds) this.#insertSeed.run({ study_id, seed });
  }

  find(idOrName: string): StudyHead {
    return this.#toHead(this.#row(idOrName));
  }

  /** All studies, or those in the trash, but those that lost runs. */
  all(trash: boolean): readonly StudyHead[] {
    const read = (row: StudyRow) => this.#toHead(row);
    const complete = this.#all.all(Number(trash)).filter(({ id }) => !this.#incomplete.has(id));
    return this.#unreadable.readAll(complete, ({ name }) => `Study "${name}"`, read);
  }

  armId(studyId: string, arm: string): number {
    const id = this.#armId.get(studyId, arm);
    if (id === undefined)
      throw new AppError('not-found', `No study ${studyId} has an arm "${arm}": add the arm first.`);
    return id;
  }

  #row(idOrName: string): StudyRow {
    if (idOrName === '') throw badRequest('Name a study by its id or its name.');
    const [first, second] = this.#find.all({ text: idOrName });
    if (first === undefined) {
      throw new AppError(
        'not-found',
        `There is no study "${idOrName}": the list of studies (\`lab studies list\`) shows the existing ones.`,
      );
    }
    if (second === undefined || first.rank > second.rank) return first;
    if (first.name === idOrName) {
      throw badRequest(`More than one study in the trash is called "${idOrName}": name it by its id.`);
    }
    throw badRequest(`More than one study begins with "${idOrName}": give more of its id, or its name.`);
  }

  #toHead(row: StudyRow): StudyHead {
    return {
      id: row.public_id,
      name: row.name,
      base: storedBase(row.base),
      seeds: this.#seeds.all(row.id),
      equalTimeBaseline: row.equal_time_baseline === 1,
      margin: row.margin,
      arms: this.#arms.all(row.id).map(toArm),
      note: row.note,
      tags: this.#tags.all(row.id),
      archived: row.is_archived === 1,
      deleted: row.in_trash_since !== null,
      createdAt: row.created_at,
    };
  }
}

function nameTaken(name: string): AppError {
  return new AppError('conflict', `There is a study "${name}" already: choose another name.`);
}

function incompleteStudies(database: Database): readonly number[] {
  const table = database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(INCOMPLETE_STUDIES);
  return table === undefined
    ? []
    : database.prepare<[], number>(`SELECT study_id FROM ${INCOMPLETE_STUDIES}`).pluck().all();
}

function toArm(row: ArmRow): ArmRecord {
  return {
    name: row.name,
    role: row.role,
    of: row.of,
    policy: storedPolicy(row.policy),
    steps: row.steps,
    stepsFrom: row.steps_from,
    computeSaved: row.compute_saved,
  };
}
