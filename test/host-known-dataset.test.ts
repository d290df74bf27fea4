import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import type { KnownDataset } from '#core/data/known/known-dataset.ts';
import { runSpecSchema } from '#core/run.ts';
import { openHost } from '../src-main/host.ts';
import { fileServer } from './datasets/download/file-server.ts';
import { archivedDataset } from './datasets/download/made-up-dataset.ts';
import { idxBytes, tarBytes, temporaryFolder } from './datasets/tiny-files.ts';

const KNOWN = vi.hoisted(() => ({ rows: [] as KnownDataset[] }));
vi.mock('#core/data/known/known-datasets.ts', async (original) => {
  const table = await original<typeof import('#core/data/known/known-datasets.ts')>();
  const knownDatasetNamed = (name: string) => KNOWN.rows.find((row) => row.name === name);
  return { ...table, KNOWN_DATASETS: KNOWN.rows, knownDatasetNamed, findKnownDataset: knownDatasetNamed };
});

/** Images of 8 x 8 in two classes: dark and bright ones. */
function part(name: string, count: number): Record<string, Buffer> {
  const labels = Array.from({ length: count }, (_, image) => image % 2);
  const pixels = labels.flatMap((label) => Array.from({ length: 64 }, (_, pixel) => 150 * label + pixel));
  return {
    [`${name}-images-idx3-ubyte`]: idxBytes([count, 8, 8], pixels),
    [`${name}-labels-idx1-ubyte`]: idxBytes([count], labels),
  };
}

test('an archive is downloaded, unpacked and added by its name, and a network trains on it', async () => {
  const archive = gzipSync(await tarBytes({ ...part('train', 40), ...part('t10k', 10) }, 'set/'));
  const known = archivedDataset('set.tar.gz', archive, { bytes: 10_000 });
  KNOWN.rows.push({ ...known, options: { kind: 'idx', classes: 2 } });
  const server = await fileServer({ 'archived/set.tar.gz': archive });
  vi.stubEnv('FREEZEOUT_LAB_MIRROR', server.address);
  vi.stubEnv('FREEZEOUT_LAB_DATASETS', await temporaryFolder());
  const host = await openHost({ home: await temporaryFolder(), serve: false });
  try {
    const dataset = await host.client.datasets.get({ name: 'archived' });
    expect(dataset).toMatchObject({ name: 'archived', training: 40, test: 10, classes: 2 });
    const spec = runSpecSchema.parse({
      ...{ dataset: 'archived', model: { kind: 'densenet-bc', depth: 10, growth: 4 }, policy: { kind: 'none' } },
      ...{ epochs: 1, batchSize: 10, seed: 1 },
    });
    const { runId } = await host.client.runs.start({ spec });
    await host.idle();
    expect(await host.client.runs.show({ run: runId })).toMatchObject({
      status: 'finished',
      testError: expect.any(Number),
      data: { sha256: dataset.sha256 },
    });
  } finally {
    await host.close('The test is over.');
    vi.unstubAllEnvs();
  }
});
