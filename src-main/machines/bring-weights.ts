import { dirname } from 'node:path/posix';
import { shortHash } from '#core/data/run-data.ts';
import { AppError } from '#core/errors.ts';
import { lastLineOf } from '#core/last-line.ts';
import type { WeightsToBring } from '#core/machines/ports.ts';
import { posixPath } from '#core/machines/posix-shell.ts';
import { remoteLab, remoteWeights } from '#core/machines/remote-layout.ts';
import { WEIGHTS_LIMIT } from '../files/limits.ts';
import { ordinaryPieces } from '../files/ordinary-file.ts';
import { absolutePath, type BringingTarget, COPYING_MS, READING_MS } from './bringing-target.ts';

/** How the script of a copy ends where that has another hash. */
const OTHER_HASH = 45;

/** What `HomeMachines.bringWeights` promises. */
export async function bringWeights(target: BringingTarget, weights: WeightsToBring): Promise<string> {
  // Commands on the spot see the same files.
  if (target.machine.ssh === null) return weights.path;
  const file = remoteWeights(target.machine.root, weights.sha256);
  if (!(await isThere(target, file, weights))) await copy(target, file, weights);
  return absolutePath(target, file);
}

/** A disk that was full or lost power may have left another file under the name. */
async function isThere(target: BringingTarget, file: string, { sha256 }: WeightsToBring): Promise<boolean> {
  const path = posixPath(file);
  const script = `[ ! -f ${path} ] || ${hashScript(target, path)}`;
  const { stdout } = await target.shell.run(script, { limitMs: READING_MS });
  return stdout.trim() === sha256;
}

/** The copy gets its name once its hash was read there; one that is cut off leaves nothing. */
async function copy(target: BringingTarget, file: string, { path, sha256 }: WeightsToBring): Promise<void> {
  const { shell, machine } = target;
  const script = [
    'set -e',
    `file=${posixPath(file)}`,
    `mkdir -p ${posixPath(dirname(file))}`,
    // What a machine left that lost its power meanwhile.
    `find ${posixPath(dirname(file))} -name '*.making-*' -mtime +1 -exec rm -f {} +`,
    // Two nodes may copy into the same folder.
    'making="$file.making-$(uname -n)-$$"',
    `trap 'rm -f "$making"' EXIT`,
    `trap 'exit 1' HUP INT TERM PIPE`,
    'cat >"$making"',
    `found=$(${hashScript(target, '"$making"')})`,
    `[ "$found" = ${sha256} ] || { printf %s "$found"; exit ${OTHER_HASH}; }`,
    'mv -f "$making" "$file"',
  ].join('\n');
  const { code, stdout, stderr } = await shell.run(script, {
    stdin: ordinaryPieces(path, WEIGHTS_LIMIT),
    limitMs: COPYING_MS,
  });
  if (code === 0) return;
  if (code === OTHER_HASH) throw changed(path, sha256, stdout);
  throw new AppError(
    'unavailable',
    `${machine.name} did not take the weights: ${lastLineOf(stderr) ?? `exit code ${code}`}`,
  );
}

/** Says the hash of a file there, whose path stands as a word of a shell. */
function hashScript({ machine, version }: BringingTarget, path: string): string {
  return `${posixPath(remoteLab(machine.root, version))} weights hash ${path}`;
}

function changed(path: string, needed: string, found: string): AppError {
  const [there, here] = [found, needed].map((sha256) => shortHash({ sha256 }));
  return new AppError(
    'conflict',
    `What arrived of ${path} are other weights than were sent (SHA-256 ${there} against ${here}): nothing begins with them.`,
  );
}
