import type { AnyContractProcedure } from '@orpc/contract';
import { type } from '@orpc/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LabClient } from '#contract/client.ts';
import { contract } from '#contract/contract.ts';
import { reads } from '#contract/procedure.ts';
import { createPageGuard } from '../../src-main/electron/page-guard.ts';

const STORED = { kind: 'cifar10', path: '/data/cifar' };
const MODEL = { kind: 'densenet-bc' };

interface StoredRun {
  readonly spec: { readonly dataset: unknown; readonly weights?: { readonly path: string } };
  readonly imported: boolean;
}

/** One run a page, so that all pages have to be read. */
function guardOver(stored: readonly StoredRun[]) {
  const rows = async ({ after }: { readonly after: number | null }) => {
    const index = after ?? 0;
    return { rows: stored.slice(index, index + 1), next: index + 1 < stored.length ? index + 1 : null };
  };
  return createPageGuard(async () => ({ runs: { rows } }) as unknown as LabClient);
}

const guard = guardOver([
  { imported: false, spec: { dataset: 'fashion-mnist' } },
  { imported: true, spec: { dataset: { kind: 'idx', path: '/imported' } } },
  { imported: false, spec: { dataset: STORED, weights: { path: '/weights' } } },
]);

const check = (entry: AnyContractProcedure, input: unknown) => guard.check(entry['~orpc'].meta, input);
const run = (fields: object) => ({ spec: { model: MODEL, epochs: 1, ...fields } });
const study = (dataset: unknown, weights?: object) => ({
  spec: { name: 's', base: { model: MODEL, epochs: 1, dataset, weights }, arms: [], seeds: [1] },
});
const ETC = { kind: 'idx', path: '/etc' };

const SEARCH = {
  ...{ name: 's', base: study(ETC).spec.base },
  search: { tolerance: 1, budgetSeconds: 60 },
};

describe('what pages may ask', () => {
  it.each([
    ['a data set by its name', contract.runs.start, run({ dataset: 'fashion-mnist' })],
    ['images made on the fly', contract.studies.start, study({ kind: 'synthetic' })],
    ['the files of a run of this home', contract.runs.start, run({ dataset: STORED, weights: { path: '/weights' } })],
    ['what has no files', contract.runs.pause, { run: 'r' }],
    ['notes about files', contract.runs.update, { runs: ['r'], note: '/home is full' }],
    ['weights by their name', contract.studies.start, study('fashion-mnist', { name: 'mine' })],
    ['weights of a run', contract.runs.start, run({ dataset: 'fashion-mnist', weights: { run: 'r' } })],
    ['a list of weights', contract.weights.list, {}],
    ['a synthetic data set', contract.datasets.add, { name: 'dots', location: { kind: 'synthetic' } }],
  ])('%s', async (_what, procedure, input) => {
    await expect(check(procedure, input)).resolves.toBeUndefined();
  });

  it.each([
    ['files that no run has', contract.runs.start, run({ dataset: ETC })],
    ['files of an imported run', contract.runs.start, run({ dataset: { kind: 'idx', path: '/imported' } })],
    ['weights that no run has', contract.runs.measure, run({ dataset: STORED, weights: { path: '/etc/passwd' } })],
    ['an estimate over such files', contract.studies.estimate, study(ETC)],
    ['a study over such files', contract.studies.start, study(ETC)],
    ['a search over such files', contract.searches.start, SEARCH],
    ['a data set of its own', contract.datasets.add, { name: 'etc', location: ETC }],
    ['weights of its own', contract.weights.add, { name: 'etc', path: '/etc/passwd' }],
    ['a description of a file', contract.weights.describe, { path: '/weights' }],
    ['runs of its own making', contract.runs.import, { path: '/runs.ndjson' }],
  ])('not %s', async (_what, procedure, input) => {
    await expect(check(procedure, input)).rejects.toThrow(/Data sets/);
  });

  it('not a path to a procedure that nobody thought of, whether its entry says nothing or the wrong thing', async () => {
    const input = z.strictObject({ file: z.string() });
    await expect(guard.check({}, { file: 'harmless' })).rejects.toThrow(/dialog/);
    // @ts-expect-error Text may be a path: the entry has to say where its paths are, or that nobody takes it for one.
    const careless: AnyContractProcedure = reads(input, type<null>());
    for (const file of ['/etc/passwd', '~/.ssh/id', 'C:\\Users', '\\\\server\\share']) {
      await expect(check(careless, { file })).rejects.toThrow(/dialog/);
      await expect(check(careless, { nested: [{ file }] })).rejects.toThrow(/dialog/);
    }
  });
});
