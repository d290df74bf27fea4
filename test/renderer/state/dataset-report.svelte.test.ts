import { expect, it } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { MOST_ITEMS, ReadReport } from '../../../src-renderer/state/dataset-report.svelte.ts';

it('asks for a report with a limited number of items, and tells why there is none', async () => {
  const asked: unknown[] = [];
  let isGone = true;
  const report = async (input: unknown) => {
    asked.push(input);
    if (isGone) throw new Error('The folder is gone.');
    return { findings: [] };
  };
  const state = new ReadReport({ datasets: { report } } as unknown as PageClient, 'pets');
  await state.read();
  expect([state.report, state.error]).toEqual([null, new Error('The folder is gone.')]);
  isGone = false;
  await state.read();
  expect([state.report, state.error]).toEqual([{ findings: [] }, null]);
  expect(asked).toEqual(new Array(2).fill({ name: 'pets', most: MOST_ITEMS }));
});
