import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodeOf } from '#core/system-error.ts';

const NAME = 'freezeout-lab';
/** The path of a socket has at most 104 bytes on some systems; ssh adds 57 of its own. */
const LONGEST = 45;
/** Characters to which ssh gives no meaning within an option. */
const PLAIN = /^[\w./@+-]+$/;
/** Others may do nothing in a folder of ours. */
const OTHERS = 0o077;

/**
 * The folder of the connections that ssh keeps open: in that of the session, else a temporary one that is ours alone. Null where there is none,
 * as on Windows, whose ssh keeps no connection open.
 */
export function controlFolder(
  environment: NodeJS.ProcessEnv,
  { temporary = '/tmp', user = process.getuid?.() } = {},
): string | null {
  if (user === undefined) return null;
  const session = environment.XDG_RUNTIME_DIR;
  const candidates = [...(session ? [join(session, NAME)] : []), join(temporary, `${NAME}-${user}`)];
  return candidates.find((path) => path.length <= LONGEST && PLAIN.test(path) && isOurs(path, user)) ?? null;
}

/** Whether the folder is there, or could be made, and nobody else can put anything into it. */
function isOurs(path: string, user: number): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') return false;
  }
  const found = lstatSync(path);
  return found.isDirectory() && found.uid === user && (found.mode & OTHERS) === 0;
}
