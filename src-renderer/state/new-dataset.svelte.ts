import type { PageClient } from '#contract/client.ts';
import type { ChosenDataset, ChosenFile } from '#contract/desktop.ts';
import { newName } from '#contract/fields.ts';
import type { DatasetKind, FileChoice } from '#core/data/dataset-kind.ts';
import { datasetKindOf, FILE_KINDS } from '#core/data/dataset-location.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import { badRequest, messageOf } from '#core/errors.ts';
import { freeName } from '#core/free-name.ts';
import type { DatasetRecord } from '#core/records.ts';
import { type KindDraft, type KindErrors, kindDraft, kindErrors, kindJson } from '../lib/kind-draft.ts';
import { PLAIN_NAMES, plainName } from '../lib/plain-name.ts';
import { MOST_ITEMS } from './dataset-report.svelte.ts';

/** What a file's name ends in, which says nothing of its images. */
const ARCHIVE_ENDING = /(\.(npz|zip|tar|tgz|gz))+$/i;

type ChosenData = Omit<Parameters<PageClient['desktop']['checkDataset']>[0], 'most'>;

/** What is being added: its kind, the chosen folder or file, its name; what is wrong is said as it is typed. */
export class NewDataset {
  #kind = $state.raw<DatasetKind>(FILE_KINDS[0]);
  #draft = $state.raw<KindDraft>(kindDraft(FILE_KINDS[0]));
  #file = $state.raw<ChosenFile | null>(null);
  #typedName = $state<string | null>(null);
  /** The name of the data set that is to be replaced: another name that is typed takes the consent back. */
  #replaced = $state<string | null>(null);
  #error = $state<string | null>(null);
  #report = $state.raw<DatasetReport | null>(null);
  #isAdding = $state(false);
  #progress = $state<string | null>(null);
  readonly #api: PageClient;
  readonly #taken: () => readonly string[];

  /** `taken` tells the names that are there already. */
  constructor(api: PageClient, taken: () => readonly string[]) {
    this.#api = api;
    this.#taken = taken;
  }

  get kind(): DatasetKind {
    return this.#kind;
  }

  /** Another kind lies in other files, and asks for other things. */
  choose(kind: string): void {
    this.#kind = datasetKindOf({ kind });
    this.#draft = kindDraft(this.#kind);
    this.#file = null;
    this.#forgetChecks();
  }

  /** What is typed in the fields of the kind. */
  get draft(): KindDraft {
    return this.#draft;
  }

  set draft(draft: KindDraft) {
    this.#draft = draft;
  }

  get fieldErrors(): KindErrors {
    return kindErrors(this.#kind, this.#draft);
  }

  get file(): ChosenFile | null {
    return this.#file;
  }

  /** The name as it was typed; before that the one that most would type. */
  get name(): string {
    return this.#typedName ?? this.#kind.files?.suggestedName ?? this.#nameOfFile;
  }

  /** "my-pets" of the folder "my pets", or of "my pets.zip"; empty where that gives no name. */
  get #nameOfFile(): string {
    const plain = plainName(this.#file?.name.replace(ARCHIVE_ENDING, '') ?? '');
    return plain === '' ? '' : freeName(plain, new Set(this.#taken()), PLAIN_NAMES);
  }

  set name(name: string) {
    this.#typedName = name;
  }

  get nameError(): string | null {
    if (this.name === '') return this.#typedName === null ? null : 'Type a name.';
    if (this.isTaken && !this.replaces) {
      return 'There is a data set of this name: choose another name, or replace it.';
    }
    const checked = newName.safeParse(this.name);
    return checked.success ? null : `The name ${checked.error.issues[0]?.message ?? 'is not valid'}.`;
  }

  get isTaken(): boolean {
    return this.#taken().includes(this.name);
  }

  /** Whether the data set of this name gives way. */
  get replaces(): boolean {
    return this.isTaken && this.#replaced === this.name;
  }

  set replaces(replaces: boolean) {
    this.#replaced = replaces ? this.name : null;
  }

  /** What the files said against it. */
  get error(): string | null {
    return this.#error;
  }

  /** What a check of the files found; null where they have not been checked. */
  get report(): DatasetReport | null {
    return this.#report;
  }

  /** True while all files are read once. */
  get isAdding(): boolean {
    return this.#isAdding;
  }

  /** How far that is; null where it is not known. */
  get progress(): string | null {
    return this.#progress;
  }

  get isReady(): boolean {
    return this.isCheckable && this.nameError === null && this.name !== '';
  }

  /** Whether the files can be checked, which needs no name. */
  get isCheckable(): boolean {
    return Object.keys(this.fieldErrors).length === 0 && this.#file !== null && !this.#isAdding;
  }

  /** Lets the user choose in the system's dialog. */
  async chooseFile(what: FileChoice): Promise<void> {
    const kind = this.#kind;
    const chosen = await this.#api.desktop.chooseDataset({ kind: kind.kind, what });
    if (chosen === null || kind !== this.#kind) return;
    this.take(chosen);
  }

  /** Takes files that the user has chosen, whose kind is seen from what they hold. */
  take({ dataset, ...file }: ChosenDataset): void {
    if (dataset !== this.#kind.kind) this.choose(dataset);
    this.#file = file;
    this.#forgetChecks();
  }

  #forgetChecks(): void {
    this.#error = null;
    this.#report = null;
  }

  /** Reports on the chosen files, and adds nothing. */
  async check(): Promise<void> {
    if (!this.isCheckable) return;
    await this.#reading(async (chosen) => {
      this.#report = await this.#api.desktop.checkDataset({ ...chosen, most: MOST_ITEMS });
    });
  }

  /** Null where the files are not what they should be: `error` and `report` say how. */
  async add(): Promise<DatasetRecord | null> {
    if (!this.isReady) return null;
    const added = await this.#reading(async (chosen) => {
      const report = await this.#api.desktop.checkDataset({ ...chosen, most: MOST_ITEMS });
      this.#report = report;
      if (report.refusal !== null) throw badRequest(report.refusal);
      return this.#api.desktop.addDataset({ ...chosen, name: this.name, replace: this.replaces });
    });
    return added ?? null;
  }

  /** Does something with the chosen files that reads all of them; undefined where that went wrong. */
  async #reading<Answer>(work: (chosen: ChosenData) => Promise<Answer>): Promise<Answer | undefined> {
    const file = this.#file;
    if (file === null) return undefined;
    this.#isAdding = true;
    this.#error = null;
    this.#report = null;
    const ended = new AbortController();
    void this.#followProgress(ended.signal);
    try {
      return await work({ token: file.token, options: kindJson(this.#kind, this.#draft) });
    } catch (error) {
      this.#error = messageOf(error);
      return undefined;
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
}
