import type { LabClient } from './client.ts';

export interface HostOptions {
  readonly home: string;
  /** Whether an owner also answers other programs: only one that stays for longer should. */
  readonly serve: boolean;
  /** Whether an owner trains at once whatever waits in the home's queue: one that stays does. Default: no. */
  readonly trainWhatIsQueued?: boolean;
}

/** A home that was opened: by this process as its owner, or through the process that owns it. */
export interface LabHost {
  readonly client: LabClient;
  readonly owner: boolean;
  /** Resolves once no run that this process was asked for is left. Rejects where the store can take no more. */
  idle(): Promise<void>;
  /** Pauses what trains, with a checkpoint, and lets go of the home. */
  close(reason: string): Promise<void>;
  /** Resolves when the owner that a client spoke to has gone. Never for the owner itself. */
  readonly lost: Promise<void>;
}
