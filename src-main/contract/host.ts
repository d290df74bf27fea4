import type { LabClient } from './client.ts';

export interface HostOptions {
  readonly home: string;
  /** Whether an owner also answers other programs: only a program that runs for longer should. */
  readonly serve: boolean;
  /** Whether an owner at once trains whatever waits in the home's queue, as the app does. Default: no. */
  readonly trainWhatIsQueued?: boolean;
  /**
   * Whether the run that trains goes back to the front of the queue when the owner ends, so that the next program that trains what is queued goes
   * on with it, rather than be paused until somebody resumes it. Default: no.
   */
  readonly putsBackAtEnd?: boolean;
  /** Whether an owner gives up where no run can train, such as on a full disk, rather than wait until one can. Default: no. */
  readonly endsAtStandstill?: boolean;
  /** How often the schedulers of other machines are asked. Default: every 30 s. */
  readonly askSeconds?: number | undefined;
}

/** Why a home is only shown. */
export interface ReadOnly {
  readonly sentence: string;
  /** Whether its database is damaged, so that only what is undamaged is shown; else it cannot be written. */
  readonly isDamaged: boolean;
}

/** A home that was opened: by this process as its owner, or through the process that owns it. */
export interface LabHost {
  readonly client: LabClient;
  readonly owner: boolean;
  /** Why nothing can be changed in the home, which is then shown as it was when it was opened; null where changes can be made. */
  readonly readOnly: ReadOnly | null;
  /**
   * What was found damaged while the home was used, in one sentence, once the whole database was looked at; null where nothing was, and for
   * whoever does not own the home.
   */
  readonly damage: Promise<string | null>;
  /**
   * Resolves once no run that this process was asked to train is left. Rejects with a QueueStandsStill where none can train and the
   * host does not wait for that.
   */
  idle(): Promise<void>;
  /** How many other programs this one answers now. */
  clients(): number;
  /** Pauses the training with a checkpoint, and gives up the home. */
  close(reason: string): Promise<void>;
  /**
   * For a client: names this life of the owner, so that whoever has lost the way to it knows whether it is still the same; null for the owner itself,
   * and where the owner does not say.
   */
  readonly life: string | null;
  /** For a client: resolves when the owner of the home has gone, or the way to it. For the owner itself: never. */
  readonly lost: Promise<void>;
}
