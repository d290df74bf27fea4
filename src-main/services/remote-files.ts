import { setTimeout as sleep } from 'node:timers/promises';
import { FINAL_WEIGHTS_FILE, RUNS_FOLDER, TRAINER_LOG_FILE } from '#core/block/attempt-files.ts';
import { AppError, nullIfNotFound } from '#core/errors.ts';
import type { HomeMachines, RemoteFile } from '#core/machines/ports.ts';
import type { RunFolders } from '#core/ports.ts';
import type { RunDetail } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import { type LogPart, type LogReading, MOST_LOG_BYTES } from '#core/run-log.ts';
import type { Works } from './works.ts';

const LINE_END = 0x0a;
/** How often a log of another machine is looked at while somebody reads it. */
const LOOK_MS = 5000;

interface RemoteFilesPorts {
  readonly machines: HomeMachines;
  readonly folders: RunFolders;
  readonly works: Works;
  readonly lookMs?: number;
}

type RunElsewhere = Pick<RunDetail, 'id' | 'elsewhere'>;
type RunWithEnd = RunElsewhere & Pick<RunDetail, 'status'>;

/** The ends after which somebody asks why. */
const FAILURES: readonly RunStatus[] = ['failed', 'diverged', 'interrupted'];

/** Whether the log of a run that has ended so is kept. */
export function isFailure(status: RunStatus): boolean {
  return FAILURES.includes(status);
}

/** What runs have left on other machines, brought when it is asked for. */
export class RemoteFiles {
  readonly #ports: RemoteFilesPorts;
  /** Weights on their way, by run. Whoever asks for them meanwhile waits for the same. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(ports: RemoteFilesPorts) {
    this.#ports = ports;
  }

  /**
   * Brings the final weights of a run into its folder here, where they stay; does nothing where they are here, or where it never was elsewhere or
   * has none there. Throws 'unavailable' where the machine cannot be reached now.
   */
  async bringWeights(run: RunElsewhere): Promise<void> {
    if (run.elsewhere === null || this.#ports.folders.finalWeights(run.id) !== null) return;
    const underWay = this.#underWay.get(run.id) ?? this.#bring(run, run.elsewhere.machine);
    this.#underWay.set(run.id, underWay);
    await underWay.finally(() => this.#underWay.delete(run.id));
  }

  #bring(run: RunElsewhere, machine: string): Promise<void> {
    const { works, folders } = this.#ports;
    return works.during(
      { title: `Getting the weights of run ${run.id} from ${machine}`, runId: run.id },
      async (work) => {
        const file = await this.#open(run, FINAL_WEIGHTS_FILE).catch(nullIfNotFound);
        if (file === null) return;
        const counted = countedPieces(file, (share) => work.tell({ share }));
        await folders.keepFinalWeights(run.id, counted);
      },
    );
  }

  /**
   * Keeps the end of the log of a run that has failed: its machine may clean up. Does nothing where it has left none there. Throws 'unavailable'
   * where the machine cannot be reached now.
   */
  async keepLog(run: RunElsewhere): Promise<void> {
    if (run.elsewhere === null) return;
    const file = await this.#open(run, TRAINER_LOG_FILE, MOST_LOG_BYTES).catch(nullIfNotFound);
    if (file === null) return;
    const end = await bytesOf(file);
    const { machine } = run.elsewhere;
    const whole =
      end.length < file.size ? cutLog(end, `${fileOf(run.id, run.elsewhere, TRAINER_LOG_FILE)} of ${machine}`) : end;
    await this.#ports.folders.keepLog(run.id, whole);
  }

  /**
   * The end of the log that the run's trainers wrote on the other machine, then what is added, until the signal aborts; null for a run that
   * never was elsewhere, and for one whose log was kept here when it failed.
   */
  log(run: RunWithEnd, reading: LogReading): AsyncGenerator<LogPart> | null {
    const { elsewhere, status } = run;
    if (elsewhere === null) return null;
    // One that was interrupted goes on there by itself, as long as it is there.
    const isOver = isFailure(status) && !(status === 'interrupted' && elsewhere.isThere);
    return isOver && this.#ports.folders.hasLog(run.id) ? null : this.#log(run, reading);
  }

  async *#log(run: RunElsewhere, { from: before, signal }: LogReading): AsyncGenerator<LogPart> {
    const decoder = new TextDecoder();
    let seen = before ?? null;
    do {
      // Once some of it was read, only what is new, with as much before it as could be missed.
      const file = await this.#open(run, TRAINER_LOG_FILE, MOST_LOG_BYTES).catch(nullIfNotFound);
      const size = file?.size ?? 0;
      const end = file === null ? new Uint8Array() : await bytesOf(file);
      const from = size - end.length;
      const known = seen === null || seen > size ? from : Math.max(seen, from);
      const added = end.subarray(known - from);
      if (seen === null || added.length > 0)
        yield { text: decoder.decode(added, { stream: true }), leftOut: seen === null ? from : 0, end: size };
      seen = size;
    } while (await passed(this.#ports.lookMs ?? LOOK_MS, signal));
  }

  async #open(run: RunElsewhere, name: string, last?: number): Promise<RemoteFile> {
    const { machines } = this.#ports;
    const { id, elsewhere } = run;
    const all = await machines.list();
    const machine = all.find((one) => one.name === elsewhere?.machine);
    if (machine === undefined || elsewhere === null) {
      throw new AppError(
        'conflict',
        `Run ${id} left its files on ${elsewhere?.machine}, a machine that this home no longer has: add it again under that name.`,
      );
    }
    return machines.readFile(machine, {
      path: fileOf(run.id, elsewhere, name),
      ...(last === undefined ? {} : { last }),
    });
  }
}

function fileOf(id: string, { folder }: NonNullable<RunDetail['elsewhere']>, name: string): string {
  return `${folder}/${RUNS_FOLDER}/${id}/${name}`;
}

/** The whole lines of the end of a log, with one that says where the rest is. */
function cutLog(end: Uint8Array, place: string): Uint8Array {
  const lines = end.subarray(end.indexOf(LINE_END) + 1);
  return Buffer.concat([Buffer.from(`(What was written before is in ${place}.)\n`), lines]);
}

async function* countedPieces({ size, pieces }: RemoteFile, tell: (share: number) => void): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const piece of pieces) {
    yield piece;
    done += piece.length;
    tell(size === 0 ? 1 : done / size);
  }
}

async function bytesOf({ pieces }: RemoteFile): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Resolves to whether the time has passed before the signal aborted. */
function passed(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return sleep(ms, true, signal === undefined ? {} : { signal }).catch(() => false);
}
