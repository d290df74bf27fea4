import { fixed } from './fixed.ts';
import { freezeOut } from './freezeout.ts';
import { gradientNorm } from './gradient-norm.ts';
import { none } from './none.ts';
import { randomTimes } from './random-times.ts';
import { stepwise } from './stepwise.ts';
import { unfreeze } from './unfreeze.ts';

/** Every policy that a spec can choose, the baseline first, in the order in which they are listed. */
export const POLICIES = [none, freezeOut, stepwise, gradientNorm, randomTimes, fixed, unfreeze] as const;
