import { describe, expect, it } from 'vitest';
import {
  fillReferenceVariables,
  readReferenceNetwork,
  readReferenceSchedules,
  referenceBatch,
  referenceNetworks,
  referenceUniform,
  summarize,
} from './reference.ts';

// The expected numbers were printed by reference.py (Python 3.11, PyTorch 2.15).
describe('the generator of reference weights and batches', () => {
  it.each([
    [0, 0, 0.665013991529122],
    [0, 1, 0.6003342531621456],
    [7, 123, 0.1138989485334605],
    [1_000_003, 4095, 0.2424159178044647],
    [82, 2_359_295, 0.18891289411112666],
  ])('gives the double of Python in stream %i at %i', (stream, index, expected) => {
    expect(referenceUniform(stream, index)).toBe(expected);
  });

  it('gives the images and labels of Python', () => {
    const { images, labels } = referenceBatch(5, { batchSize: 4, input: [2, 2, 3], classes: 10 });
    expect([...images.slice(0, 3)]).toEqual([0.34074991941452026, 1.4143129587173462, 0.9698541164398193]);
    expect(images.at(-1)).toBe(-0.7509147524833679);
    expect([...labels]).toEqual([9, 1, 2, 5]);
  });

  it('gives the variables of Python', () => {
    const ends = fillReferenceVariables([
      { kind: 'conv-kernel', shape: [3, 3, 3, 8] },
      { kind: 'bn-gamma', shape: [8] },
      { kind: 'bn-variance', shape: [8] },
      { kind: 'dense-kernel', shape: [8, 10] },
    ]).map((values) => [values[0], values.at(-1)]);
    expect(ends).toEqual([
      [0.09527087211608887, -0.17485210299491882],
      [0.988253116607666, 1.0412040948867798],
      [1.1025819778442383, 0.8223453760147095],
      [-0.03227362781763077, -0.08029226213693619],
    ]);
  });

  it.each(referenceNetworks)('fills %s with the variables that PyTorch trained', (name) => {
    const { variables, initialVariables } = readReferenceNetwork(name);
    const summaries = fillReferenceVariables(variables).map((values, stream) => summarize(values, stream));
    const differences = summaries.flatMap((summary, place) =>
      summary.map((value, part) => Math.abs(value - (initialVariables[place]?.[part] ?? Number.NaN))),
    );
    // Only the order of summation differs.
    expect(Math.max(...differences)).toBeLessThan(1e-8);
  });
});

describe('the reference fixtures', () => {
  it('hold the 54 schedules over 40, 20 and 14 layers', () => {
    const { combinations } = readReferenceSchedules();
    const layerCounts = new Set(combinations.map(({ model, ratios }) => `${model} ${ratios.length}`));
    expect(combinations).toHaveLength(54);
    expect([...layerCounts]).toEqual(['densenet-bc 40', 'wide-resnet 20', 'vgg 14']);
  });

  // Leaving out weight decay moves these losses by 3e-4 or more (VGG: 5e-2), PyTorch's float32 by at most 4e-6 (VGG: 6e-4);
  // the bounds lie between, so that a test against the fixtures can tell an error from rounding.
  it.each(referenceNetworks)('of %s hold runs whose float32 and float64 losses agree', (name) => {
    const { spec, runs } = readReferenceNetwork(name);
    const gaps = runs.flatMap(({ lossesFloat32, lossesFloat64 }) =>
      lossesFloat64.map((loss, step) => Math.abs(loss - (lossesFloat32[step] ?? Number.NaN))),
    );
    expect(Math.max(...gaps)).toBeLessThan(spec.model.kind === 'vgg' ? 1e-3 : 5e-6);
  });
});
