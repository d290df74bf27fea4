import type { Database } from 'better-sqlite3';
import { searchSettingsSchema } from '#core/find/settings.ts';
import type { StoredSearch } from '#core/find/stored-search.ts';
import { parse } from '#core/validation.ts';
import { UnreadableRows } from './unreadable-rows.ts';

interface SearchRow {
  readonly study: string;
  readonly settings: string;
  readonly is_active: number;
}

interface NewSearchRow extends SearchRow {
  readonly created_at: number;
}

/** The table searches. */
export class SearchTable {
  readonly #save;
  readonly #all;
  readonly #unreadable: UnreadableRows;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
    this.#save = database.prepare<[NewSearchRow]>(`
      INSERT INTO searches (study_id, settings, is_active, created_at)
      SELECT id, @settings, @is_active, @created_at FROM studies WHERE public_id = @study
      ON CONFLICT (study_id) DO UPDATE SET settings = excluded.settings, is_active = excluded.is_active`);
    this.#all = database.prepare<[], SearchRow>(`
      SELECT public_id AS study, settings, is_active
      FROM searches JOIN studies ON studies.id = study_id WHERE in_trash_since IS NULL ORDER BY study_id`);
  }

  all(): readonly StoredSearch[] {
    return this.#unreadable.readAll(this.#all.all(), ({ study }) => `The search of study ${study}`, toSearch);
  }

  save({ studyId, settings, isActive }: StoredSearch, now: number): void {
    this.#save.run({
      study: studyId,
      settings: JSON.stringify(settings),
      is_active: Number(isActive),
      created_at: now,
    });
  }
}

function toSearch({ study, settings, is_active }: SearchRow): StoredSearch {
  const parsed = parse(searchSettingsSchema, JSON.parse(settings), 'its settings');
  return { studyId: study, settings: parsed, isActive: is_active === 1 };
}
