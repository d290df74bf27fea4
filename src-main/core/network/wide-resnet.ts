import { badRequest } from '#core/errors.ts';
import { pooledHead, stem } from './ends.ts';
import type { ImageShape, Layer, Network } from './ops.ts';

export interface WideResNetModel {
  readonly kind: 'wide-resnet';
  readonly depth: number;
  readonly width: number;
  /** False drops the additions and the 1x1 shortcuts, nothing else. */
  readonly skip: boolean;
}

interface Block {
  readonly name: string;
  readonly filters: number;
  readonly stride: 1 | 2;
  readonly changesWidth: boolean;
  readonly skip: boolean;
}

/** Wide ResNet (Zagoruyko & Komodakis 2016) in FreezeOut's layer division: stem, every block, head. WRN-40 has 20 layers. */
export function wideResNet(model: WideResNetModel, input: ImageShape, classes: number): Network {
  const { depth, width, skip } = model;
  if (depth < 10 || (depth - 4) % 6 !== 0) {
    throw badRequest(`wide-resnet has no depth ${depth}: use 6n + 4, such as 10, 16, 28 or 40.`);
  }
  const blocksPerGroup = (depth - 4) / 6;
  const layers: Layer[] = [stem(16)];
  let channels = 16;
  for (const group of [1, 2, 3]) {
    const filters = 16 * width * 2 ** (group - 1);
    for (let index = 1; index <= blocksPerGroup; index++) {
      const stride = group > 1 && index === 1 ? 2 : 1;
      const changesWidth = channels !== filters;
      layers.push(residualBlock({ name: `group${group}.block${index}`, filters, stride, changesWidth, skip }));
      channels = filters;
    }
  }
  layers.push(pooledHead(classes));
  return { input, classes, layers };
}

/** BN-ReLU-conv-BN-ReLU-conv. Where the width changes, the 1x1 shortcut reads the activated input. */
function residualBlock({ name, filters, stride, changesWidth, skip }: Block): Layer {
  return {
    name,
    forward: (ops, input) => {
      const activated = ops.relu(ops.batchNorm(input, `${name}.bn1`));
      const first = ops.conv2d(activated, `${name}.conv1`, { filters, size: 3, stride });
      const between = ops.relu(ops.batchNorm(first, `${name}.bn2`));
      const second = ops.conv2d(between, `${name}.conv2`, { filters, size: 3, stride: 1 });
      if (!skip) return second;
      const shortcut = changesWidth ? ops.conv2d(activated, `${name}.shortcut`, { filters, size: 1, stride }) : input;
      return ops.add(shortcut, second);
    },
  };
}
