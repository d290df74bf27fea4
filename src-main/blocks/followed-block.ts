import { join } from 'node:path';
import { attemptsIn, beatFile, CLAIM_FILE, endFile, RUNS_FOLDER } from '#core/block/attempt-files.ts';
import { type Beat, beatSchema, claimSchema, endSchema } from '#core/block/block.ts';
import type { AttemptNews } from '#core/machines/follow-lines.ts';
import type { RunEvent } from '#core/run-event.ts';
import { readProtocolFile } from './protocol-file.ts';
import { RunLines } from './run-lines.ts';
import { namesIn } from './run-reports.ts';

/** Looks from one at all runs of a block to the next: in between, only those are read that the newest attempt has named. */
const FULL_LOOK = 10;

/** What is new of a block. */
export interface BlockNews {
  readonly runs: readonly { readonly runId: string; readonly events: readonly RunEvent[] }[];
  /** Null where no attempt has begun. */
  readonly attempt: AttemptNews | null;
}

/** The last beat that was seen, and when, by our own clock: those of two machines differ. */
interface SeenBeat {
  readonly at: number;
  readonly seenMs: number;
}

/** A block's folder, looked at again and again from another process than those that train it. */
export class FollowedBlock {
  readonly #folder: string;
  readonly #runs: readonly RunLines[];
  #looks = 0;
  /** The runs that the newest attempt has named in the last looks. */
  #current: readonly (string | null)[] = [];
  #beat: SeenBeat | null = null;

  /** `lastSeqs` by run: what the reader has already. */
  constructor(folder: string, lastSeqs: Readonly<Record<string, number>>) {
    this.#folder = folder;
    this.#runs = Object.entries(lastSeqs).map(
      ([runId, lastSeq]) => new RunLines(join(folder, RUNS_FOLDER, runId), runId, lastSeq),
    );
  }

  /** What is new. Throws where the folder cannot be read now. */
  async look(): Promise<BlockNews> {
    const isFull = this.#looks++ % FULL_LOOK === 0;
    const read = this.#runs.filter(({ runId }) => isFull || this.#current.includes(runId));
    for (const run of read) await run.read();
    const attempt = await this.#attempt();
    const newest = attempt?.attempt ?? 0;
    this.#current = [this.#current.at(-1) ?? null, attempt?.run ?? null];
    return { runs: newsOf(read, (run) => run.news(newest)), attempt };
  }

  /** All that counts in the folder, once nothing writes it any more. */
  async lastLook(): Promise<BlockNews> {
    for (const run of this.#runs) await run.read();
    return { runs: newsOf(this.#runs, (run) => run.allNews()), attempt: await this.#attempt() };
  }

  /** The newest attempt, of which there may be no claim yet. */
  async #attempt(): Promise<AttemptNews | null> {
    const claim = await readProtocolFile(join(this.#folder, CLAIM_FILE), claimSchema);
    const attempt = Math.max(claim?.attempt ?? 0, attemptsIn(await namesIn(this.#folder)).at(-1) ?? 0);
    if (attempt === 0) return null;
    const beat = await readProtocolFile(join(this.#folder, beatFile(attempt)), beatSchema);
    const end = await readProtocolFile(join(this.#folder, endFile(attempt)), endSchema);
    const own = claim?.attempt === attempt ? claim : null;
    const { run = null, step = null } = beat ?? {};
    return {
      attempt,
      job: own?.job ?? null,
      node: own?.node ?? own?.host ?? null,
      run,
      step,
      quietMs: this.#quietMs(beat),
      end,
    };
  }

  #quietMs(beat: Beat | null): number {
    const now = performance.now();
    const at = beat?.at ?? 0;
    if (this.#beat === null || this.#beat.at !== at) this.#beat = { at, seenMs: now };
    return now - this.#beat.seenMs;
  }
}

function newsOf(runs: readonly RunLines[], news: (run: RunLines) => readonly RunEvent[]): BlockNews['runs'] {
  return runs.map((run) => ({ runId: run.runId, events: news(run) })).filter(({ events }) => events.length > 0);
}
