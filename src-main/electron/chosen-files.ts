import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { ChosenFile } from '#contract/desktop.ts';
import { badRequest } from '#core/errors.ts';

/** More files than one form can have open; the oldest is forgotten first. */
const MOST_FILES = 20;

/** Paths that the user chose in a dialog, under tokens: pages never see or name a path. */
export class ChosenFiles<Kind> {
  readonly #files = new Map<string, { readonly path: string; readonly kind: Kind }>();

  add(path: string, kind: Kind): ChosenFile {
    const token = randomUUID();
    this.#files.set(token, { path, kind });
    for (const oldest of [...this.#files.keys()].slice(0, -MOST_FILES)) this.#files.delete(oldest);
    return { token, name: basename(path) };
  }

  /** Throws a bad request for a token that was never given out or is no longer known. */
  get(token: string): { readonly path: string; readonly kind: Kind } {
    const file = this.#files.get(token);
    if (file === undefined) throw badRequest('The app no longer knows the chosen file: choose it again.');
    return file;
  }

  delete(token: string): void {
    this.#files.delete(token);
  }
}
