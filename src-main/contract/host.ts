import type { LabClient } from './client.ts';

export interface HostOptions {
  readonly home: string;
  /** Whether an owner also answers other programs: only a program that runs for longer should. */
  readonly serve: boolean;
  /** Whether an owner at once trains whatever waits in the home's queue, as the app does. Default: no. */
  readonly trainWhatIsQueued?: boolean;
}

/** A home that was opened: by this process as its owner, or through the process that owns it. */
export interface LabHost {
  readonly client: LabClient;
  readonly owner: boolean;
  /** Why nothing can be changed in the home, which is then shown as it was when it was opened; null where changes can be made. */
  readonly readOnly: string | null;
  /**
   * Resolves once no run that this process was asked to train is left. Rejects where the store can no longer be
   * written.
   */
  idle(): Promise<void>;
  /** Pauses the training with a checkpoint, and gives up the home. */
  close(reason: string): Promise<void>;
  /** For a client: resolves when the owner of the home has gone. For the owner itself: never. */
  readonly lost: Promise<void>;
}
