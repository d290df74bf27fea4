import { adamW } from './adamw.ts';
import { sgd } from './sgd.ts';

/** Every optimizer that a spec can choose; the first is that of specs which choose none. */
export const OPTIMIZERS = [sgd, adamW] as const;
