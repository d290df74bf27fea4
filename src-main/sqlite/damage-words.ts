import Database from 'better-sqlite3';
import { enumerated, quotedName } from '#core/analysis/name-list.ts';
import { AppError } from '#core/errors.ts';
import { restoreAdvice } from './backup-files.ts';
import { type Damage, nameOfOwner } from './damage.ts';
import type { SumOwner } from './row-owner.ts';
import { SCHEMA } from './row-sums.ts';

const MOST_NAMED = 5;

/** The error for a database that is damaged: which runs and studies, where that is known, and what to do. */
export function damagedDatabase(path: string, damage: Damage): AppError {
  return new AppError('corrupt', `${damagedState(path, damage)}: ${restoreAdvice(path)}; nothing was changed.`);
}

/** The sentence for one whose damage was found while it was used. */
export function damagedInUse(path: string, damage: Damage): string {
  return `${damagedState(path, damage)}: end all programs that use it, then ${restoreAdvice(path)}.`;
}

function damagedState(path: string, damage: Damage): string {
  const parts = [...missingWords(damage), ...ownerWords(path, damage), ...structureWords(damage)];
  return `${path} is damaged (${enumerated(parts)})`;
}

function missingWords({ missing }: Damage): readonly string[] {
  if (missing.length === 0) return [];
  return [
    `its ${missing.length === 1 ? 'part' : 'parts'} ${limited(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`,
  ];
}

function ownerWords(path: string, { owners }: Damage): readonly string[] {
  if (owners.length === 0) return [];
  const database = new Database(path, { readonly: true });
  try {
    const names = [...new Set(owners.map((owner) => ownerName(database, owner)))];
    return [`${limited(names)} ${names.length === 1 ? 'is' : 'are'} not as stored`];
  } finally {
    database.close();
  }
}

function ownerName(database: Database.Database, owner: SumOwner): string {
  const { kind, id } = owner;
  if (kind === 'run') return `run ${nameOfOwner(database, owner) ?? `number ${id}`}`;
  if (kind === 'study') return `study ${quotedName(nameOfOwner(database, owner) ?? `number ${id}`)}`;
  if (kind === 'arm') return 'the list of runs of a study';
  return kind.startsWith(SCHEMA) ? `the definition of ${kind.slice(SCHEMA.length)}` : `the table ${kind}`;
}

/** What SQLite says of a page tells people nothing. */
function structureWords({ structure }: Damage): readonly string[] {
  return structure === null ? [] : ['its pages are not as SQLite wrote them'];
}

function limited(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return enumerated(names);
  return enumerated([...names.slice(0, MOST_NAMED - 1), `${names.length - MOST_NAMED + 1} more`]);
}
