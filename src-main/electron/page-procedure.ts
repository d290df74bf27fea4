import { implement } from '@orpc/server';
import { pageContract } from '#contract/desktop.ts';

/** The page's contract, to be given handlers. Inputs are checked by its schemas before any of them runs. */
export const pageProcedure = implement(pageContract);
