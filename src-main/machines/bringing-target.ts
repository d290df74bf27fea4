import { AppError } from '#core/errors.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import type { RemoteShell } from '#core/machines/ports.ts';
import { posixPath } from '#core/machines/posix-shell.ts';

export const PATIENCE_MS = 60_000;
/** Reading a large folder of images once, and copying one over a slow line. */
export const READING_MS = 3_600_000;
export const COPYING_MS = 24 * 3_600_000;

/** A machine to which files of this one are brought. */
export interface BringingTarget {
  readonly shell: RemoteShell;
  readonly machine: RemoteMachine;
  /** Of the program, which set-up has left there. */
  readonly version: string;
}

/** A path as the machine itself would write it: its trainer knows no `~`. */
export async function absolutePath({ shell, machine }: BringingTarget, path: string): Promise<string> {
  const { code, stdout } = await shell.run(`printf %s ${posixPath(path)}`, { limitMs: PATIENCE_MS });
  if (code !== 0 || stdout === '') throw new AppError('unavailable', `${machine.name} does not say where ${path} is.`);
  return stdout;
}
