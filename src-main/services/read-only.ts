import type { Access } from '#contract/procedure.ts';
import { toWireError } from '#contract/wire.ts';
import { AppError } from '#core/errors.ts';

interface Call {
  readonly path: readonly string[];
  readonly procedure: { readonly '~orpc': { readonly meta: Partial<Access> } };
}

/** What a page wants to find again is kept as long as the home is shown. */
const KEPT = 'drafts.save';

/** For a home that cannot be written: refuses every request that would change something. `state` begins the sentence. */
export function refuseChanges(state: string) {
  return async <Result>({ path, procedure, next }: Call & { next(): Promise<Result> }): Promise<Result> => {
    if (procedure['~orpc'].meta.effect === 'changes' && path.join('.') !== KEPT) {
      const advice = 'copy the folder to a place that can be written, and choose the copy with --home';
      throw toWireError(new AppError('conflict', `${state}, so nothing can be changed in it: ${advice}.`));
    }
    return next();
  };
}
