import type { RunDetail, RunRecord } from '#core/records.ts';
import { isPossible } from '../lib/possible-actions.ts';
import type { AdvisedAction } from '../lib/run-advice.ts';
import { runTitle } from '../lib/run-title.ts';
import type { AppState } from './app-state.ts';
import type { Command } from './commands.svelte.ts';
import { copying } from './copying.ts';

type Marks = Pick<
  Parameters<AppState['api']['runs']['update']>[0],
  'note' | 'addTags' | 'removeTags' | 'archived' | 'locked'
>;

/** What the page of a run does with it. A failure becomes a notice; a success reaches the page like any other change. */
export class RunActions {
  readonly #app: AppState;
  readonly #run: () => RunDetail | null;
  /** Asks whether the run's checkpoints are to be given up; `startAnew` follows. */
  readonly confirmAnew: () => void;

  constructor(app: AppState, run: () => RunDetail | null, confirmAnew: () => void) {
    this.#app = app;
    this.#run = run;
    this.confirmAnew = confirmAnew;
  }

  readonly pause = (): Promise<unknown> => this.#ask((run) => this.#app.api.runs.pause({ run }));
  readonly stop = (): Promise<unknown> => this.#ask((run) => this.#app.api.runs.stop({ run }));
  readonly resume = (): Promise<unknown> => this.#ask((run) => this.#app.resuming.resume([run]));
  readonly startAnew = (): Promise<unknown> => this.#ask((run) => this.#app.api.runs.resume({ run, anew: true }));
  readonly showLog = (): Promise<unknown> => this.#ask((run) => this.#app.api.desktop.showLog({ run }));
  readonly openLog = (): Promise<unknown> =>
    this.#ask(async (run) => this.#app.location.replace({ view: 'run', id: run, tab: 'log' }));
  readonly showFolder = (): Promise<unknown> => this.#ask((run) => this.#app.api.desktop.showRunFolder({ run }));

  readonly copyFolder = (): Promise<unknown> =>
    this.#ask(async (run) => {
      await this.#app.api.desktop.copyRunFolder({ run });
      this.#app.notices.done('The path of the run’s folder is on the clipboard.');
    });

  readonly duplicate = (): void => {
    const run = this.#run();
    if (run !== null) this.#app.location.go({ view: 'new-study', from: { kind: 'run', id: run.id } });
  };

  readonly delete = (): Promise<unknown> =>
    this.#ask(async (run) => {
      const { api, notices } = this.#app;
      notices.done(`${titleOf(await api.runs.delete({ run }))} is in the trash.`, () => api.runs.restore({ run }));
    });

  readonly restore = (): Promise<unknown> =>
    this.#ask(async (run) => {
      const { api, notices } = this.#app;
      notices.done(`${titleOf(await api.runs.restore({ run }))} is out of the trash.`);
    });

  readonly mark = (marks: Marks): Promise<unknown> =>
    this.#ask((run) => this.#app.api.runs.update({ runs: [run], ...marks }));

  readonly saveWeights = (layout: 'own' | 'pytorch'): Promise<unknown> =>
    this.#ask(async (run) => {
      const { api, works } = this.#app;
      const saved = await works.during('Saving weights', () => api.desktop.saveWeights({ run, layout }));
      if (saved !== null) this.#app.notices.done(`Saved the weights as ${saved.name}.`);
    });

  /** The action that the notice above the run offers. */
  advised(action: AdvisedAction): { readonly title: string; run(): unknown } {
    return {
      resume: { title: 'Resume', run: this.resume },
      anew: { title: 'Start anew …', run: this.confirmAnew },
      duplicate: { title: 'Duplicate', run: this.duplicate },
      log: { title: 'Open the log', run: this.openLog },
      restore: { title: 'Restore', run: this.restore },
    }[action];
  }

  /** The commands of the palette that are possible for the run now. */
  commands(): readonly Command[] {
    const run = this.#run();
    if (run === null) return [];
    const command = (id: string, title: string, { keys, work }: { readonly keys: string | null; work(): unknown }) => ({
      ...{ id: `run.${id}`, title, group: 'Run', keys },
      run: work,
    });
    return [
      ...(isPossible('pause', run) ? [command('pause', 'Pause the run', { keys: 'p', work: this.pause })] : []),
      ...(isPossible('resume', run) ? [command('resume', 'Resume the run', { keys: 'p', work: this.resume })] : []),
      ...(isPossible('stop', run) ? [command('stop', 'Stop the run', { keys: null, work: this.stop })] : []),
      command('log', 'Show the log of the run', { keys: null, work: this.openLog }),
      command('duplicate', 'Duplicate the run', { keys: 'd', work: this.duplicate }),
      command('copy-id', 'Copy the id of the run', {
        keys: null,
        work: () => copying(this.#app.notices, 'The id of the run', run.id),
      }),
      command('archive', run.archived ? 'Take the run out of the archive' : 'Archive the run', {
        ...{ keys: null, work: () => this.mark({ archived: !run.archived }) },
      }),
      command('lock', run.locked ? 'Unlock the run' : 'Lock the run against deletion', {
        ...{ keys: null, work: () => this.mark({ locked: !run.locked }) },
      }),
      ...(run.imported
        ? []
        : this.#fileCommands(run).map(([id, title, work]) => command(id, title, { keys: null, work }))),
      ...(run.deleted ? [command('restore', 'Restore the run', { keys: null, work: this.restore })] : []),
      ...(isPossible('delete', run)
        ? [command('delete', 'Delete the run', { keys: 'Delete', work: this.delete })]
        : []),
    ];
  }

  /** What is done with the files of a run that was trained here. */
  #fileCommands({
    checkpoints,
    lastSeq,
  }: RunDetail): readonly (readonly [id: string, title: string, work: () => unknown])[] {
    const weights = [
      ['weights', 'Save the weights of the run', () => this.saveWeights('own')],
      ['weights-pytorch', 'Save the weights of the run for PyTorch', () => this.saveWeights('pytorch')],
    ] as const;
    return [
      ...(checkpoints.length === 0 ? [] : weights),
      ['folder', 'Show the folder of the run', this.showFolder],
      ['copy-folder', 'Copy the path of the run’s folder', this.copyFolder],
      ...(lastSeq === 0 ? [] : ([['log', 'Open the log of the run’s trainer', this.showLog]] as const)),
    ];
  }

  async #ask(work: (run: string) => Promise<unknown>): Promise<void> {
    const run = this.#run();
    if (run !== null) await this.#app.notices.attempt(() => work(run.id));
  }
}

function titleOf(run: RunRecord): string {
  const title = runTitle(run);
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}
