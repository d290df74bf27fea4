import type { PageClient } from '#contract/client.ts';
import type { ChosenDataset, ChosenFile, OpenedFile } from '#contract/desktop.ts';
import { badRequest } from '#core/errors.ts';
import type { StudySpec } from '#core/study.ts';
import { specIn } from '../lib/spec-text.ts';
import type { Live } from './live.svelte.ts';
import type { Location } from './location.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { RunsImport } from './runs-import.svelte.ts';
import { WeightsList } from './weights.svelte.ts';

interface Parts {
  readonly api: PageClient;
  readonly live: Live;
  readonly notices: Notices;
  readonly location: Location;
  readonly importing: RunsImport;
}

/** A spec for the form of a new study, and the name of its file. */
interface OpenedSpec {
  readonly spec: StudySpec;
  readonly name: string;
}

/** What the user drops on the window or opens with the app: it leads to the form that takes it, which is then filled in. */
export class OpenedFiles {
  #dataset = $state.raw<ChosenDataset | null>(null);
  #spec = $state.raw<OpenedSpec | null>(null);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The data set that waits for its form; null where none does. */
  get dataset(): ChosenDataset | null {
    return this.#dataset;
  }

  /** The spec that waits for the form of a new study; null where none does. */
  get spec(): OpenedSpec | null {
    return this.#spec;
  }

  /** Called by the form, which has it now. */
  takeDataset(): ChosenDataset | null {
    const dataset = this.#dataset;
    this.#dataset = null;
    return dataset;
  }

  takeSpec(): OpenedSpec | null {
    const spec = this.#spec;
    this.#spec = null;
    return spec;
  }

  /** Returns the function that ends it. */
  follow(): () => void {
    return this.#parts.live.onOpened((opened) => void this.#parts.notices.attempt(() => this.#open(opened)));
  }

  async #open(opened: OpenedFile): Promise<void> {
    const { location, importing } = this.#parts;
    switch (opened.kind) {
      case 'dataset':
        this.#dataset = opened.file;
        return location.go({ view: 'datasets' });
      case 'weights':
        location.go({ view: 'datasets' });
        return this.#addWeights(opened.file);
      case 'event lines':
        location.go({ view: 'runs' });
        return importing.open(opened.file);
      case 'spec':
        this.#spec = { spec: specOf(opened), name: opened.name };
        return location.go({ view: 'new-study', from: null });
      case 'refused':
        throw badRequest(opened.sentence);
    }
  }

  async #addWeights(file: ChosenFile): Promise<void> {
    const weights = new WeightsList(this.#parts);
    await weights.read();
    const name = await weights.add(file);
    this.#parts.notices.done(`The weights ${name} were added.`, () => weights.remove(name));
  }
}

function specOf({ name, text }: Extract<OpenedFile, { readonly kind: 'spec' }>): StudySpec {
  const { spec, error } = specIn(text);
  if (spec === null) throw badRequest(`${name}: ${error}`);
  return spec;
}
