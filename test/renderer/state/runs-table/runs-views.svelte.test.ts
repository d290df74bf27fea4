import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import type { Change } from '#core/records.ts';
import type { RunsView, SavedRunsView } from '#core/runs-view.ts';
import type { Live } from '../../../../src-renderer/state/live.svelte.ts';
import { RunsTable } from '../../../../src-renderer/state/runs-table/runs-table.svelte.ts';
import { RunsViews } from '../../../../src-renderer/state/runs-table/runs-views.svelte.ts';

/** A home that keeps views, and drafts of nothing. */
class Home {
  readonly saved: SavedRunsView[] = [];
  readonly #listeners = new Set<(change: Change) => void>();

  readonly api = {
    drafts: { read: async () => ({ value: null }), save: async ({ key }: { key: string }) => ({ key }) },
    runsViews: {
      list: async () => [...this.saved],
      save: async ({ name, view }: { name: string; view: RunsView }) => {
        const place = this.saved.findIndex((one) => one.name === name);
        const kept = { id: this.saved[place]?.id ?? `${this.saved.length + 1}`, name, view, changedAt: 0 };
        this.saved.splice(place < 0 ? this.saved.length : place, 1, kept);
        return kept;
      },
      rename: async ({ id, name }: { id: string; name: string }) => {
        const place = this.saved.findIndex((one) => one.id === id);
        const renamed = { ...this.saved[place], name } as SavedRunsView;
        this.saved.splice(place, 1, renamed);
        return renamed;
      },
      remove: async ({ id }: { id: string }) => {
        const place = this.saved.findIndex((one) => one.id === id);
        this.saved.splice(place, 1);
        return { id };
      },
    },
  } as unknown as PageClient;

  readonly live = {
    onChange: (listener: (change: Change) => void) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  } as unknown as Live;

  change(kind: Change['kind']): void {
    for (const listener of this.#listeners) listener({ kind, ids: [] });
  }
}

function raise(error: unknown): never {
  throw error;
}

let home: Home;
let table: RunsTable;
let views: RunsViews;

beforeEach(() => {
  home = new Home();
  table = new RunsTable(home.api, raise);
  views = new RunsViews(home.api, table);
});

/** Arranges everything that a view keeps. */
function arrangeAll(): void {
  table.showTab('archived');
  table.filter = 'not failed';
  table.layout.sortBy('seed');
  table.layout.moveColumn('status', 3);
  table.layout.resizeColumn('status', 200);
  table.layout.groupByFields(['arm']);
}

describe('the saved views of the runs', () => {
  it('arrange the table again as it was: tab, filter, columns, order and groups', async () => {
    arrangeAll();
    const before = table.view;
    const { id } = await views.save('late');
    table.showTab('all');
    table.filter = '';
    table.layout.reset();
    views.choose(id);
    expect(table.view).toEqual(before);
    expect(views.chosen?.name).toBe('late');
  });

  it.each([
    ['the tab', () => table.showTab('trash')],
    ['the filter', () => (table.filter = 'finished')],
    ['the order', () => table.layout.sortBy('seed')],
    ['the groups', () => table.layout.groupByFields([])],
    ['a column', () => table.layout.toggleColumn('tags')],
    ['a width', () => table.layout.resizeColumn('status', 300)],
  ])('differ from the table once %s is changed, and not after it is saved or chosen again', async (_what, change) => {
    arrangeAll();
    const { id } = await views.save('late');
    expect(views.isChanged).toBe(false);
    change();
    flushSync();
    expect(views.isChanged).toBe(true);
    views.choose(id);
    expect(views.isChanged).toBe(false);
    change();
    expect(views.isChanged).toBe(true);
    await views.save('late');
    expect([views.isChanged, views.all.length]).toEqual([false, 1]);
  });

  it('are not changed by columns and groups that this version does not know', async () => {
    const unknown = [...table.view.columns, { key: 'of-a-later-version', width: 90 }];
    home.saved.push({ id: '9', name: 'later', view: { ...table.view, columns: unknown }, changedAt: 0 });
    await views.load();
    views.choose('9');
    expect([views.isChanged, table.layout.shown.length]).toEqual([false, unknown.length - 1]);
  });

  it('are renamed, deleted and brought back', async () => {
    const saved = await views.save('late');
    await views.rename(saved, 'later');
    expect(views.chosen?.name).toBe('later');
    const undo = await views.remove({ ...saved, name: 'later' });
    expect([views.all, views.chosen]).toEqual([[], null]);
    await undo();
    expect(views.all).toMatchObject([{ name: 'later', view: saved.view }]);
  });

  it('say so where a view is gone', () => {
    expect(() => views.choose('gone')).toThrow('not there any more');
  });

  it('come when another program saves one', async () => {
    const end = views.follow(home.live, raise);
    home.saved.push({ id: '9', name: 'theirs', view: table.view, changedAt: 0 });
    home.change('views');
    await vi.waitFor(() => expect(views.all).toMatchObject([{ name: 'theirs' }]));
    end();
  });
});
