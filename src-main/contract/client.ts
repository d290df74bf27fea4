import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from './contract.ts';

/** The services as a client sees them, whether in this process or behind a socket or a message port. */
export type LabClient = ContractRouterClient<typeof contract>;
