import { AskedOnce } from '#core/asked-once.ts';
import { type Block, type BlockRun, blockSchema } from '#core/block/block.ts';
import { isCalibration, type LeftElsewhere, type SentBlock } from '#core/block/sent-block.ts';
import { type DatasetLocation, pathOf } from '#core/data/dataset-location.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { groupedBy } from '#core/grouped.ts';
import { blockCourseSchema } from '#core/machines/block-course.ts';
import type { Destination } from '#core/machines/destination.ts';
import type { JobRecord, Link } from '#core/machines/job-record.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import type { RunDetail } from '#core/records.ts';
import type { RunSpec } from '#core/run.ts';
import type { WeightsToRead } from '#core/weights/weights-to-read.ts';
import type { Datasets, LocatedDataset } from './datasets.ts';
import { MachineWatch } from './machine-watch.ts';
import { RemoteBlock, type RemotePorts } from './remote-block.ts';
import { plannedBlocks } from './sending-plan.ts';
import type { Weights } from './weights.ts';

export interface RemoteQueuePorts extends RemotePorts {
  readonly datasets: Datasets;
  readonly weights: Weights;
}

/** Runs that train on other machines: sent as blocks, followed in one session a machine, and stored as they report. */
export class RemoteQueue {
  readonly #ports: RemoteQueuePorts;
  readonly #watches = new Map<string, MachineWatch>();
  /** The runs for which this program waits. */
  readonly #awaited = new Set<string>();
  /** Machines of blocks that cannot be followed. */
  readonly #unknown = new Map<string, Link>();
  /** Where machines have data sets. */
  readonly #brought = new AskedOnce<DatasetLocation>();
  /** Likewise, files of weights. */
  readonly #broughtWeights = new AskedOnce<string>();
  /** Blocks that wait for others, by id: they go out once those are over. */
  readonly #waiting = new Set<string>();
  /** Looks at those that are under way. */
  #releases = 0;
  #tellChange: () => void = () => undefined;
  #isClosed = false;

  constructor(ports: RemoteQueuePorts) {
    this.#ports = ports;
  }

  /** Throws, before anything is written, what `send` would throw for runs of such a spec. */
  async check(destination: Destination, runs: readonly PlannedRun[]): Promise<void> {
    const machine = await this.#ports.machines.named(destination.machine);
    refuseFilesOfHere(machine, runs);
    await this.#ports.machines.checkSetUp(machine);
    for (const run of runs) {
      await this.#bring(machine, run.spec.dataset, await this.#ports.datasets.locate(run.spec.dataset));
      await this.#bringWeights(machine, run);
    }
  }

  /**
   * Hands waiting runs to their machines: where they have left checkpoints, else to the destination. Throws what the machine says where it refuses
   * them: then they are interrupted. Where it cannot be reached now, they are brought out as soon as it can.
   */
  async send(runIds: readonly string[], destination: Destination | null): Promise<void> {
    const { store } = this.#ports;
    const left = new Map((await store.leftElsewhere(runIds)).map((one) => [one.run, one]));
    const runs = await Promise.all(runIds.map((id) => store.run(id)));
    for (const [machine, group] of groupedBy(runs, ({ id }) => left.get(id)?.machine ?? destination?.machine ?? '')) {
      const how = destination?.machine === machine ? destination : { machine, block: 'seed' as const, time: null };
      await this.#sendTo(await this.#ports.machines.named(machine), { runs: group, how, left });
    }
  }

  /**
   * Sends on which of these waiting runs are to train elsewhere, follows those that are there, and gives those that train here. Throws what `send`
   * throws.
   */
  async dispatch(runIds: readonly string[], destination: Destination | null): Promise<readonly string[]> {
    const { left, sent } = await this.elsewhere(runIds);
    const others = runIds.filter((run) => !left.includes(run) && !sent.includes(run));
    await this.follow(sent);
    await this.send(destination === null ? left : [...left, ...others], destination);
    return destination === null ? others : [];
  }

  /** Which of these runs have to go to another machine, or are there: they do not train here. */
  async elsewhere(
    runIds: readonly string[],
  ): Promise<{ readonly left: readonly string[]; readonly sent: readonly string[] }> {
    const wanted = new Set(runIds);
    const sent = (await this.#ports.store.blocks()).flatMap(({ runs }) => runs.filter((run) => wanted.has(run)));
    return { left: (await this.#ports.store.leftElsewhere(runIds)).map(({ run }) => run), sent };
  }

  /** Follows the blocks with these runs, or all, and has `idle` wait for the runs. */
  async follow(runIds: readonly string[] | null): Promise<void> {
    const all = await this.#ports.store.blocks();
    const named = all.filter(({ runs }) => runIds === null || runs.some((run) => runIds.includes(run)));
    const awaited = new Set(named.flatMap(({ after }) => after));
    for (const run of runIds ?? []) this.#awaited.add(run);
    await this.#follow(all.filter((block) => named.includes(block) || awaited.has(block.id)));
  }

  async #follow(sent: readonly SentBlock[]): Promise<void> {
    for (const [name, blocks] of groupedBy(sent, ({ machine }) => machine)) {
      try {
        await this.#watch(name, blocks);
        this.#unknown.delete(name);
      } catch (error) {
        // A machine that is named no more, or wrongly, keeps nobody from his home.
        if (!(error instanceof AppError)) throw error;
        this.#unknown.set(name, { state: 'down', reason: error.message, since: this.#ports.clock.now() });
      }
    }
  }

  /** Tells a run to end where it is elsewhere; false where it is not. */
  async end(runId: string, type: 'pause' | 'stop', reason: string): Promise<boolean> {
    const sent = (await this.#ports.store.blocks()).find(({ runs }) => runs.includes(runId));
    if (sent === undefined) return false;
    const watched = this.#watches.get(sent.machine)?.blocks.find(({ id }) => id === sent.id);
    const block = watched ?? (await this.#opened(await this.#ports.machines.named(sent.machine), sent));
    if (!block.has(runId)) throw new AppError('conflict', `Run ${runId} has ended: there is nothing to ${type}.`);
    await block.end(runId, type, reason);
    return true;
  }

  /** What is known of the blocks; looks at their machines first where that is asked for. */
  async jobs(fresh: boolean): Promise<readonly JobRecord[]> {
    if (fresh) {
      await this.follow(null);
      const isUpToDate = () => this.#releases === 0 && [...this.#watches.values()].every((watch) => watch.isUpToDate);
      while (!isUpToDate()) await this.#change();
    }
    const all = await this.#ports.store.blocks();
    const calibrations = new Set(all.filter(isCalibration).map(({ id }) => id));
    return all.map((sent) => this.#record(sent, calibrations));
  }

  /** Resolves once nothing is heard any more of the runs for which this program waits. */
  async idle(): Promise<void> {
    for (;;) {
      // What changes while it is looked for counts too.
      const change = this.#change();
      if (this.#isClosed || !(await this.#isAwaiting())) return;
      await change;
    }
  }

  /** Only stops following. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tellChange();
    await Promise.all([...this.#watches.values()].map((watch) => watch.close()));
  }

  async #isAwaiting(): Promise<boolean> {
    const { sent } = await this.elsewhere([...this.#awaited]);
    return sent.length > 0;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#tellChange;
      this.#tellChange = () => {
        before();
        resolve();
      };
    });
  }

  #changed(): void {
    const tell = this.#tellChange;
    this.#tellChange = () => undefined;
    tell();
  }

  #record(
    { id, machine, folder, runs, submittedAt, after, course }: SentBlock,
    calibrations: ReadonlySet<string>,
  ): JobRecord {
    const waits = after.some((one) => calibrations.has(one)) ? 'calibration' : 'policy';
    const link = this.#watches.get(machine)?.link ?? this.#unknown.get(machine) ?? null;
    const { job, state, reason, node, attempt } = course;
    return {
      block: id,
      machine,
      folder,
      runs,
      submittedAt,
      waitsFor: after.length === 0 ? null : waits,
      calibrates: Object.keys(course.calibrates),
      job,
      state,
      reason,
      node,
      attempt,
      link,
    };
  }

  async #sendTo(machine: RemoteMachine, { runs, how, left }: Sending): Promise<void> {
    const { store, machines, clock, hub } = this.#ports;
    await this.check(how, runs);
    const version = await machines.version();
    const planned = await plannedBlocks(runs, how.block, store);
    const sent = planned.map(({ id, runs: group, after, calibrates }): SentBlock => {
      const from = Object.fromEntries(group.flatMap((run) => blockLeft(left.get(run))));
      const toMeasure = Object.fromEntries(calibrates.map((run) => [run, null]));
      const course = blockCourseSchema.parse({ version, time: how.time, from, calibrates: toMeasure, askedAt: null });
      const folder = machines.folderOf(machine, id);
      return { id, machine: machine.name, folder, runs: group, submittedAt: clock.now(), after, course };
    });
    await store.sendBlocks(sent);
    hub.publishRuns(runs);
    for (const { id } of runs) this.#awaited.add(id);
    await this.#bringOutAll(machine, sent);
    await this.#watch(machine.name, sent);
  }

  /** The first refusal takes back what was not brought out yet: all blocks ask for the same. */
  async #bringOutAll(machine: RemoteMachine, sent: readonly SentBlock[]): Promise<void> {
    const ready = sent.filter(({ after }) => after.length === 0);
    for (const [index, one] of ready.entries()) {
      try {
        await this.#bringOut(machine, await this.#opened(machine, one));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // The session brings it out once the machine answers.
        if (error.code === 'unavailable') return;
        const out = ready.slice(0, index);
        // The last ones first: nothing that waits is released meanwhile.
        for (const { id } of sent.filter((block) => !out.includes(block)).toReversed())
          await this.#ports.store.takeBlockBack(id, error.message);
        await this.#watch(machine.name, out);
        throw error;
      }
    }
  }

  async #bringOut(machine: RemoteMachine, block: RemoteBlock): Promise<void> {
    await block.bringOut(() => this.#content(machine, block));
  }

  async #content(machine: RemoteMachine, { id, sent }: RemoteBlock): Promise<Block> {
    const runs: BlockRun[] = [];
    for (const run of sent.runs) runs.push(await this.#blockRun(machine, await this.#ports.store.run(run)));
    for (const run of Object.keys(sent.course.calibrates)) {
      const anew = { ...(await this.#ports.store.run(run)), lastSeq: 0, checkpoints: [] };
      runs.push({ ...(await this.#blockRun(machine, anew)), isOnlyProfiled: true });
    }
    return blockSchema.parse({ format: 1, id, runs });
  }

  async #blockRun(machine: RemoteMachine, run: RunDetail): Promise<BlockRun> {
    const { id: runId, spec, data, classGaps, studyId, arm, lastSeq, checkpoints } = run;
    const stored = lastSeq === 0 ? [] : await this.#ports.store.lastEvents(runId);
    return {
      ...{ runId, spec, studyId, arm, lastSeq, isOnlyProfiled: false },
      dataset: await this.#bring(machine, spec.dataset, await this.#ports.datasets.locateRun(run)),
      data: data && { sha256: data.sha256 },
      weights: await this.#bringWeights(machine, run),
      classGaps: classGaps && [...classGaps],
      stored: [...stored],
      reached: checkpoints.map(({ step, seq, sha256, seconds }) => ({ step, seq, sha256, seconds })),
    };
  }

  /** Each data set is looked for once a machine, while this program runs. */
  #bring(machine: RemoteMachine, named: RunSpec['dataset'], { location, content }: LocatedDataset) {
    const key = JSON.stringify([machine.name, named, location, content.hashes]);
    const { hashes } = content;
    return this.#brought.once(key, () => this.#ports.machines.bring(machine, { named, location, hashes }));
  }

  /** The weights with which a run begins there; null where it draws them, or goes on from a checkpoint. */
  async #bringWeights(machine: RemoteMachine, run: PlannedRun): Promise<WeightsToRead | null> {
    if ((run.checkpoints?.length ?? 0) > 0) return null;
    const located = await this.#ports.weights.locateRun(run);
    if (located === null) return null;
    const { path, content } = located;
    const { sha256 } = content;
    const key = JSON.stringify([machine.name, path, sha256]);
    const bringing = () => this.#ports.machines.bringWeights(machine, { path, sha256 });
    return { path: await this.#broughtWeights.once(key, bringing), sha256 };
  }

  async #opened(machine: RemoteMachine, sent: SentBlock): Promise<RemoteBlock> {
    const stored = (await this.#ports.store.blocks()).find(({ id }) => id === sent.id) ?? sent;
    const block = new RemoteBlock(this.#ports, machine, stored);
    await block.open();
    return block;
  }

  /** Follows blocks, and remembers those of them that wait for others. */
  async #watch(name: string, all: readonly SentBlock[]): Promise<void> {
    for (const { id, after } of all) if (after.length > 0) this.#waiting.add(id);
    const sent = all.filter(({ after }) => after.length === 0);
    if (sent.length === 0 || this.#isClosed) return;
    const machine = await this.#ports.machines.named(name);
    const watch = this.#watches.get(name) ?? this.#newWatch(machine);
    this.#watches.set(name, watch);
    const known = new Set(watch.blocks.map(({ id }) => id));
    const added = sent.filter(({ id }) => !known.has(id));
    watch.add(await Promise.all(added.map((one) => this.#opened(machine, one))));
  }

  #newWatch(machine: RemoteMachine): MachineWatch {
    return new MachineWatch(machine, this.#ports, {
      bringOut: (block) => this.#bringOut(machine, block),
      onChange: () => this.#changed(),
      onSettled: () => this.#release(),
    });
  }

  /** Follows the blocks, and so brings them out, that need not wait any more. */
  async #release(): Promise<void> {
    if (this.#waiting.size === 0) return;
    this.#releases += 1;
    try {
      const free = (await this.#ports.store.blocks()).filter(
        ({ id, after }) => after.length === 0 && this.#waiting.has(id),
      );
      for (const { id } of free) this.#waiting.delete(id);
      await this.#follow(free);
    } finally {
      this.#releases -= 1;
      this.#changed();
    }
  }
}

/** A run, as far as its machine has to have something for it. */
type PlannedRun = Pick<RunDetail, 'id' | 'spec' | 'weights'> & Partial<Pick<RunDetail, 'checkpoints'>>;

interface Sending {
  readonly runs: readonly RunDetail[];
  readonly how: Destination;
  readonly left: ReadonlyMap<string, LeftElsewhere>;
}

function blockLeft(left: LeftElsewhere | undefined): readonly (readonly [string, string])[] {
  return left === undefined ? [] : [[left.run, left.block]];
}

/** What is in files of this computer is not on another machine, unless that is the same one. */
function refuseFilesOfHere({ name, ssh }: RemoteMachine, runs: readonly PlannedRun[]): void {
  if (ssh !== null) for (const run of runs) refuseFileOfHere(name, run);
}

function refuseFileOfHere(machine: string, { spec }: PlannedRun): void {
  const path = typeof spec.dataset === 'string' ? null : pathOf(spec.dataset);
  if (path !== null)
    throw badRequest(
      `The spec names ${path} of this computer, which ${machine} does not have: give the data set a name with \`lab datasets add\`, and use that name.`,
    );
}
