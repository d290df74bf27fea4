import { expect, test } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { FirstStudy } from '../../../src-renderer/state/first-study.svelte.ts';

function fakeApi(problems: string[], asked: unknown[]): PageClient {
  const desktop = { about: async () => ({ diagnosis: { problems } }) };
  const studies = {
    start: async (input: unknown) => {
      asked.push(input);
      return { studyId: 'quick-1', runIds: [] };
    },
  };
  return { desktop, studies } as unknown as PageClient;
}

test('the first study is the quick one, and starts once', async () => {
  const asked: unknown[] = [];
  const first = new FirstStudy(fakeApi([], asked));
  await first.look();
  expect(first.canStart).toBe(true);
  const start = first.start();
  expect([first.canStart, first.isStarting]).toEqual([false, true]);
  expect(await start).toBe('quick-1');
  expect(first.isStarting).toBe(false);
  expect(asked).toMatchObject([{ spec: { name: 'quick', base: { dataset: 'fashion-mnist' }, seeds: [1] } }]);
});

test('it waits where training lacks something, until that is there', async () => {
  const problems = ['Fashion-MNIST is missing: run `npm run lab -- doctor`.'];
  const first = new FirstStudy(fakeApi(problems, []));
  await first.look();
  expect([first.canStart, first.problems]).toEqual([false, problems]);
  problems.pop();
  await first.look();
  expect(first.canStart).toBe(true);
});
