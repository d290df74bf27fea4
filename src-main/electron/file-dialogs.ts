import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BrowserWindow, FileFilter, OpenDialogOptions } from 'electron';
import electron from 'electron';
import { readableFileName } from '#core/file-name.ts';

/** The window that a dialog belongs to; null where there is none at the moment. */
export type DialogParent = () => BrowserWindow | null;

/**
 * The chosen path; null where the user closed the dialog. Looks `dialog` up at each call, so that tests can replace it.
 */
export async function chooseToOpen(parent: DialogParent, options: OpenDialogOptions): Promise<string | null> {
  const window = parent();
  const { dialog } = electron;
  const { canceled, filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return canceled ? null : (filePaths[0] ?? null);
}

export interface SaveRequest {
  readonly title: string;
  /** The parts of the suggested name, without its ending. */
  readonly name: readonly string[];
  readonly extension: string;
  readonly kind: string;
}

/** Where the last file was saved; null before that. */
let lastFolder: string | null = null;

/** A name that no file has in the folder of the last one; where that is not known, the system's dialog asks. */
function suggestedPath({ name, extension }: SaveRequest): string {
  const plain = readableFileName(name);
  if (lastFolder === null) return `${plain}.${extension}`;
  for (let number = 1; ; number++) {
    const path = join(lastFolder, `${plain}${number === 1 ? '' : ` ${number}`}.${extension}`);
    if (!existsSync(path)) return path;
  }
}

/** The chosen path, with the ending added if the user left it out; null where the dialog was closed. */
export async function chooseToSave(parent: DialogParent, request: SaveRequest): Promise<string | null> {
  const { title, extension, kind } = request;
  const filters: FileFilter[] = [{ name: kind, extensions: [extension] }];
  const options = { title, defaultPath: suggestedPath(request), filters };
  const window = parent();
  const { dialog } = electron;
  const { canceled, filePath } = await (window === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options));
  if (canceled || !filePath) return null;
  lastFolder = dirname(filePath);
  // The end of a name such as "t0 0.5" is not an ending.
  return /\.[a-z]\w*$/i.test(basename(filePath)) ? filePath : `${filePath}.${extension}`;
}
