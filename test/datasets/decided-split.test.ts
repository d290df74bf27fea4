import { describe, expect, it, vi } from 'vitest';
import { countClasses } from '#core/data/balanced-order.ts';
import { type DataSource, sourceInfo } from '#core/data/image-set.ts';
import { normalization } from '#core/data/normalization.ts';
import { splitData } from '#core/data/split.ts';
import { planSplit } from '#core/data/split-plan.ts';
import { openBatchFeeder } from '../../src-main/datasets/batch-feeder.ts';
import { datasetCatalog } from '../../src-main/datasets/catalog.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import { bytesOf } from '../support/pixel-bytes.ts';
import { idxBytes, located, temporaryFolder, writeFiles } from './tiny-files.ts';

function planOf(source: DataSource, asked: Parameters<typeof planSplit>[1] = {}) {
  const { training, test, validation } = source;
  const labels = { training: training.labels, test: test.labels, validation: validation?.labels ?? null };
  return planSplit({ info: sourceInfo(source), labels, classNames: [] }, asked);
}

/** IDX files of 1x2 images, sorted by class; the second pixel is the label. */
async function sortedIdx(ofClass: number, ofTestClass: number) {
  const path = await temporaryFolder();
  const labels = (count: number) => Array.from({ length: 3 * count }, (_, index) => Math.floor(index / count));
  const images = (all: readonly number[]) => all.flatMap((label, index) => [index % 256, label]);
  const [training, tested] = [labels(ofClass), labels(ofTestClass)];
  await writeFiles(path, {
    'train-images-idx3-ubyte': idxBytes([training.length, 1, 2], images(training)),
    'train-labels-idx1-ubyte': idxBytes([training.length], training),
    't10k-images-idx3-ubyte': idxBytes([tested.length, 1, 2], images(tested)),
    't10k-labels-idx1-ubyte': idxBytes([tested.length], tested),
  });
  return located({ kind: 'idx', path, classes: 3 });
}

describe('files in random order stay in order', () => {
  it("of Fashion-MNIST's sizes, whole and in parts", async () => {
    const location = datasetCatalog.builtIn('fashion-mnist');
    if (location === null) throw new Error('The set-up brings Fashion-MNIST.');
    const source = await openDataSource(location);
    const requests = [
      {},
      { train: 10_000, validation: 1000 },
      { train: 500, validation: 100, test: 200 },
      { test: 20 },
    ];
    for (const asked of requests) expect(planOf(source, asked).split).toBe('in-order');
  });

  it('such as synthetic images, whose classes come in turn', async () => {
    const source = await openDataSource(located({ kind: 'synthetic', height: 4, width: 4, train: 317, test: 43 }));
    for (const asked of [{}, { train: 50, test: 7 }]) expect(planOf(source, asked).split).toBe('in-order');
  });
});

describe('sorted files are split by class', () => {
  it('with the shares of every class in each part', async () => {
    const source = await openDataSource(await sortedIdx(60, 20));
    const plan = planOf(source, { test: 30 });
    expect(plan).toMatchObject({ split: 'by-class', train: 162, validation: 18, test: 30, gaps: [] });
    const { train, validation, test } = splitData(source, plan);
    expect([train, validation, test].map((part) => countClasses(part.labels, 3))).toEqual([
      [54, 54, 54],
      [6, 6, 6],
      [10, 10, 10],
    ]);
  });

  it('from disk as from memory, in the batch thread too', async () => {
    const location = await sortedIdx(60, 20);
    const known = splitData(await openDataSource(location), { split: 'by-class' });
    vi.stubEnv('FREEZEOUT_LAB_MEMORY', '1');
    const source = await openDataSource(location);
    vi.unstubAllEnvs();
    expect(source.training.pixels.stored.kind).toBe('file');
    const { train, validation } = splitData(source, { split: 'by-class' });
    expect([bytesOf(train), bytesOf(validation)]).toEqual([bytesOf(known.train), bytesOf(known.validation)]);
    expect(normalization(train)).toEqual(normalization(known.train));
    const feeder = openBatchFeeder({ statistics: { mean: [0], std: [1] } });
    try {
      const pixels: number[] = [];
      for await (const { images, labels, count } of feeder.evaluationBatches(validation, 7)) {
        pixels.push(...Array.from(images.subarray(0, 2 * count), (value) => Math.round(255 * value)));
        expect([...labels.subarray(0, count)]).toEqual(pixels.slice(-2 * count).filter((_, index) => index % 2 === 1));
      }
      expect(pixels).toEqual([...bytesOf(known.validation)]);
    } finally {
      await feeder.close();
      source.training.pixels.close();
    }
  });
});
