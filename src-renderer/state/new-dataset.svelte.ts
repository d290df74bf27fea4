import type { PageClient } from '#contract/client.ts';
import type { ChosenFile } from '#contract/desktop.ts';
import { newDatasetName } from '#contract/fields.ts';
import type { FileKind } from '#core/data/dataset-location.ts';
import { messageOf } from '#core/errors.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { TypedNumber } from '../lib/number-text.ts';

/** What is being added: its kind, the chosen folder or file, its name; what is wrong is said as it is typed. */
export class NewDataset {
  #kind = $state<FileKind>('cifar10');
  #file = $state.raw<ChosenFile | null>(null);
  #typedName = $state<string | null>(null);
  #error = $state<string | null>(null);
  #isAdding = $state(false);
  #progress = $state<string | null>(null);
  classes = $state<TypedNumber>(10);
  /** Side of the square that images become; empty where they stay as they are. */
  size = $state<TypedNumber>(null);
  readonly #api: PageClient;
  readonly #taken: () => readonly string[];

  /** `taken` tells the names that are there already. */
  constructor(api: PageClient, taken: () => readonly string[]) {
    this.#api = api;
    this.#taken = taken;
  }

  get kind(): FileKind {
    return this.#kind;
  }

  /** Another kind lies in other files. */
  set kind(kind: FileKind) {
    this.#kind = kind;
    this.#file = null;
    this.#error = null;
  }

  get file(): ChosenFile | null {
    return this.#file;
  }

  /** As it was typed; before that the kind's own, which most would type. */
  get name(): string {
    return this.#typedName ?? (this.#kind.startsWith('cifar') ? this.#kind : '');
  }

  set name(name: string) {
    this.#typedName = name;
  }

  get nameError(): string | null {
    if (this.name === '') return this.#typedName === null ? null : 'Type a name.';
    if (this.#taken().includes(this.name)) return 'There is a data set of this name: choose another one.';
    const checked = newDatasetName.safeParse(this.name);
    return checked.success ? null : `The name ${checked.error.issues[0]?.message ?? 'is not valid'}.`;
  }

  get classesError(): string | null {
    if (this.#kind !== 'idx') return null;
    return isWholeNumber(this.classes, 2, 256) ? null : 'Type a whole number from 2 to 256.';
  }

  get sizeError(): string | null {
    if (this.#kind !== 'image-folder' || this.size === null) return null;
    return isWholeNumber(this.size, 4, 1024) ? null : 'Type a whole number from 4 to 1024, or nothing.';
  }

  /** What the files said against it. */
  get error(): string | null {
    return this.#error;
  }

  /** While all files are read once. */
  get isAdding(): boolean {
    return this.#isAdding;
  }

  /** How far that is; null where it is not known. */
  get progress(): string | null {
    return this.#progress;
  }

  get isReady(): boolean {
    const isValid = [this.nameError, this.classesError, this.sizeError].every((error) => error === null);
    return isValid && this.name !== '' && this.#file !== null && !this.#isAdding;
  }

  /** In the system's dialog. */
  async choose(what: 'folder' | 'file'): Promise<void> {
    const kind = this.#kind;
    const chosen = await this.#api.desktop.chooseDataset({ kind, what });
    if (chosen === null || kind !== this.#kind) return;
    this.#file = chosen;
    this.#error = null;
  }

  /** Null where the files are not what they should be: `error` says how. */
  async add(): Promise<DatasetRecord | null> {
    const file = this.#file;
    if (!this.isReady || file === null) return null;
    this.#isAdding = true;
    this.#error = null;
    const ended = new AbortController();
    void this.#followProgress(ended.signal);
    try {
      return await this.#api.desktop.addDataset({ token: file.token, name: this.name, ...this.#options() });
    } catch (error) {
      this.#error = messageOf(error);
      return null;
    } finally {
      ended.abort();
      this.#isAdding = false;
      this.#progress = null;
    }
  }

  /** A stream that breaks leaves nothing but its last line behind: what is added is told by the answer. */
  async #followProgress(signal: AbortSignal): Promise<void> {
    try {
      for await (const { text } of await this.#api.datasets.progress({}, { signal })) {
        if (!signal.aborted) this.#progress = text;
      }
    } catch {
      // Ended with the answer, or with the program that gave it.
    }
  }

  #options(): { readonly classes?: number; readonly size?: number } {
    if (this.#kind === 'idx' && typeof this.classes === 'number') return { classes: this.classes };
    return this.#kind === 'image-folder' && typeof this.size === 'number' ? { size: this.size } : {};
  }
}

function isWholeNumber(value: TypedNumber, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
