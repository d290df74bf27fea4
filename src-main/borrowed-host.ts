import type { LabHost } from '#contract/host.ts';
import type { OwnerConnection } from './socket/client.ts';

/** A home that another program owns, here or on another machine. */
export function borrowedHost({ client, life, lost, close }: OwnerConnection): LabHost {
  return {
    ...{ client, life, lost },
    owner: false,
    readOnly: null,
    damage: Promise.resolve(null),
    idle: async () => undefined,
    clients: () => 0,
    close: async () => close(),
  };
}
