import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import type { Change, RunSummary } from '#core/records.ts';
import type { Live } from '../../../../src-renderer/state/live.svelte.ts';
import { RunsTable } from '../../../../src-renderer/state/runs-table/runs-table.svelte.ts';
import { resolvedSpec, runSummary } from '../../../support/run-summary.ts';

/** The store's answers over runs that the test changes, and the stream that tells of it. */
function lab(runs: RunSummary[]) {
  const asked: unknown[] = [];
  const drafts = new Map<string, unknown>();
  const listeners = new Set<(change: Change) => void>();
  const api = {
    runs: {
      rows: async (query: { ids?: string[]; after?: number | null; limit?: number }) => {
        asked.push(query);
        if (query.ids) return { rows: runs.filter(({ id }) => query.ids?.includes(id)), next: null };
        const from = query.after ?? 0;
        const end = from + (query.limit ?? 250);
        return { rows: runs.slice(from, end), next: end < runs.length ? end : null };
      },
      valuesAt: async ({ epoch }: { epoch: number }) => ({ runs: ['1', '2'], values: [epoch / 10, epoch / 20] }),
    },
    drafts: {
      read: async ({ key }: { key: string }) => ({ value: drafts.get(key) ?? null }),
      save: async ({ key, value }: { key: string; value: unknown }) => {
        drafts.set(key, value);
        return { key };
      },
    },
  } as unknown as PageClient;
  const live = {
    onChange: (listener: (change: Change) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Live;
  const change = (ids: string[]) => {
    for (const listener of listeners) listener({ kind: 'runs', ids });
  };
  return { api, live, asked, drafts, change };
}

const many = (count: number, changes: (index: number) => Partial<RunSummary> = () => ({})) =>
  Array.from({ length: count }, (_, index) =>
    runSummary({
      id: String(index),
      spec: resolvedSpec({ seed: index + 1 }),
      createdAt: 1e6 - index,
      ...changes(index),
    }),
  );

async function opened(runs: RunSummary[]) {
  const server = lab(runs);
  const table = new RunsTable(server.api, raise);
  const end = $effect.root(() => table.follow(server.live));
  await vi.waitFor(() => expect(table.runs.isComplete).toBe(true));
  flushSync();
  return { table, ...server, end };
}

function raise(error: unknown): never {
  throw error;
}

const shown = (table: RunsTable) => table.rows.map(({ key }) => key);

describe('the table of runs', () => {
  it('reads page by page, and shows the first page before the last has come', async () => {
    const server = lab(many(600));
    const table = new RunsTable(server.api, raise);
    const seen = new Set<number>();
    const end = table.follow(server.live);
    await vi.waitFor(
      () => {
        seen.add(table.runs.all.length);
        expect(table.runs.isComplete).toBe(true);
      },
      { interval: 0 },
    );
    expect(server.asked).toEqual([0, 250, 500].map((after) => ({ after: after === 0 ? null : after, limit: 250 })));
    expect(table.rows).toHaveLength(600);
    end();
  });

  it('reads again only what changed, and shows what is new and what is gone', async () => {
    const runs = many(3);
    const { table, asked, change, end } = await opened(runs);
    asked.length = 0;
    runs[1] = { ...runs[1], epoch: 99 };
    runs.splice(0, 1);
    runs.push(runSummary({ id: 'new', createdAt: 2e6 }));
    change(['0', '1', 'new']);
    await vi.waitFor(() => expect(shown(table)).toEqual(['new', '1', '2']), { timeout: 3000 });
    expect(asked).toEqual([{ ids: ['0', '1', 'new'] }]);
    expect(table.runs.all.find(({ id }) => id === '1')?.epoch).toBe(99);
    end();
  });

  it('filters, and while the filter is wrong keeps what it showed and says why', async () => {
    const { table, end } = await opened(many(4, (index) => ({ status: index % 2 === 0 ? 'finished' : 'failed' })));
    table.filter = 'status:finished';
    expect(shown(table)).toEqual(['0', '2']);
    table.filter = 'status:finished AND (';
    expect(table.filterError?.message).toContain('is incomplete');
    expect(shown(table)).toEqual(['0', '2']);
    table.filter = 'status:finished AND (seed:3)';
    expect([table.filterError, shown(table)]).toEqual([null, ['2']]);
    end();
  });

  it('sorts by a column one way, then the other, and keeps that for the next start', async () => {
    const { table, api, drafts, end } = await opened(many(3, (index) => ({ testError: [0.2, null, 0.1][index] })));
    expect(shown(table)).toEqual(['0', '1', '2']);
    table.layout.sortBy('test-error');
    expect(shown(table)).toEqual(['2', '0', '1']);
    table.layout.sortBy('test-error');
    expect(shown(table)).toEqual(['0', '2', '1']);
    await vi.waitFor(
      () => expect(drafts.get('runs-table')).toMatchObject({ sort: { key: 'test-error', descending: true } }),
      {
        timeout: 3000,
      },
    );
    const again = new RunsTable(api, raise);
    await again.layout.load();
    expect(again.layout.sort).toEqual({ key: 'test-error', descending: true });
    end();
  });

  it('keeps the last change when its view closes, however soon after it that is', async () => {
    const { table, api, live, end } = await opened(many(1));
    end();
    const stop = table.follow(live);
    for (const key of ['seed', 'status', 'network']) table.layout.toggleColumn(key);
    stop();
    const again = new RunsTable(api, raise);
    await again.layout.load();
    expect(again.layout.columns).toEqual(table.layout.columns);
  });

  it('shows, sorts and filters by a series at an epoch', async () => {
    const { table, end } = await opened(many(3));
    table.layout.addAtEpoch({ series: 'validationError', epoch: 4 });
    table.layout.sortBy('validation-error-at-epoch-4');
    await vi.waitFor(() => expect(shown(table)).toEqual(['2', '1', '0']));
    table.filter = 'validation-error-at-epoch-4:>30';
    expect(shown(table)).toEqual(['1']);
    end();
  });

  it('groups, opens a group under the cursor, and chooses all its runs at once', async () => {
    const { table, end } = await opened(
      many(4, (index) => ({ arm: index < 3 ? 'one' : 'two', groupHash: index < 3 ? 'x' : 'y' })),
    );
    table.layout.groupByFields(['arm']);
    expect(table.rows.map((item) => item.kind)).toEqual(['group', 'group']);
    table.openGroup(0);
    expect(table.rows.map((item) => item.kind)).toEqual(['group', 'run', 'run', 'run', 'group']);
    table.choose(0, 'toggle');
    expect(table.chosen.map(({ id }) => id)).toEqual(['0', '1', '2']);
    end();
  });

  it('calls groups by what tells them apart: not by what all share, and by settings where names are alike', async () => {
    const specs = [
      resolvedSpec({ epochs: 10 }),
      resolvedSpec({ epochs: 20 }),
      resolvedSpec({ epochs: 20, batchSize: 25 }),
    ];
    const { table, end } = await opened(
      many(4, (index) => ({
        arm: index === 3 ? 'cubic scaled 0.8, equal time' : 'cubic scaled 0.8',
        spec: specs[index] ?? specs[0],
        groupHash: `${index}`,
      })),
    );
    const names = () => [...table.groupNames.values()];
    table.layout.groupByFields(['arm']);
    expect(names()).toEqual(['cubic scaled 0.8', 'cubic scaled 0.8, equal time']);
    table.layout.groupByFields(['arm', 'dataset', 'batch']);
    expect(names()).toContain('cubic scaled 0.8 · batch: 25');
    expect(names().join()).not.toContain('fashion-mnist');
    table.layout.groupByFields(['configuration']);
    expect(names()).toEqual([
      'cubic scaled 0.8 · epochs: 10 · batchSize: 50',
      'cubic scaled 0.8 · epochs: 20 · batchSize: 50',
      'cubic scaled 0.8 · epochs: 20 · batchSize: 25',
      'cubic scaled 0.8, equal time',
    ]);
    expect(new Set(names()).size).toBe(4);
    table.filter = 'arm:"equal time"';
    expect(names()).toEqual(['cubic scaled 0.8, equal time · DenseNet-BC 40 (k = 12) · fashion-mnist']);
    end();
  });

  it('keeps the cursor at its run while others come before it', async () => {
    const runs = many(3);
    const { table, change, end } = await opened(runs);
    table.cursor = 1;
    runs.unshift(runSummary({ id: 'new', createdAt: 2e6 }));
    change(['new']);
    await vi.waitFor(() => expect(table.rows).toHaveLength(4), { timeout: 3000 });
    expect([table.cursor, table.current?.id]).toEqual([2, '1']);
    end();
  });

  it('does nothing to chosen runs that one does not see', async () => {
    const { table, end } = await opened(many(3, (index) => ({ archived: index === 2 })));
    table.chooseAll();
    expect(table.chosen.map(({ id }) => id)).toEqual(['0', '1']);
    table.filter = 'seed:2';
    expect(table.chosen.map(({ id }) => id)).toEqual(['1']);
    table.filter = '';
    table.showTab('archived');
    expect([shown(table), table.chosen.length]).toEqual([['2'], 0]);
    expect([table.countOf('all'), table.countOf('archived'), table.countOf('trash')]).toEqual([2, 1, 0]);
    end();
  });
});
