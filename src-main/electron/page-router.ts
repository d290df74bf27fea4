import { implement } from '@orpc/server';
import type { LabClient } from '#contract/client.ts';
import { contract } from '#contract/contract.ts';
import { toWireError } from '#contract/wire.ts';

type Procedures = { readonly [name: string]: unknown };

/** Every procedure of the contract, asked of the client that owns or reaches the home at that moment. */
export function createPageRouter(client: () => LabClient) {
  const procedure = implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw toWireError(error);
    }
  });
  return procedure.router(forwarded(procedure, client) as never);
}

interface Implementer {
  handler(handle: (options: { readonly input: unknown; readonly signal?: AbortSignal }) => unknown): unknown;
}

function forwarded(procedure: object, client: () => LabClient): object {
  const nouns = Object.entries(contract).map(([noun, verbs]) => {
    const answers = Object.keys(verbs).map((verb) => {
      const implementer = (procedure as Record<string, Record<string, Implementer>>)[noun]?.[verb] as Implementer;
      const ask = () =>
        (client() as unknown as Record<string, Procedures>)[noun]?.[verb] as (
          input: unknown,
          options: { readonly signal?: AbortSignal },
        ) => unknown;
      return [verb, implementer.handler(({ input, signal }) => ask()(input, signal === undefined ? {} : { signal }))];
    });
    return [noun, Object.fromEntries(answers)];
  });
  return Object.fromEntries(nouns);
}
