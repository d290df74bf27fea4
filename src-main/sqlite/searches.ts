import type { Database } from 'better-sqlite3';
import { searchSettingsSchema } from '#core/find/settings.ts';
import type { StoredSearch } from '#core/find/stored-search.ts';
import { destinationSchema } from '#core/machines/destination.ts';
import { parse } from '#core/validation.ts';
import { UnreadableRows } from './unreadable-rows.ts';

interface SearchRow {
  readonly study: string;
  readonly settings: string;
  readonly is_active: number;
  readonly destination: string | null;
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
      INSERT INTO searches (study_id, settings, is_active, destination, created_at)
      SELECT id, @settings, @is_active, @destination, @created_at FROM studies WHERE public_id = @study
      ON CONFLICT (study_id) DO UPDATE
      SET settings = excluded.settings, is_active = excluded.is_active, destination = excluded.destination`);
    this.#all = database.prepare<[], SearchRow>(`
      SELECT public_id AS study, settings, is_active, destination
      FROM searches JOIN studies ON studies.id = study_id WHERE in_trash_since IS NULL ORDER BY study_id`);
  }

  all(): readonly StoredSearch[] {
    return this.#unreadable.readAll(this.#all.all(), ({ study }) => `The search of study ${study}`, toSearch);
  }

  save({ studyId, settings, isActive, destination }: StoredSearch, now: number): void {
    this.#save.run({
      study: studyId,
      settings: JSON.stringify(settings),
      is_active: Number(isActive),
      destination: destination && JSON.stringify(destination),
      created_at: now,
    });
  }
}

function toSearch({ study, settings, is_active, destination }: SearchRow): StoredSearch {
  return {
    studyId: study,
    settings: parse(searchSettingsSchema, JSON.parse(settings), 'its settings'),
    isActive: is_active === 1,
    destination: destination === null ? null : parse(destinationSchema, JSON.parse(destination), 'its destination'),
  };
}
