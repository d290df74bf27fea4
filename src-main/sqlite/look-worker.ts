import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { findDamage } from './damage.ts';
import { damagedInUse } from './damage-words.ts';
import { type DatabaseContent, hasContent } from './home-state.ts';
import { MIGRATIONS, readMigrations } from './migrate.ts';

// Entry of the thread that looks at the whole database while its owner uses it.

/** The functions of the thread. */
export interface LookFunctions {
  /** What is damaged, in one sentence; null where nothing is. A database that still has these bytes needs no look. */
  look(path: string, content: DatabaseContent | null): string | null;
}

function look(path: string, content: DatabaseContent | null): string | null {
  if (content !== null && hasContent(path, content)) return null;
  const damage = findDamage(path, readMigrations(MIGRATIONS));
  return damage === null ? null : damagedInUse(path, damage);
}

serveThread(serveMethodsOf({ look } satisfies LookFunctions));
