import type { PageClient } from '#contract/client.ts';
import type { RunSummary, StudySummary } from '#core/records.ts';
import type { SavedRunsView } from '#core/runs-view.ts';
import { counted } from '../lib/format.ts';
import { bestMatches } from '../lib/text-matches.ts';
import type { Command, Commands } from './commands.svelte.ts';
import type { Location } from './location.svelte.ts';

/** A line of the palette. */
export interface PaletteItem {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly keys: string | null;
  run(): unknown;
}

export interface PaletteGroup {
  readonly title: string;
  readonly items: readonly PaletteItem[];
}

/** Lines of a group before one types, and once one does. */
const FIRST = 5;
const MOST = 12;

interface Parts {
  readonly api: PageClient;
  readonly commands: Commands;
  readonly location: Location;
}

/** Finds commands, studies, views of the runs and runs by words of their names. */
export class CommandPalette {
  query = $state('');
  #isOpen = $state(false);
  #studies = $state.raw<readonly PaletteItem[]>([]);
  #views = $state.raw<readonly PaletteItem[]>([]);
  #runs = $state.raw<readonly PaletteItem[]>([]);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Groups that hold something, commands first. */
  get groups(): readonly PaletteGroup[] {
    const isTyped = this.query.trim() !== '';
    const commands = this.#parts.commands.all.filter(({ id }) => id !== 'palette').map(commandItem);
    return [
      { title: 'Commands', items: this.#best(commands, isTyped ? MOST : commands.length) },
      { title: 'Studies', items: this.#best(this.#studies, isTyped ? MOST : FIRST) },
      { title: 'Views of the runs', items: this.#best(this.#views, isTyped ? MOST : FIRST) },
      { title: 'Runs', items: this.#best(this.#runs, isTyped ? MOST : FIRST) },
    ].filter(({ items }) => items.length > 0);
  }

  /** Reads studies and the newest runs; commands are there at once. */
  async open(): Promise<void> {
    this.query = '';
    this.#isOpen = true;
    const { api, location } = this.#parts;
    const [studies, views, runs] = await Promise.all([
      api.studies.overview({}),
      api.runsViews.list({}),
      api.runs.rows({ limit: 500 }),
    ]);
    this.#studies = studies.map((study) => studyItem(study, location));
    this.#views = views.map((view) => viewItem(view, location));
    this.#runs = runs.rows.filter((run) => !run.deleted).map((run) => runItem(run, location));
  }

  close(): void {
    this.#isOpen = false;
  }

  #best(items: readonly PaletteItem[], most: number): readonly PaletteItem[] {
    return bestMatches(this.query, items, ({ title, detail }) => `${title} ${detail}`).slice(0, most);
  }
}

function commandItem(command: Command): PaletteItem {
  return { id: command.id, title: command.title, detail: command.group, keys: command.keys, run: () => command.run() };
}

function studyItem({ id, name, arms, seeds }: StudySummary, location: Location): PaletteItem {
  const detail = `${counted(arms.length, 'arm')}, ${counted(seeds.length, 'seed')}`;
  return { id: `study:${id}`, title: name, detail, keys: null, run: () => location.go({ view: 'study', id }) };
}

function viewItem({ id, name, view: { filter } }: SavedRunsView, location: Location): PaletteItem {
  const run = () => location.go({ view: 'runs', saved: id });
  return { id: `view:${id}`, title: name, detail: filter, keys: null, run };
}

function runItem({ id, studyName, arm, spec, status }: RunSummary, location: Location): PaletteItem {
  return {
    id: `run:${id}`,
    title: `${arm ?? spec.model.kind}, seed ${spec.seed}`,
    detail: [studyName, status, id].filter((part) => part !== null).join(', '),
    keys: null,
    run: () => location.go({ view: 'run', id }),
  };
}
