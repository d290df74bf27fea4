import { ORPCError } from '@orpc/client';
import { implement } from '@orpc/server';
import { pageContract } from '#contract/desktop.ts';
import { toWireError } from '#contract/wire.ts';
import { AppError } from '#core/errors.ts';

/** The page's contract, to be given handlers. Inputs are checked by its schemas before any of them runs. */
export const pageProcedure = implement(pageContract).use(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    throw toPageError(error);
  }
});

/** Pages hear sentences of ours; what went wrong inside is told to the log alone. */
function toPageError(error: unknown): unknown {
  if (error instanceof AppError && error.code !== 'internal') return toWireError(error);
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  console.error(error);
  return toWireError(
    new AppError('internal', "Something went wrong inside the app: try it again; the app's log says what."),
  );
}
