import { describe, expect, it } from 'vitest';
import type { LabClient } from '#contract/client.ts';
import { createPageGuard } from '../../src-main/electron/page-guard.ts';

const STORED = { kind: 'cifar10', path: '/data/cifar' };

interface StoredRun {
  readonly spec: { readonly dataset: unknown; readonly initialWeights?: string };
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
  { imported: false, spec: { dataset: STORED, initialWeights: '/weights' } },
]);

describe('what pages may ask', () => {
  it.each([
    ['a data set by its name', 'runs.start', { spec: { dataset: 'fashion-mnist' } }],
    ['images made on the fly', 'studies.start', { spec: { base: { dataset: { kind: 'synthetic' } } } }],
    ['the files of a run of this home', 'runs.start', { spec: { dataset: STORED, initialWeights: '/weights' } }],
    ['what has no files', 'runs.pause', { run: 'r' }],
    ['a synthetic data set', 'datasets.add', { name: 'dots', location: { kind: 'synthetic' } }],
  ])('%s', async (_what, procedure, input) => {
    await expect(guard.check(procedure, input)).resolves.toBeUndefined();
  });

  it.each([
    ['files that no run has', 'runs.start', { spec: { dataset: { kind: 'idx', path: '/etc' } } }],
    ['files of an imported run', 'runs.start', { spec: { dataset: { kind: 'idx', path: '/imported' } } }],
    ['weights that no run has', 'runs.measure', { spec: { dataset: STORED, initialWeights: '/etc/passwd' } }],
    ['an estimate over such files', 'studies.estimate', { spec: { base: { dataset: { kind: 'idx', path: '/etc' } } } }],
    ['a study over such files', 'studies.start', { spec: { base: { dataset: { kind: 'idx', path: '/etc' } } } }],
    ['a data set of its own', 'datasets.add', { name: 'etc', location: { kind: 'idx', path: '/etc' } }],
    ['runs of its own making', 'runs.import', { lines: [] }],
  ])('not %s', async (_what, procedure, input) => {
    await expect(guard.check(procedure, input)).rejects.toThrow(/Data sets/);
  });
});
