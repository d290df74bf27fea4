import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BatchAssembler } from '#core/data/batch.ts';
import { evaluationBatchPlan } from '#core/data/batch-schedule.ts';
import { type ImageSet, imageSize } from '#core/data/image-set.ts';
import { readingOf } from '#core/data/normalization.ts';
import { storedImagesOf } from '#core/data/stored-images.ts';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { PredictCommand } from '#core/ports.ts';
import type { PredictedImage, PredictionNews } from '#core/prediction.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { shapesOf, tensorsOf } from '../../src-main/checkpoints/variables.ts';
import { openDataSource } from '../../src-main/datasets/open-data-source.ts';
import { createGraphSession } from '../../src-main/tensorflow/graph-session.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';
import { predictInTrainer } from '../../src-main/trainer/predict-command.ts';
import { pngBytes, writeTree } from '../datasets/image-files.ts';
import { located } from '../datasets/tiny-files.ts';
import { emptyFolder } from '../support/trainer.ts';

const model = { kind: 'wide-resnet', depth: 10, width: 1, skip: true } as const;

let folder = '';
let command: PredictCommand;
let test: ImageSet;
/** The classes that the run's own evaluation finds, in the order of the test images. */
let evaluated: readonly number[] = [];

const colours = Array.from({ length: 10 }, (_, index) => [25 * index, 255 - 20 * index, (70 * index) % 256] as const);

/** Photographs of several sizes, of two classes, and the weights of a run on them. */
beforeAll(async () => {
  folder = await emptyFolder();
  vi.stubEnv('FREEZEOUT_LAB_CACHE', join(folder, 'cache'));
  const images = (part: string) =>
    colours.map((colour, index) => [
      `images/${part}/${index % 2 === 0 ? 'even' : 'odd'}/${index}.png`,
      pngBytes({ height: 14 + index, width: 20 - index, colour }),
    ]);
  await writeTree(folder, Object.fromEntries([...images('train'), ...images('test')]));
  const dataset = located({ kind: 'image-folder', path: join(folder, 'images'), size: 12 });
  const counts = { train: 10, validation: 0, test: 10 };
  const spec = resolvedRunSpecSchema.parse({ dataset, model, epochs: 1, batchSize: 4, input: { size: 8 }, ...counts });
  const source = await openDataSource(dataset);
  const reading = readingOf(spec, source.training);
  const network = buildNetwork(model, reading.input, 2);
  const layers = describeNetwork(network);
  const weights = initialWeights(network, model.kind, 3);
  const shapes = shapesOf(layers);
  const tensors = tensorsOf(weights, (name) => shapes.get(name));
  await writeSafetensors(join(folder, 'weights.safetensors'), { tensors, metadata: {} });
  const { statistics: normalization } = reading;
  const stored = storedImagesOf(dataset, source.training);
  const path = join(folder, 'images', 'test');
  command = { type: 'predict', spec, images: stored, normalization, classes: 2, runFolder: folder, path };
  test = source.test;

  const session = createGraphSession(loadTensorFlow('cpu').binding, { network, ...spec });
  session.restore(weights, new Map());
  const assembler = new BatchAssembler(test, evaluationBatchPlan(4), reading);
  evaluated = [0, 4, 8].flatMap((start) => {
    const indices = Uint32Array.from([...test.labels.keys()].slice(start, start + 4));
    const target = {
      images: new Float32Array(indices.length * imageSize(reading.input)),
      labels: new Int32Array(indices.length),
    };
    const count = assembler.assemble({ round: 0, indices }, target);
    return [...session.evaluate({ ...target, count }).predictions];
  });
  session.dispose();
});

async function predicted(change: Partial<PredictCommand> = {}): Promise<{
  readonly images: readonly PredictedImage[];
  readonly news: readonly PredictionNews[];
}> {
  const news: PredictionNews[] = [];
  await predictInTrainer({ ...command, ...change }, (one) => news.push(one));
  return { news, images: news.flatMap((one) => (one.type === 'predicted' ? one.images : [])) };
}

describe('a prediction', () => {
  it("gives the classes of the run's own evaluation, whatever the order of the files", async () => {
    const { images } = await predicted();
    expect(images.map(({ file }) => file)).toEqual(
      [0, 2, 4, 6, 8].map((n) => `even/${n}.png`).concat([1, 3, 5, 7, 9].map((n) => `odd/${n}.png`)),
    );
    const counts = (all: readonly (readonly [label: number, predicted: number | null])[]) =>
      all.map(([label, found]) => `${label} as ${found}`).sort();
    expect(counts(images.map(({ file, predicted: found }) => [file.startsWith('even') ? 0 : 1, found]))).toEqual(
      counts(evaluated.map((found, image) => [test.labels[image], found])),
    );
    for (const { probabilities } of images)
      expect(probabilities?.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  });

  it('gives an image alone what it has among others', async () => {
    const { images } = await predicted();
    const alone = (await predicted({ path: join(command.path, 'odd', '3.png') })).images;
    expect(alone.map(({ file }) => file)).toEqual(['3.png']);
    const [first] = alone[0].probabilities ?? [];
    expect(first).toBeCloseTo(images.find(({ file }) => file === 'odd/3.png')?.probabilities?.[0] ?? Number.NaN, 6);
  });

  it('tells of every file that it cannot classify, in folders within folders', async () => {
    const path = join(await emptyFolder());
    const whole = pngBytes({ height: 30, width: 12, colour: [9, 8, 7] });
    await writeTree(path, {
      'a/b/c/deep.png': whole,
      'a/cut.png': whole.subarray(0, 40),
      'list.txt': 'none',
      'x.heic': 'x',
    });
    const { images, news } = await predicted({ path });
    expect(images.map(({ file, problem }) => [file, problem])).toEqual([
      ['a/b/c/deep.png', null],
      ['a/cut.png', expect.stringContaining('damaged PNG image')],
    ]);
    const listed = news.find(({ type }) => type === 'listed');
    expect(listed).toMatchObject({
      images: 2,
      skipped: [{ first: [{ path: 'list.txt' }] }, { first: [{ path: 'x.heic' }] }],
    });
  });

  it('resizes what nothing in the data says how to read, and tells of it', async () => {
    const path = await emptyFolder();
    await writeFile(join(path, 'a.png'), pngBytes({ height: 12, width: 12, colour: [9, 9, 9] }));
    await writeFile(join(path, 'b.png'), pngBytes({ height: 24, width: 12, colour: [200, 10, 10] }));
    const { images } = await predicted({ path, images: { ...command.images, size: null } });
    expect(images.map(({ file, adapted }) => [file, adapted])).toEqual([
      ['a.png', []],
      ['b.png', ['resized']],
    ]);
  });

  it.each([
    ['absent', 'does not exist: give a folder of images'],
    ['empty', 'holds no image that can be read'],
  ])('refuses a folder that is %s in one sentence', async (name, sentence) => {
    const path = name === 'empty' ? await emptyFolder() : join(folder, name);
    await expect(predicted({ path })).rejects.toThrow(sentence);
  });
});
