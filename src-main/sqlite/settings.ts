import type { Database } from 'better-sqlite3';
import type { Settings, SettingsChange } from '#core/settings.ts';
import { settingsChangeSchema, settingsSchema } from '#core/settings.ts';
import { parse } from '#core/validation.ts';
import { UnreadableRows } from './unreadable-rows.ts';

interface SettingRow {
  readonly name: string;
  readonly value: string;
}

/** The table settings: everything that was ever chosen, even where it equals the default. */
export class SettingTable {
  readonly #save;
  readonly #all;
  readonly #unreadable: UnreadableRows;

  constructor(database: Database) {
    this.#unreadable = UnreadableRows.of(database);
    this.#save = database.prepare<[SettingRow]>('INSERT OR REPLACE INTO settings (name, value) VALUES (@name, @value)');
    this.#all = database.prepare<[], SettingRow>('SELECT name, value FROM settings');
  }

  all(): Settings {
    // One that cannot be read has its default.
    const readable = this.#unreadable.readAll(this.#all.all(), ({ name }) => `The setting "${name}"`, toSetting);
    return settingsSchema.parse(Object.assign({}, ...readable));
  }

  change(change: SettingsChange): Settings {
    for (const [name, value] of Object.entries(change)) {
      if (value !== undefined) this.#save.run({ name, value: JSON.stringify(value) });
    }
    return this.all();
  }
}

function toSetting({ name, value }: SettingRow): SettingsChange {
  return parse(settingsChangeSchema, { [name]: JSON.parse(value) }, 'it');
}
