import { expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { pageContract } from '#contract/desktop.ts';
import { datasetLocationSchema, FILE_KINDS } from '#core/data/dataset-location.ts';
import { datasetOptions } from '../../../src-renderer/lib/dataset-info.ts';
import { locationDetail } from '../../../src-renderer/lib/dataset-words.ts';
import { NewDataset } from '../../../src-renderer/state/new-dataset.svelte.ts';

vi.mock('../../../src-main/core/data/dataset-kinds.ts', async (original) => {
  const { DATASET_KINDS } = await original<typeof import('#core/data/dataset-kinds.ts')>();
  const { rawBytes } = await import('../../support/added-dataset-kinds.ts');
  return { DATASET_KINDS: [...DATASET_KINDS, rawBytes] };
});

const location = datasetLocationSchema.parse({ kind: 'raw-bytes', path: '/data/noise.raw' });

it('offers in the form a kind of data set that one module and one line of the registry add', async () => {
  const asked: unknown[] = [];
  const desktop = {
    chooseDataset: async (input: unknown) => {
      asked.push(input);
      return { token: 'token', name: 'noise.raw', dataset: 'raw-bytes' };
    },
    checkDataset: async () => ({ refusal: null }),
    addDataset: async (input: unknown) => {
      asked.push(input);
      return { name: 'raw' };
    },
  };
  const api = { desktop, datasets: { progress: async () => [] } } as unknown as PageClient;
  const form = new NewDataset(api, () => []);
  expect(FILE_KINDS.map(({ title }) => title)).toContain('Raw bytes');
  form.choose('raw-bytes');
  expect([form.name, form.draft, form.kind.files?.takes]).toEqual(['raw', { side: '8' }, ['file']]);
  form.draft = { side: '2' };
  expect(form.fieldErrors).toEqual({ side: 'Give 4 or more.' });
  form.draft = { side: '16' };
  await form.chooseFile('file');
  await form.add();
  const options = { kind: 'raw-bytes', side: 16 };
  expect(asked).toEqual([
    { kind: 'raw-bytes', what: 'file' },
    { token: 'token', name: 'raw', options, replace: false },
  ]);
});

it('lets the page say its options, and no path', () => {
  const input = pageContract.desktop.addDataset['~orpc'].inputSchema;
  const judged = (options: object) => input?.['~standard'].validate({ token: 'token', name: 'raw', options });
  expect(judged({ kind: 'raw-bytes', side: 16 })).not.toHaveProperty('issues');
  expect(judged({ kind: 'raw-bytes', side: 16, path: '/etc' })).toHaveProperty('issues');
  expect(judged({ kind: 'raw-bytes', size: 16 })).toHaveProperty('issues');
  expect(judged({ kind: 'synthetic' })).toHaveProperty('issues');
});

it('has its words where data sets are listed and chosen', () => {
  expect(locationDetail(location)).toBe('/data/noise.raw, read as 8 x 8');
  expect(datasetOptions(location, []).options[0].label).toBe('raw bytes 8x8');
});
