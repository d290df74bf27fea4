import { describe, expect, it } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { baseSpecSchema } from '#core/run.ts';
import { NewSearchForm } from '../../../src-renderer/state/new-search.svelte.ts';
import { FollowedSearch } from '../../../src-renderer/state/search.svelte.ts';
import { searchFixture } from '../../support/search-fixture.ts';

const BASE = baseSpecSchema.parse({ dataset: 'fashion-mnist', model: { kind: 'densenet-bc', depth: 10 }, epochs: 4 });

/** Answers every request about searches with the same one, and notes them. */
function fakeSearches() {
  const asked: [string, unknown][] = [];
  const progress = searchFixture({ 0.5: 0.1 });
  const noted = (verb: string) => async (input: unknown) => {
    asked.push([verb, input]);
    return progress;
  };
  const searches = { start: noted('start'), show: noted('show'), stop: noted('stop'), resume: noted('resume') };
  return { asked, progress, api: { searches } as unknown as Pick<PageClient, 'searches'> };
}

describe('the form of a search', () => {
  it('starts one over its base, under a name that says what it searches', async () => {
    const { api, asked } = fakeSearches();
    const form = new NewSearchForm(api, 1, () => 10);
    form.change({ budget: '0.5', fields: { ...form.draft.fields, scaled: false } });
    expect(await form.start(BASE)).toBe('study-1');
    expect(asked).toEqual([
      [
        'start',
        {
          name: 'find-t0 cubic plain within 1, densenet-bc 10 12 on fashion-mnist, 4 epochs',
          base: BASE,
          search: expect.objectContaining({
            tolerance: 1,
            budgetSeconds: 1800,
            over: { kind: 't0', shape: 'cubic', scaled: false },
          }),
        },
      ],
    ]);
  });

  it('starts one where it is told to', async () => {
    const { api, asked } = fakeSearches();
    const form = new NewSearchForm(api, 1, () => 10);
    form.where = 'cluster';
    await form.start(BASE);
    expect(asked[0][1]).toMatchObject({ on: { machine: 'cluster' } });
  });

  it('starts nothing while something is wrong', async () => {
    const { api, asked } = fakeSearches();
    const form = new NewSearchForm(api, 1, () => 10);
    form.change({ tolerance: '' });
    expect(await form.start(BASE)).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe('a search on its page', () => {
  it('is what the service says, also after it was stopped or resumed', async () => {
    const { api, asked, progress } = fakeSearches();
    const data = new FollowedSearch(api, 'study-1');
    await data.load();
    expect(data.current).toBe(progress);
    await data.stop();
    await data.resume(7200);
    await data.resume();
    expect(asked).toEqual([
      ['show', { study: 'study-1' }],
      ['stop', { study: 'study-1' }],
      ['resume', { study: 'study-1', budgetSeconds: 7200 }],
      ['resume', { study: 'study-1' }],
    ]);
    expect(data.isBusy).toBe(false);
  });
});
