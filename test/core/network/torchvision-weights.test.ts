import { expect, it } from 'vitest';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork, modelSchema } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { inTorchvision } from '#core/network/torchvision-weights.ts';

const MODEL = modelSchema.parse({ kind: 'mobilenet-v2', width: 0.25 });
const NETWORK = buildNetwork(MODEL, { height: 32, width: 32, channels: 3 }, 5);

function ownTensors() {
  const weights = initialWeights(NETWORK, MODEL.kind, 1);
  const variables = describeNetwork(NETWORK).flatMap((layer) => layer.variables);
  return new Map(
    variables.map(({ name, shape }) => [name, { shape, values: weights.get(name) ?? new Float32Array() }]),
  );
}

it('names and lays out every variable as torchvision does', () => {
  const ours = ownTensors();
  const theirs = inTorchvision(ours, MODEL);
  expect(theirs.size).toBe(ours.size);
  // Block 2 widens 8 channels to 48: torchvision's conv.1.0 is its depthwise convolution.
  expect(theirs.get('features.2.conv.1.0.weight')?.shape).toEqual([48, 1, 3, 3]);
  const depthwise = ours.get('features.2.depthwise.conv.kernel')?.values;
  // Row 2, column 1 of channel 5: ours [h, w, channels, 1], theirs [channels, 1, h, w]
  expect(theirs.get('features.2.conv.1.0.weight')?.values[5 * 9 + 2 * 3 + 1]).toBe(depthwise?.[(2 * 3 + 1) * 48 + 5]);
  expect(theirs.get('classifier.1.weight')?.shape).toEqual([5, 1280]);
});

it('refuses networks that torchvision does not have, and files of another network', () => {
  expect(() => inTorchvision(ownTensors(), modelSchema.parse({ kind: 'vgg' }))).toThrow(
    'torchvision has no VGG-16: export its weights with --layout pytorch.',
  );
  expect(() => inTorchvision(ownTensors(), modelSchema.parse({ kind: 'densenet-121' }))).toThrow('is of another one');
});
