import type { Access } from '#contract/procedure.ts';
import { toWireError } from '#contract/wire.ts';
import { AppError } from '#core/errors.ts';

interface Call {
  readonly path: readonly string[];
  readonly procedure: { readonly '~orpc': { readonly meta: Partial<Access> } };
}

/** What a page wants to find again is kept as long as the home is shown. */
const KEPT = 'drafts.save';

/** For a home that is only shown: refuses every request that would change something, with this sentence. */
export function refuseChanges(sentence: string) {
  return async <Result>({ path, procedure, next }: Call & { next(): Promise<Result> }): Promise<Result> => {
    if (procedure['~orpc'].meta.effect === 'changes' && path.join('.') !== KEPT) {
      throw toWireError(new AppError('conflict', sentence));
    }
    return next();
  };
}
