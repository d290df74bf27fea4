import { describe, expect, it } from 'vitest';
import type { KnownDatasetRecord } from '#core/records.ts';
import type { AppState } from '../../../src-renderer/state/app-state.ts';
import { KnownDatasetList } from '../../../src-renderer/state/known-datasets.svelte.ts';
import { Notices } from '../../../src-renderer/state/notices.svelte.ts';

const MNIST = { name: 'mnist', title: 'MNIST' } as KnownDatasetRecord;

/** A list of an app in which a download fails once `fail` is called. */
function openList() {
  const failing = Promise.withResolvers<never>();
  const datasets = {
    known: async () => [],
    get: () => failing.promise,
    stopGetting: async () => ({ name: 'mnist' }),
    downloads: () => new Promise(() => undefined),
  };
  const notices = new Notices();
  const app = { api: { datasets }, live: { onChange: () => () => undefined }, notices } as unknown as AppState;
  const list = () => new KnownDatasetList(app);
  return { list, notices, fail: () => failing.reject(new Error('The connection was cut.')) };
}

describe('a download that fails', () => {
  it('is told in the list while that is shown', async () => {
    const { list, notices, fail } = openList();
    const known = list();
    const leave = known.follow();
    const getting = known.get(MNIST);
    fail();
    await getting;
    expect([known.failureOf('mnist'), known.progressOf('mnist')]).toEqual(['The connection was cut.', null]);
    expect(notices.all).toEqual([]);
    leave();
  });

  it('is told by a notice once the view was left', async () => {
    const { list, notices, fail } = openList();
    const known = list();
    const leave = known.follow();
    const getting = known.get(MNIST);
    leave();
    fail();
    await getting;
    expect(notices.all).toMatchObject([{ kind: 'failed', text: 'The connection was cut.' }]);
  });

  it('is no news where it was stopped, also in a view that was opened again', async () => {
    const { list, notices, fail } = openList();
    const known = list();
    const leave = known.follow();
    const getting = known.get(MNIST);
    leave();
    await list().stop('mnist');
    fail();
    await getting;
    expect(notices.all).toEqual([]);
  });
});
