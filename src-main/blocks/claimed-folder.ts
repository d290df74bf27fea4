import { mkdir, open, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acceptedEvents, beginningAfter, highestSeq } from '#core/block/accepted-events.ts';
import {
  attemptsIn,
  BLOCK_FILE,
  beatFile,
  beginningFile,
  CLAIM_FILE,
  CONTROL_FILE,
  endFile,
  eventsFile,
  RUNS_FOLDER,
} from '#core/block/attempt-files.ts';
import {
  type AttemptEnd,
  type Beat,
  type Block,
  beatSchema,
  blockSchema,
  type Claim,
  type Control,
  claimSchema,
  controlsSchema,
  endSchema,
  SUPERSEDED,
} from '#core/block/block.ts';
import type { ClaimedBlock, SchedulerJob } from '#core/block/block-ports.ts';
import { type AcceptedRun, type PastAttempt, reportedStanding, vainAttempts } from '#core/block/run-standing.ts';
import { AppError, badRequest, messageOf } from '#core/errors.ts';
import { boundedJsonOf } from '#core/json-of.ts';
import type { RunEvent } from '#core/run-event.ts';
import { errorCodeOf, isFullDisk } from '#core/system-error.ts';
import { parse } from '#core/validation.ts';
import { SPEC_LIMIT } from '../files/limits.ts';
import { readOrdinary } from '../files/ordinary-file.ts';
import { EventsFile } from './events-file.ts';
import { checkNoLinks } from './no-links.ts';
import { readProtocolFile, writeProtocolFile } from './protocol-file.ts';
import { reportsOf } from './run-reports.ts';

/** A network's disk shows what another node has written within a minute. */
const LATE_MS = 60_000;
const LOOK_AGAIN_MS = 500;

interface ClaimOptions {
  /** Null without a scheduler. */
  readonly job: Pick<SchedulerJob, 'id' | 'node'> | null;
  readonly lateMs?: number;
}

/**
 * Claims the block of a folder as a new attempt, from which any older one ends. Throws 'not-found' or a bad request where no block is there
 * that this version can train.
 */
export async function claimBlock(folder: string, { job, lateMs = LATE_MS }: ClaimOptions): Promise<ClaimedBlock> {
  const block = await readBlock(folder);
  try {
    const { attempt, past } = await newAttempt(folder);
    const identity = { attempt, job: job?.id ?? null, node: job?.node ?? null, host: hostname(), pid: process.pid };
    const claimed = new ClaimedFolder({ folder, block, claim: { ...identity, at: Date.now() }, past, lateMs });
    await claimed.claim();
    return claimed;
  } catch (error) {
    throw writeError(folder, error);
  }
}

/** The block of a folder. Throws 'not-found' or a bad request where none is there that this version can train. */
export async function readBlock(folder: string): Promise<Block> {
  await checkNoLinks(folder);
  await checkNoLinks(join(folder, RUNS_FOLDER));
  const path = join(folder, BLOCK_FILE);
  const missing = () => `${folder} is no block, since it has no ${BLOCK_FILE}: check the path.`;
  const bytes = await readOrdinary(path, { ...SPEC_LIMIT, what: 'the block', mostBytes: 2 ** 26, missing });
  const json = boundedJsonOf(bytes);
  if (json === undefined)
    throw badRequest(`${path} is no JSON of a block, or far more than one holds: make the block anew.`);
  return parse(blockSchema, json, path);
}

/** Takes the number after all that were taken. The file of its beats is made only if nobody made it, so no two attempts share a number. */
async function newAttempt(
  folder: string,
): Promise<{ readonly attempt: number; readonly past: readonly PastAttempt[] }> {
  for (;;) {
    const taken = attemptsIn(await readdir(folder));
    const attempt = (taken.at(-1) ?? 0) + 1;
    try {
      await (await open(join(folder, beatFile(attempt)), 'wx')).close();
    } catch (error) {
      // Another attempt took it just now, or some time ago and its file is shown late.
      if (errorCodeOf(error) !== 'EEXIST') throw error;
      await sleep(LOOK_AGAIN_MS);
      continue;
    }
    return { attempt, past: await Promise.all(taken.map((number) => pastAttempt(folder, number))) };
  }
}

async function pastAttempt(folder: string, attempt: number): Promise<PastAttempt> {
  const beat = await readProtocolFile(join(folder, beatFile(attempt)), beatSchema);
  return { attempt, beat, end: await readProtocolFile(join(folder, endFile(attempt)), endSchema) };
}

interface FolderParts {
  readonly folder: string;
  readonly block: Block;
  readonly claim: Claim;
  readonly past: readonly PastAttempt[];
  readonly lateMs: number;
}

class ClaimedFolder implements ClaimedBlock {
  readonly block: Block;
  readonly attempt: number;
  readonly claimPath: string;
  readonly #parts: FolderParts;
  readonly #files = new Map<string, EventsFile>();

  constructor(parts: FolderParts) {
    this.#parts = parts;
    this.block = parts.block;
    this.attempt = parts.claim.attempt;
    this.claimPath = join(parts.folder, CLAIM_FILE);
  }

  /** The highest number wins, whichever claim was written last: it is written again where an older one took its place. */
  async claim(): Promise<void> {
    const found = await this.#claimed();
    if (found === null || found < this.attempt) await this.#put(CLAIM_FILE, this.#parts.claim);
  }

  runFolder(runId: string): string {
    return join(this.#parts.folder, RUNS_FOLDER, runId);
  }

  async accepted(runId: string): Promise<AcceptedRun> {
    const run = this.block.runs.find((one) => one.runId === runId);
    if (run === undefined) throw new AppError('not-found', `The block ${this.block.id} has no run ${runId}.`);
    const { past, lateMs } = this.#parts;
    const folder = this.runFolder(runId);
    await mkdir(folder, { recursive: true });
    const known = lastKnownSeq(runId, past);
    const giveUpAt = performance.now() + lateMs;
    for (;;) {
      const attempts = await reportsOf(folder);
      const standing = reportedStanding(run, acceptedEvents(attempts, run.lastSeq), highestSeq(attempts));
      if (standing.lastSeq < known && performance.now() < giveUpAt) {
        await sleep(LOOK_AGAIN_MS);
        continue;
      }
      await this.#put(join(RUNS_FOLDER, runId, beginningFile(this.attempt)), beginningAfter(attempts));
      const steps = new Map(attempts.map(({ attempt, events }) => [attempt, checkpointSteps(events)]));
      return { ...standing, vain: vainAttempts(runId, past, steps) };
    }
  }

  async append(runId: string, events: readonly RunEvent[]): Promise<void> {
    // A node that was taken for lost may live on: what it reports now, another attempt reports too.
    if (await this.isSuperseded()) throw new AppError('conflict', SUPERSEDED);
    try {
      await (await this.#file(runId)).append(events);
    } catch (error) {
      throw writeError(this.#parts.folder, error);
    }
  }

  async isSuperseded(): Promise<boolean> {
    return ((await this.#claimed()) ?? 0) > this.attempt;
  }

  async controls(): Promise<readonly Control[]> {
    const controls = await readProtocolFile(join(this.#parts.folder, CONTROL_FILE), controlsSchema);
    return (controls ?? []).filter(({ attempt }) => attempt >= this.attempt);
  }

  async beat(beat: Beat): Promise<void> {
    await this.claim();
    await this.#put(beatFile(this.attempt), beat);
  }

  async end(end: AttemptEnd): Promise<void> {
    for (const file of this.#files.values()) await file.close();
    await this.#put(endFile(this.attempt), end);
  }

  async #claimed(): Promise<number | null> {
    return (await readProtocolFile(this.claimPath, claimSchema))?.attempt ?? null;
  }

  #put(name: string, content: unknown): Promise<void> {
    return writeProtocolFile(join(this.#parts.folder, name), content, this.attempt);
  }

  async #file(runId: string): Promise<EventsFile> {
    const known = this.#files.get(runId);
    if (known !== undefined) return known;
    const file = await EventsFile.create(join(this.runFolder(runId), eventsFile(this.attempt)));
    this.#files.set(runId, file);
    return file;
  }
}

function lastKnownSeq(runId: string, past: readonly PastAttempt[]): number {
  return Math.max(0, ...past.flatMap(({ beat, end }) => [beat?.run === runId ? beat.seq : 0, end?.runs[runId] ?? 0]));
}

function checkpointSteps(events: readonly RunEvent[]): readonly number[] {
  return events.flatMap((event) => (event.type === 'checkpoint.saved' ? [event.step] : []));
}

function writeError(folder: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isFullDisk(error)) return new AppError('no-space', `The disk of ${folder} is full.`, { cause: error });
  return new AppError('unavailable', `${folder} could not be written: ${messageOf(error)}.`, { cause: error });
}
