import { denseNet121 } from './densenet-121.ts';
import { denseNetBc } from './densenet-bc.ts';
import { mobileNetV2 } from './mobilenet-v2.ts';
import { resNet } from './resnet.ts';
import { vgg } from './vgg.ts';
import { vgg16Bn } from './vgg-16-bn.ts';
import { wideResNet } from './wide-resnet.ts';

/** Every network that a spec can name, in the order in which they are offered. */
export const NETWORKS = [denseNetBc, wideResNet, vgg, resNet, mobileNetV2, denseNet121, vgg16Bn] as const;
