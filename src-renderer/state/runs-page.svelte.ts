import { linkTo } from '#core/deep-link.ts';
import type { RunSummary } from '#core/records.ts';
import type { SavedRunsView } from '#core/runs-view.ts';
import { counted } from '../lib/format.ts';
import type { MenuGroups } from '../lib/menu-items.ts';
import { isPossible } from '../lib/possible-actions.ts';
import { hrefOf } from '../lib/route.ts';
import { purgeText } from '../lib/run-words.ts';
import { runsTsv } from '../lib/runs-table/table-copy.ts';
import type { AppState } from './app-state.ts';
import { checkpointBytes } from './checkpoint-bytes.ts';
import type { Command } from './commands.svelte.ts';
import { copyItem } from './copying.ts';
import type { RunsImport } from './runs-import.svelte.ts';
import { ChosenActions } from './runs-table/chosen-actions.ts';
import { FilterInput } from './runs-table/filter-input.svelte.ts';
import { RunsTable } from './runs-table/runs-table.svelte.ts';
import { RunsViews } from './runs-table/runs-views.svelte.ts';
import { TableInput } from './runs-table/table-input.svelte.ts';

export type RunsPanel = 'details' | 'tags' | 'columns' | 'help' | 'save-view' | 'rename-view';

/** What the page asks before it deletes many runs, or any for ever. */
interface Question {
  readonly title: string;
  readonly text: string;
  /** On the button that does it. */
  readonly action: string;
  readonly kind: 'danger' | 'primary';
  readonly work: () => Promise<void>;
}

/** The view of all runs: the table, the side panel, and the commands. */
export class RunsPage {
  panel = $state<RunsPanel | null>(null);
  question = $state.raw<Question | null>(null);
  readonly table: RunsTable;
  readonly views: RunsViews;
  readonly tableInput: TableInput;
  readonly filterInput: FilterInput;
  readonly actions: ChosenActions;
  readonly importing: RunsImport;
  #loading: Promise<unknown> | null = null;
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
    this.table = new RunsTable(app.api, (error) => app.notices.failed(error));
    this.views = new RunsViews(app.api, this.table);
    this.tableInput = new TableInput(this.table, {
      open: (id) => app.location.go({ view: 'run', id }),
      menu: (event) => app.menu.open(event, this.menu),
    });
    this.filterInput = new FilterInput(this.table);
    this.importing = app.importing;
    this.actions = new ChosenActions(app);
  }

  follow(): () => void {
    const { live, notices } = this.#app;
    const ends = [this.table.follow(live), this.views.follow(live, (error) => notices.failed(error))];
    return () => {
      for (const end of ends) end();
    };
  }

  /** Arranges the table by the view that the address names; null for none, which leaves it as it was. */
  async show(saved: string | null): Promise<void> {
    this.#loading ??= Promise.all([this.table.layout.load(), this.views.load()]);
    await this.attempt(async () => {
      await this.#loading;
      if (saved !== this.views.chosen?.id) this.views.choose(saved);
    });
  }

  get commands(): Command[] {
    const command = (id: string, title: string, keys: string | null, run: () => unknown): Command => ({
      id: `runs-${id}`,
      title,
      group: 'Runs',
      keys,
      run,
    });
    return [
      command('filter', 'Filter runs', '/', () => this.filterInput.focus()),
      command('compare', 'Compare the chosen runs', 'c', () => this.compare()),
      command('tags', 'Tags of the chosen runs', 't', () => this.toggle('tags')),
      command('details', 'Details of the run', 'i', () => this.toggle('details')),
      command('archive', 'Archive the chosen runs', 'e', () => this.actions.archive(this.#chosen, true)),
      command('delete', 'Delete the chosen runs', 'Delete', () => this.delete()),
      command('pause', 'Pause the chosen runs', null, () => this.actions.steer('pause', this.#chosen)),
      command('resume', 'Resume the chosen runs', null, () => this.actions.steer('resume', this.#chosen)),
      command('stop', 'Stop the chosen runs', null, () => this.actions.steer('stop', this.#chosen)),
      command('lock', 'Lock the chosen runs', null, () => this.actions.lock(this.#chosen, true)),
      command('unlock', 'Unlock the chosen runs', null, () => this.actions.lock(this.#chosen, false)),
      command('all', 'Choose all runs', null, () => this.table.chooseAll()),
      command('columns', 'Columns of the table of runs', null, () => this.toggle('columns')),
      command('save-view', 'Save this view of the runs …', null, () => this.toggle('save-view')),
      ...this.#chosenViewCommands.map(({ id, title, run }) => command(id, title, null, run)),
    ];
  }

  /** What the list of views offers: the views, then what can be done with the table as it is and with the chosen one. */
  get viewGroups(): MenuGroups {
    const { all, chosen } = this.views;
    return [
      all.map((view) => ({ title: view.name, isChosen: view === chosen, run: () => this.#showView(view) })),
      [{ title: 'Save this view …', run: () => this.toggle('save-view') }],
      this.#chosenViewCommands.map(({ id, title, isPossible = true, run }) => ({
        ...{ title, disabled: !isPossible, danger: id === 'delete-view' },
        run,
      })),
    ];
  }

  /** What can be done with the chosen view; nothing where none is. */
  get #chosenViewCommands() {
    const { chosen, isChanged } = this.views;
    if (chosen === null) return [];
    const title = `“${chosen.name}”`;
    return [
      { id: 'show-view', title: `Back to ${title} as saved`, isPossible: isChanged, run: () => this.#showView(chosen) },
      { id: 'keep-view', title: `Save the changes to ${title}`, isPossible: isChanged, run: () => this.#keep(chosen) },
      { id: 'rename-view', title: `Rename ${title} …`, run: () => this.toggle('rename-view') },
      { id: 'delete-view', title: `Delete ${title}`, run: () => this.#remove(chosen) },
    ];
  }

  /** Rejects where the view cannot be saved. */
  async saveView(name: string): Promise<void> {
    const { id } = await this.views.save(name);
    this.panel = null;
    this.#app.notices.done(`The view of the runs is saved as "${name}".`);
    this.#app.location.replace({ view: 'runs', saved: id });
  }

  /** Rejects where another view has the name. */
  async renameView(name: string): Promise<void> {
    const { chosen } = this.views;
    if (chosen !== null) await this.views.rename(chosen, name);
    this.panel = null;
  }

  #showView({ id }: SavedRunsView): void {
    void this.attempt(async () => this.views.choose(id));
    this.#app.location.go({ view: 'runs', saved: id });
  }

  async #keep({ name }: SavedRunsView): Promise<void> {
    const saved = await this.attempt(() => this.views.save(name));
    if (saved !== undefined) this.#app.notices.done(`The view "${name}" is saved as the table is now.`);
  }

  async #remove(view: SavedRunsView): Promise<void> {
    const undo = await this.attempt(() => this.views.remove(view));
    if (undo === undefined) return;
    this.#app.location.replace({ view: 'runs' });
    this.#app.notices.done(`The view "${view.name}" is deleted.`, undo);
  }

  /** What "More" offers for the chosen runs. */
  get moreGroups(): MenuGroups {
    const { actions } = this;
    const runs = this.#chosen;
    const item = (title: string, isPossible: boolean, run: () => unknown) => ({
      ...{ title, disabled: !isPossible },
      run: () => this.attempt(async () => run()),
    });
    return [
      [
        item('Pause', actions.can('pause', runs), () => actions.steer('pause', runs)),
        item('Resume', actions.can('resume', runs), () => actions.steer('resume', runs)),
        { ...item('Stop', actions.can('stop', runs), () => actions.steer('stop', runs)), danger: true },
      ],
      [
        item(
          'Archive',
          runs.some(({ archived }) => !archived),
          () => actions.archive(runs, true),
        ),
        item(
          'Take out of the archive',
          runs.some(({ archived }) => archived),
          () => actions.archive(runs, false),
        ),
        item(
          'Lock',
          runs.some(({ locked }) => !locked),
          () => actions.lock(runs, true),
        ),
        item(
          'Unlock',
          runs.some(({ locked }) => locked),
          () => actions.lock(runs, false),
        ),
      ],
      [item('New study from it', runs.length === 1, () => this.duplicate())],
    ];
  }

  /** The menu of a right click: all that can be done with the chosen runs. */
  get menu(): MenuGroups {
    const { notices, location } = this.#app;
    const runs = this.#chosen;
    const [first] = runs;
    if (first === undefined) return [];
    const isOne = runs.length === 1;
    const what = isOne ? 'The id of the run' : `The ids of ${counted(runs.length, 'run')}`;
    const copies = [
      copyItem(notices, what, runs.map(({ id }) => id).join('\n')),
      copyItem(
        notices,
        isOne ? 'The link to the run' : 'The link to their comparison',
        linkTo(hrefOf(isOne ? { view: 'run', id: first.id } : { view: 'compare-runs', ids: runs.map(({ id }) => id) })),
      ),
      copyItem(
        notices,
        'The table of them',
        runsTsv(
          runs,
          this.table.layout.shown.map(({ field }) => field),
        ),
      ),
    ];
    if (this.table.tab === 'trash') {
      return [
        [{ title: 'Restore', run: () => this.attempt(() => this.actions.steer('restore', runs)) }],
        copies,
        [
          {
            title: 'Delete for ever …',
            run: () => this.askPurge(),
            disabled: !this.actions.can('purge', runs),
            danger: true,
          },
        ],
      ];
    }
    return [
      [
        ...(isOne ? [{ title: 'Open', run: () => location.go({ view: 'run', id: first.id }) }] : []),
        ...(isOne && first.studyId !== null
          ? [{ title: 'Open its study', run: () => location.go({ view: 'study', id: first.studyId ?? '' }) }]
          : []),
        { title: isOne ? 'Curves and settings' : 'Compare', run: () => this.compare() },
        { title: 'Tags …', run: () => (this.panel = 'tags') },
      ],
      ...this.moreGroups,
      copies,
      [
        {
          title: isOne ? 'Delete' : 'Delete …',
          run: () => this.delete(),
          disabled: !this.actions.can('delete', runs),
          danger: true,
        },
      ],
    ];
  }

  /** The chosen runs; if none is chosen, the run that the keyboard has reached. */
  get #chosen(): readonly RunSummary[] {
    const { chosen, current } = this.table;
    return chosen.length > 0 || current === null ? chosen : [current];
  }

  toggle(panel: RunsPanel): void {
    this.panel = this.panel === panel ? null : panel;
  }

  compare(): void {
    const ids = this.#chosen.map(({ id }) => id);
    if (ids.length > 0) this.#app.location.go({ view: 'compare-runs', ids });
  }

  duplicate(): void {
    const [run] = this.#chosen;
    if (run !== undefined) this.#app.location.go({ view: 'new-study', from: { kind: 'run', id: run.id } });
  }

  /** One run goes to the trash at once, and comes back by the notice's undo; before many do, the page asks. */
  async delete(): Promise<void> {
    if (this.table.tab === 'trash') return this.askPurge();
    const chosen = this.#chosen;
    const runs = chosen.filter((run) => isPossible('delete', run));
    const work = () => this.actions.steer('delete', runs);
    if (runs.length < 2) await this.attempt(work);
    else this.question = { ...trashQuestion(runs, chosen.length - runs.length), work };
  }

  async askPurge(): Promise<void> {
    const runs = this.#chosen.filter((run) => isPossible('purge', run));
    if (runs.length === 0) return;
    const freed = (await this.attempt(() => checkpointBytes(this.#app.api, runs))) ?? null;
    this.question = {
      title: `Delete ${counted(runs.length, 'run')} for ever?`,
      action: 'Delete for ever',
      kind: 'danger',
      work: () => this.actions.steer('purge', runs),
      text: purgeText(runs.length, freed),
    };
  }

  async confirm(): Promise<void> {
    const { question } = this;
    this.question = null;
    if (question !== null) await this.attempt(question.work);
  }

  tag(
    runs: readonly RunSummary[],
    change: { addTags?: string[]; removeTags?: string[]; note?: string },
  ): Promise<unknown> {
    return this.attempt(() => this.actions.update(runs, change));
  }

  attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    return this.#app.notices.attempt(work);
  }
}

/** `others` are chosen too, and stay. */
function trashQuestion(runs: readonly RunSummary[], others: number): Omit<Question, 'work'> {
  const studies = new Set(runs.flatMap(({ studyId }) => studyId ?? [])).size;
  const ofStudies = studies === 0 ? '' : ` of ${counted(studies, 'study', 'studies')}`;
  const staying =
    others === 0
      ? ''
      : ` ${counted(others, 'other run')} that train${others === 1 ? 's' : ''} or ${others === 1 ? 'is' : 'are'} locked ${others === 1 ? 'stays' : 'stay'}.`;
  return {
    title: `Move ${counted(runs.length, 'run')}${ofStudies} to the trash?`,
    text: `They count in no list, comparison or figure any more. Nothing is lost: their numbers and checkpoints stay in the trash, and Undo brings them back.${staying}`,
    action: 'Move to the trash',
    kind: 'primary',
  };
}
