import { cifar10, cifar100 } from './kinds/cifar.ts';
import { idx } from './kinds/idx.ts';
import { imageFolder } from './kinds/image-folder.ts';
import { npz } from './kinds/npz.ts';
import { stl10 } from './kinds/stl10.ts';
import { synthetic } from './kinds/synthetic.ts';

/** The registry, in the order in which the form offers them. */
export const DATASET_KINDS = [cifar10, cifar100, stl10, imageFolder, npz, idx, synthetic] as const;
