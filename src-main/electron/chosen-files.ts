import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { ChosenFile } from '#contract/desktop.ts';
import { badRequest } from '#core/errors.ts';

/** More files than one form can have open; the oldest is forgotten first. */
const MOST_FILES = 20;
const OTHER = 'The file was chosen for something else, such as another kind of data set: choose it again.';

/** What a file was chosen as: a data set of this kind, or something else. */
export type ChosenAs = { readonly dataset: string } | 'weights' | 'event lines';

/** Paths that the user chose in a dialog or handed to the app, under tokens: pages never see or name a path. */
export class ChosenFiles {
  readonly #files = new Map<string, { readonly path: string; readonly as: ChosenAs }>();

  add(path: string, as: ChosenAs): ChosenFile {
    const token = randomUUID();
    this.#files.set(token, { path, as });
    for (const oldest of [...this.#files.keys()].slice(0, -MOST_FILES)) this.#files.delete(oldest);
    return { token, name: basename(path) };
  }

  /** Throws a bad request for a token that was never given out, is no longer known, or stands for something else. */
  get(token: string, as: ChosenAs): string {
    const file = this.#files.get(token);
    if (file === undefined) throw badRequest('The app no longer knows the chosen file: choose it again.');
    if (JSON.stringify(file.as) !== JSON.stringify(as)) throw badRequest(OTHER);
    return file.path;
  }

  delete(token: string): void {
    this.#files.delete(token);
  }
}
