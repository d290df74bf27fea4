import { execFileSync, spawnSync } from 'node:child_process';

// Root may read and write everything, unless it gives up that right.
const isRoot = process.getuid?.() === 0;
const GIVES_UP = '-dac_override,-dac_read_search';
const AS_USER = isRoot ? ['setpriv', `--bounding-set=${GIVES_UP}`, `--inh-caps=${GIVES_UP}`] : [];

/** Whether code can be run here that permissions keep from files. */
export const canBeOrdinaryUser =
  process.platform !== 'win32' && (!isRoot || spawnSync('setpriv', ['--version']).status === 0);

/** What a script writes to stdout in a process that permissions hold for. */
export function outputOfOrdinaryUser(script: string): string {
  const [command, ...args] = [...AS_USER, process.execPath, '-e', script];
  return execFileSync(command, args, { encoding: 'utf8' });
}
