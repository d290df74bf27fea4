import type { Block, Control } from '../block/block.ts';
import type { DatasetLocation } from '../data/dataset-location.ts';
import type { FollowNews, FollowOrder } from './follow-lines.ts';
import type { RemoteMachine } from './machine.ts';
import type { DatasetToBring, JobOrder, WeightsToBring } from './ports.ts';

/** A session that follows the blocks of a machine. */
export interface Following {
  /** Hands it an order; one that does not arrive is followed by the session's end. */
  order(order: FollowOrder): void;
  /** Resolves once it has ended, to why, in one sentence. Never rejects. */
  readonly ended: Promise<string>;
  stop(): void;
}

/** A block as its machine is told of it. */
export interface BlockOnMachine extends Pick<JobOrder, 'time' | 'askedMsAgo' | 'noteAsked'> {
  readonly id: string;
  readonly version: string;
}

/**
 * The machines of a home, and what is done on them. All methods throw 'unavailable' where a machine or its scheduler does not answer: whether
 * it did something is then unknown, and the same can be asked again.
 */
export interface RemoteMachines {
  /** The version of this program, as machines have it. */
  version(): Promise<string>;
  /** The machine of that name. Throws 'not-found', with what was probably meant. */
  named(name: string): Promise<RemoteMachine>;
  /** The folder of a block, as the machine names it. */
  folderOf(machine: RemoteMachine, block: string): string;
  /** Throws 'conflict' where the machine has not this version of the program. */
  checkSetUp(machine: RemoteMachine): Promise<void>;
  /** Where the machine has a data set, which is copied there where it has none. Throws as `HomeMachines.bring` does. */
  bring(machine: RemoteMachine, dataset: DatasetToBring): Promise<DatasetLocation>;
  /** Where the machine has a file of weights, which is copied there where it has none. Throws as `HomeMachines.bringWeights` does. */
  bringWeights(machine: RemoteMachine, weights: WeightsToBring): Promise<string>;
  /** Puts a new block there, and moves what its runs have left in other blocks, by run. Before its first job, it may be put there again. */
  place(machine: RemoteMachine, block: Block, from: Readonly<Record<string, string>>): Promise<void>;
  /** Gives the id of the job of a block: one that waits or trains already, else a new one. Throws a bad request where the scheduler refuses. */
  submit(machine: RemoteMachine, block: BlockOnMachine): Promise<string>;
  /** Says in the folder of a block what the user wants. */
  control(machine: RemoteMachine, block: string, controls: readonly Control[]): Promise<void>;
  /** Ends a job for good. */
  cancel(machine: RemoteMachine, job: string): Promise<void>;
  /** Follows the blocks of a machine in one session. */
  follow(machine: RemoteMachine, onNews: (news: FollowNews) => void): Following;
}
