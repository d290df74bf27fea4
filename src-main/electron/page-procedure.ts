import { implement } from '@orpc/server';
import { pageContract } from '#contract/desktop.ts';

/** The page's contract, ready for handlers. Its schemas check each input before a handler runs. */
export const pageProcedure = implement(pageContract);
