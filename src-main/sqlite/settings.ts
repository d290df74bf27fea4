import type { Database } from 'better-sqlite3';
import type { Settings, SettingsChange } from '#core/settings.ts';
import { settingsSchema } from '#core/settings.ts';
import { parse } from '#core/validation.ts';

interface SettingRow {
  readonly name: string;
  readonly value: string;
}

/** The table settings: everything that was ever chosen, even where it equals the default. */
export class SettingTable {
  readonly #save;
  readonly #all;

  constructor(database: Database) {
    this.#save = database.prepare<[SettingRow]>('INSERT OR REPLACE INTO settings (name, value) VALUES (@name, @value)');
    this.#all = database.prepare<[], SettingRow>('SELECT name, value FROM settings');
  }

  all(): Settings {
    const stored = Object.fromEntries(this.#all.all().map(({ name, value }) => [name, JSON.parse(value)]));
    return parse(settingsSchema, stored, 'the stored settings');
  }

  change(change: SettingsChange): Settings {
    for (const [name, value] of Object.entries(change)) {
      if (value !== undefined) this.#save.run({ name, value: JSON.stringify(value) });
    }
    return this.all();
  }
}
