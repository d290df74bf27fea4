import type { z } from 'zod';
import type { destination } from '#contract/fields.ts';

/** What a request says of where its runs train: nothing for this machine. */
export function destinationOn(machine: string | null): { readonly on?: z.input<typeof destination> } {
  return machine === null ? {} : { on: { machine } };
}
