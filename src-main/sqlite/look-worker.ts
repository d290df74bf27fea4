import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { findDamage } from './damage.ts';
import { damagedInUse } from './damage-words.ts';
import { withReadOnly } from './database.ts';
import { wrongSummaries } from './derived-rows.ts';
import { type DatabaseContent, hasContent } from './home-state.ts';
import { MIGRATIONS, readMigrations } from './migrate.ts';

// Entry of the thread that looks at the whole database while its owner uses it.

/** The functions of the thread. */
export interface LookFunctions {
  /** A database that still has these bytes needs no look. */
  look(path: string, content: DatabaseContent | null): LookVerdict;
}

/** What a look has found. */
export interface LookVerdict {
  /** What is damaged, in one sentence; null where nothing is. */
  readonly damage: string | null;
  /** One sentence for each run that is shown wrongly. */
  readonly wrong: readonly string[];
}

function look(path: string, content: DatabaseContent | null): LookVerdict {
  if (content !== null && hasContent(path, content)) return { damage: null, wrong: [] };
  const shipped = readMigrations(MIGRATIONS);
  const damage = findDamage(path, shipped);
  if (damage !== null) return { damage: damagedInUse(path, damage), wrong: [] };
  return { damage: null, wrong: withReadOnly(path, (database) => wrongSummaries(database, shipped)) };
}

serveThread(serveMethodsOf({ look } satisfies LookFunctions));
