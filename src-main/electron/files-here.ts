import type { OpenedFile } from '#contract/desktop.ts';
import { AppError } from '#core/errors.ts';
import type { DesktopPorts } from './desktop-ports.ts';

/** Throws 'conflict' where the home is on another machine, whose owner reads no file that is chosen here. */
export function refuseFilesOfHere({ elsewhere }: Pick<DesktopPorts, 'elsewhere'>): void {
  if (elsewhere === null) return;
  throw new AppError(
    'conflict',
    `This home is on ${elsewhere.host}, whose files no dialog here shows: add them in a terminal, by their path there (help on a home on another machine).`,
  );
}

/** Whether the owner of the home would have to read what was opened; a spec travels as its text. */
export function isReadAtHome({ kind }: OpenedFile): boolean {
  return kind === 'dataset' || kind === 'weights' || kind === 'event lines';
}
