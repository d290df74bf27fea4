import { cifar10, cifar100 } from './kinds/cifar.ts';
import { idx } from './kinds/idx.ts';
import { imageFolder } from './kinds/image-folder.ts';
import { npz } from './kinds/npz.ts';
import { stl10 } from './kinds/stl10.ts';
import { synthetic } from './kinds/synthetic.ts';

/** The registry, in the order in which the form offers them: first what most people have of their own. */
export const DATASET_KINDS = [imageFolder, npz, idx, cifar10, cifar100, stl10, synthetic] as const;
