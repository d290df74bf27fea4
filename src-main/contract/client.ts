import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from './contract.ts';
import type { pageContract } from './desktop.ts';

/** The services as a client sees them, whether in this process or behind a socket or a message port. */
export type LabClient = ContractRouterClient<typeof contract>;

/** The services and the procedures of the desktop, as the page sees them. */
export type PageClient = ContractRouterClient<typeof pageContract>;
