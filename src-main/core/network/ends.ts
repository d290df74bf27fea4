import type { Layer } from './ops.ts';

/** The first convolution. DenseNet-BC and Wide ResNet share it, apart from the number of filters. */
export function stem(filters: number): Layer {
  return {
    name: 'stem',
    forward: (ops, input) => ops.conv2d(input, 'stem.conv', { filters, size: 3, stride: 1 }),
  };
}

/** BN-ReLU-global mean-dense: the classifier of DenseNet-BC and Wide ResNet, with the last batch norm in it. */
export function pooledHead(classes: number): Layer {
  return {
    name: 'head',
    forward: (ops, input) => {
      const activated = ops.relu(ops.batchNorm(input, 'head.bn'));
      return ops.dense(ops.globalMean(activated), 'head.dense', classes);
    },
  };
}

/** 7x7 convolution-BN-ReLU-max pooling, which quarters the image: torchvision's ResNets and DenseNets begin with it. */
export function imagenetStem(filters: number): Layer {
  return {
    name: 'stem',
    forward: (ops, input) => {
      const output = ops.conv2d(input, 'stem.conv', { filters, size: 7, stride: 2 });
      const activated = ops.relu(ops.batchNorm(output, 'stem.bn'));
      return ops.maxPool(activated, { size: 3, stride: 2, padding: 1 });
    },
  };
}

/** Global mean-dense: the classifier of torchvision's ResNets and DenseNets. */
export function meanHead(classes: number): Layer {
  return { name: 'head', forward: (ops, input) => ops.dense(ops.globalMean(input), 'head.dense', classes) };
}
