import type { DenseNetModel } from './densenet-bc.ts';
import { denseNetBc } from './densenet-bc.ts';
import type { ImageShape, Network } from './ops.ts';
import type { VggModel } from './vgg.ts';
import { vgg } from './vgg.ts';
import type { WideResNetModel } from './wide-resnet.ts';
import { wideResNet } from './wide-resnet.ts';

export type Model = DenseNetModel | WideResNetModel | VggModel;

/** Throws a bad request where the network has no such depth or cannot read such images. */
export function buildNetwork(model: Model, input: ImageShape, classes: number): Network {
  switch (model.kind) {
    case 'densenet-bc':
      return denseNetBc(model, input, classes);
    case 'wide-resnet':
      return wideResNet(model, input, classes);
    case 'vgg':
      return vgg(model, input, classes);
  }
}
