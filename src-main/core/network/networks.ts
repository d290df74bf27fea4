import { denseNetBc } from './densenet-bc.ts';
import { resNet } from './resnet.ts';
import { vgg } from './vgg.ts';
import { wideResNet } from './wide-resnet.ts';

/** Every network that a spec can name, in the order in which they are offered. */
export const NETWORKS = [denseNetBc, wideResNet, vgg, resNet] as const;
