import { ORPCError } from '@orpc/client';
import type { AnyContractProcedure } from '@orpc/contract';
import { implement, os } from '@orpc/server';
import type { LabClient } from '#contract/client.ts';
import { contract } from '#contract/contract.ts';
import type { Access } from '#contract/procedure.ts';
import { toWireError } from '#contract/wire.ts';
import { AppError } from '#core/errors.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { desktopRouter } from './desktop-router.ts';
import type { LabConnection } from './lab-connection.ts';
import { createPageGuard } from './page-guard.ts';

/** Answers the page's contract: the owner of the home, which may be this process or another, and the desktop. */
export function createPageRouter(ports: DesktopPorts) {
  const guard = createPageGuard(() => ports.lab.client());
  return os
    .$meta<Partial<Access>>({})
    .use(async ({ procedure, next }, input) => {
      try {
        await guard.check(procedure['~orpc'].meta, input);
        return await next();
      } catch (error) {
        throw toPageError(error);
      }
    })
    .router({ ...forwarded(ports.lab), desktop: desktopRouter(ports) });
}

/** Everything that any client may ask, passed on to the current owner of the home. */
function forwarded(lab: LabConnection) {
  const nouns = Object.entries(contract).map(([noun, entries]) => {
    const verbs = Object.entries<AnyContractProcedure>(entries).map(([verb, entry]) => {
      const { effect }: Access = entry['~orpc'].meta;
      const answer = implement(entry).handler((request) =>
        lab.ask((client) => ask(client, [noun, verb], request), effect),
      );
      return [verb, answer] as const;
    });
    return [noun, Object.fromEntries(verbs)] as const;
  });
  return Object.fromEntries(nouns);
}

/** Calls the procedure of that name on a client. */
async function ask(
  client: LabClient,
  [noun, verb]: readonly [string, string],
  { input, signal }: { readonly input: unknown; readonly signal?: AbortSignal | undefined },
): Promise<unknown> {
  const procedure: unknown = Reflect.get(Reflect.get(client, noun), verb);
  if (typeof procedure !== 'function') throw new AppError('not-found', `There is no procedure ${noun}.${verb}.`);
  return procedure(input, signal === undefined ? {} : { signal });
}

/** The page gets only our own sentences; the details of an internal error go to the log. */
function toPageError(error: unknown): unknown {
  if (error instanceof AppError && error.code !== 'internal') return toWireError(error);
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') return error;
  if (error instanceof Error && error.name === 'AbortError') return error;
  console.error(error);
  return toWireError(
    new AppError('internal', "Something went wrong inside the app: try again. The app's log has the details."),
  );
}
