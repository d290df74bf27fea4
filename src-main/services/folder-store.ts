import { countedNoun } from '#core/analysis/quantity.ts';
import type { BlockRun } from '#core/block/block.ts';
import type { ClaimedBlock } from '#core/block/block-ports.ts';
import { type AcceptedRun, type RunStanding, standingAfter } from '#core/block/run-standing.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { StoredEvent } from '#core/training/lost-events.ts';
import type { TrainingStore } from './run-training.ts';

interface FolderStorePorts {
  readonly folder: Pick<ClaimedBlock, 'accepted' | 'append'>;
  readonly threads: number | null;
}

/** The folder of a block in the place of a home's database: what a training has to know and to store of its run. */
export class FolderStore implements TrainingStore {
  readonly #ports: FolderStorePorts;
  readonly #standings = new Map<string, RunStanding>();
  #current: string | null = null;

  constructor(ports: FolderStorePorts) {
    this.#ports = ports;
  }

  /** The run that was read last; null before the first one. */
  get current(): string | null {
    return this.#current;
  }

  /** The number of the last event of each run that was read. */
  get lastSeqs(): Record<string, number> {
    return Object.fromEntries([...this.#standings].map(([runId, { lastSeq }]) => [runId, lastSeq]));
  }

  get summary(): string {
    const left = [...this.#standings].flatMap(([runId, { isOver }]) => (isOver ? [] : [runId]));
    const all = countedNoun(this.#standings.size, 'run');
    return left.length === 0 ? `All is done (${all}).` : `Not all is done (${left.join(', ')} of ${all}).`;
  }

  /** Reads where the run stands. */
  async open({ runId }: BlockRun): Promise<AcceptedRun> {
    const accepted = await this.#ports.folder.accepted(runId);
    this.#standings.set(runId, accepted);
    this.#current = runId;
    return accepted;
  }

  lastSeqOf(runId: string): number {
    return this.#standings.get(runId)?.lastSeq ?? 0;
  }

  async run(runId: string) {
    return { lastSeq: this.lastSeqOf(runId), checkpoints: this.#standings.get(runId)?.reached ?? [] };
  }

  async lastEvents(runId: string): Promise<readonly StoredEvent[]> {
    return this.#standings.get(runId)?.stored ?? [];
  }

  async settings() {
    return { threads: this.#ports.threads };
  }

  async appendEvents(events: readonly RunEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    await this.#ports.folder.append(first.runId, events);
    const before = this.#standings.get(first.runId);
    if (before !== undefined) this.#standings.set(first.runId, standingAfter(before, events));
  }

  /** A run of a block goes on in the next attempt, which finds it by itself. */
  putBack(_runId: string, events: readonly RunEvent[]): Promise<void> {
    return this.appendEvents(events);
  }
}
