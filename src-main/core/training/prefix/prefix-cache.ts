import type { Batch } from '#core/data/batch.ts';
import type { BatchSchedule } from '#core/data/batch-schedule.ts';
import { messageOf } from '#core/errors.ts';
import type { RunEventBody } from '#core/run-event.ts';
import type { TrainingSession } from '../session.ts';
import { BlockMemory } from './block-memory.ts';
import type { CachePlan } from './cache-plan.ts';
import { homeAt } from './cache-plan.ts';
import type { Home, PrefixCosts } from './costs.ts';
import { cachedMs, ordinaryMs } from './costs.ts';
import { decisionAt, withoutDisk } from './decision.ts';
import type { FrozenPrefix } from './frozen-prefix.ts';
import type { RecordFile } from './kept-values.ts';
import { KeptValues } from './kept-values.ts';
import type { VisitStretch, Visits } from './visits.ts';

export interface PrefixCacheOptions {
  readonly plan: CachePlan;
  readonly costs: PrefixCosts;
  readonly visits: Visits;
  /** The number of frozen layers in front of each boundary. */
  readonly depths: readonly number[];
  /** The number of values of one image at each boundary. */
  readonly sizes: readonly number[];
  /** The number of images, not counting views. */
  readonly imageCount: number;
  /** S, the steps of the run. */
  readonly steps: number;
  readonly memoryBytes: number;
  /** Share of the baseline's multiply-adds that schedule and cache save together, as planned. */
  readonly computeSaved: number;
  readonly session: Pick<TrainingSession, 'advance'>;
  /** Says which images a step reads. */
  readonly schedule: BatchSchedule;
  /** A second schedule, which looks one step ahead, and a third one, which looks further. */
  readonly scheduleAhead: BatchSchedule;
  readonly scheduleAsked: BatchSchedule;
  /** The records on disk; null where the plan keeps nothing there. */
  readonly records: RecordFile | null;
  readonly emit: (body: RunEventBody) => void;
  /** Returns milliseconds. */
  readonly now: () => number;
}

/** Records that are being read for a step. */
interface ReadAhead {
  readonly step: number;
  readonly images: readonly number[];
  /** The boundary of each entry when the reading was requested: later writes come after it. */
  readonly boundaries: readonly number[];
  readonly values: Promise<Float32Array>;
}

/** An image of a batch with the values that are known of it. */
interface Member {
  readonly image: number;
  /** Its place in the batch. */
  readonly place: number;
  /** The boundary at which `values` are. */
  readonly boundary: number;
  /**
   * The values read from disk, or the image itself at boundary 0; null where they are kept in memory and have to be copied
   * out.
   */
  readonly values: Float32Array | null;
}

/**
 * Keeps the output of the frozen layers of every image as the plan says, advances it when more layers freeze, and gives each step
 * the values it needs. Values have the same bits whether they were kept or not, since `TrainingSession.advance` gives the same for
 * an image in any batch. So neither the cache, nor its plan, nor a failing disk can change a run.
 */
export class PrefixCache implements FrozenPrefix {
  readonly #options: PrefixCacheOptions;
  readonly #kept: KeptValues;
  #plan: CachePlan;
  #records: RecordFile | null;
  #boundary = 0;
  /** The place of the step's stretch among the visits. */
  #stretch = 0;
  #ahead: ReadAhead | null = null;
  #isClosed = false;
  /**
   * The values that go into a call, and those that came out of the last one: each is made once for the largest, since
   * new memory costs time.
   */
  #input: Float32Array = new Float32Array();
  #output: Float32Array = new Float32Array();
  readonly #tally = { images: 0, hits: 0, advanced: 0, savedMs: 0 };

  constructor(options: PrefixCacheOptions) {
    this.#options = options;
    this.#plan = options.plan;
    this.#records = options.records;
    this.#kept = new KeptValues(options.imageCount * options.visits.views, new BlockMemory(options.memoryBytes));
  }

  async outputFor(batch: Batch, frozenLayers: number): Promise<Float32Array | undefined> {
    this.#enter(this.#options.depths.indexOf(frozenLayers), batch.step);
    if (frozenLayers === 0) return;
    const start = this.#options.now();
    const members = await this.#membersOf(batch);
    const homes = this.#homesFor(batch.step, members);
    const isOrdinary = batch.images.length > 0 && this.#isOrdinaryCheaper(members, homes);
    const output = isOrdinary ? undefined : this.#advance(members, homes);
    this.#readAhead(batch.step + 1);
    this.#count(members, output === undefined ? null : this.#options.now() - start);
    return output;
  }

  /**
   * Values in memory stay where they are while the boundary does: those on disk do not count, since a disk may fail, nor do others
   * that a step has to compute on.
   */
  servesAlone(step: number): boolean {
    if (this.#boundary === 0 || step >= this.#options.steps || !this.#staysUntil(step)) return false;
    const isThere = (image: number) =>
      this.#kept.homeOf(image) === 'memory' && this.#kept.boundaryOf(image) === this.#boundary;
    return this.#imagesAt(this.#options.scheduleAsked, step).every(isThere);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { savedMs, ...counts } = this.#tally;
    const { plan, computeSaved, emit } = this.#options;
    const seconds = { saved: savedMs / 1000, predictedSaved: plan.savedMs / 1000 };
    if (counts.images > 0) emit({ type: 'prefix-cache.finished', ...counts, ...seconds, computeSaved });
    this.#kept.clear();
    this.#ahead = null;
    await this.#records?.close();
    this.#records = null;
  }

  #enter(boundary: number, step: number): void {
    if (boundary === this.#boundary) return;
    // Layers that train again have changed what they make of an image.
    if (boundary < this.#boundary) this.#kept.forgetBehind(boundary);
    this.#boundary = boundary;
    if (boundary > 0) this.#decide(step, null);
  }

  #decide(step: number, failure: string | null): void {
    const { depths, costs } = this.#options;
    const decision = decisionAt(this.#plan.boundaries, this.#boundary, costs.bytes);
    const reason = failure === null ? decision.reason : `${failure} ${decision.reason}`;
    this.#options.emit({ type: 'prefix-cache.decided', depth: depths[this.#boundary], step, ...decision, reason });
  }

  /**
   * The batch's images, in its order, with their known values. Waits for the disk; after a failure the disk is no
   * longer used.
   */
  async #membersOf({ step, images }: Batch): Promise<readonly Member[]> {
    const ahead = await this.#takeAhead(step);
    return this.#imagesAt(this.#options.schedule, step).map((image, place) => {
      const read = ahead.get(image);
      if (read !== undefined) return { image, place, ...read };
      if (this.#kept.homeOf(image) === 'memory') {
        return { image, place, boundary: this.#kept.boundaryOf(image), values: null };
      }
      const size = this.#options.sizes[0];
      return { image, place, boundary: 0, values: images.subarray(place * size, (place + 1) * size) };
    });
  }

  async #takeAhead(step: number): Promise<ReadonlyMap<number, Pick<Member, 'boundary' | 'values'>>> {
    const ahead = this.#ahead;
    this.#ahead = null;
    if (ahead?.step !== step) return new Map();
    let values: Float32Array;
    try {
      values = await ahead.values;
    } catch (error) {
      await this.#dropDisk(step, messageOf(error));
      return new Map();
    }
    let start = 0;
    const read = ahead.images.map((image, index) => {
      const boundary = ahead.boundaries[index];
      const part = values.subarray(start, start + this.#options.sizes[boundary]);
      start += part.length;
      return [image, { boundary, values: part }] as const;
    });
    // Layers may train again since the reading was requested.
    return new Map(read.filter(([, { boundary }]) => boundary <= this.#boundary));
  }

  #readAhead(step: number): void {
    if (this.#records === null || step >= this.#options.steps) return;
    const onDisk = (image: number) => this.#kept.homeOf(image) === 'disk';
    const images = this.#imagesAt(this.#options.scheduleAhead, step).filter(onDisk);
    if (images.length === 0) return;
    const boundaries = images.map((image) => this.#kept.boundaryOf(image));
    const parts = images.map((image, index) => ({
      record: this.#kept.recordOf(image),
      length: this.#options.sizes[boundaries[index]],
    }));
    const values = this.#records.read(parts);
    // The next step awaits this, but the run may end before. Without this handler a rejection would then be unhandled.
    values.catch(() => undefined);
    this.#ahead = { step, images, boundaries, values };
  }

  async #dropDisk(step: number, message: string): Promise<void> {
    this.#plan = withoutDisk(this.#plan);
    this.#kept.forgetDisk();
    const records = this.#records;
    this.#records = null;
    this.#decide(step, `The disk part of the cache has failed and is no longer used: ${message}`);
    await records?.close().catch(() => undefined);
  }

  /** The numbers of a step's images, in the order of its batch; views of the same image have adjacent numbers. */
  #imagesAt(schedule: BatchSchedule, step: number): readonly number[] {
    const { views, stepsPerEpoch } = this.#options.visits;
    const view = Math.floor(step / stepsPerEpoch) % views;
    return Array.from(schedule.selectionAt(step).indices, (index) => index * views + view);
  }

  /** Where the values that this step computes are kept, for each of its images. */
  #homesFor(step: number, members: readonly Member[]): readonly (Home | null)[] {
    const { isReadAgain } = this.#stretchOf(step);
    return members.map(({ image, boundary }) =>
      !isReadAgain || boundary === this.#boundary ? null : homeAt(this.#plan.boundaries[this.#boundary], image),
    );
  }

  /** Whether the boundary stays what it is until a coming step. */
  #staysUntil(step: number): boolean {
    const { stretches } = this.#options.visits;
    for (let at = this.#stretch; at < stretches.length && stretches[at].firstStep <= step; at++) {
      if (stretches[at].boundary !== this.#boundary) return false;
    }
    return true;
  }

  #stretchOf(step: number): VisitStretch {
    const { stretches } = this.#options.visits;
    while (step >= stretches[this.#stretch].firstStep + stretches[this.#stretch].steps) this.#stretch++;
    return stretches[this.#stretch];
  }

  #isOrdinaryCheaper(members: readonly Member[], homes: readonly (Home | null)[]): boolean {
    if (homes.some((home) => home !== null)) return false;
    if (members.every(({ boundary }) => boundary === 0)) return true;
    const mix = this.#options.depths.map(() => 0);
    for (const { boundary } of members) mix[boundary] += 1 / members.length;
    // The values from the disk are already in memory.
    const state = { boundary: this.#boundary, mix, homes: mix.map(() => null), keepIn: null, share: 1 };
    return cachedMs(this.#options.costs, state) >= ordinaryMs(this.#options.costs, this.#boundary);
  }

  /**
   * Brings all images to this boundary: those furthest behind begin, and the others join on the way. It goes from
   * boundary to boundary, although that makes more copies: TensorFlow would have to prepare each other range of layers first.
   */
  #advance(members: readonly Member[], homes: readonly (Home | null)[]): Float32Array {
    const { depths, session } = this.#options;
    let travelling: readonly Member[] = [];
    let values: Float32Array = new Float32Array();
    for (let boundary = 0; boundary < this.#boundary; boundary++) {
      const joining = members.filter((member) => member.boundary === boundary);
      if (travelling.length + joining.length === 0) continue;
      const input = this.#joined(values, joining, boundary);
      travelling = [...travelling, ...joining];
      values = session.advance(input, travelling.length, { from: depths[boundary], to: depths[boundary + 1] });
    }
    this.#keep(travelling, homes, values);
    return this.#collected(members, travelling, values);
  }

  /** The travelling values with those of the joining images; valid until the next call. */
  #joined(values: Float32Array, joining: readonly Member[], boundary: number): Float32Array {
    if (joining.length === 0) return values;
    const size = this.#options.sizes[boundary];
    const length = values.length + joining.length * size;
    if (this.#input.length < length) this.#input = new Float32Array(length);
    const input = this.#input.subarray(0, length);
    input.set(values);
    for (const [index, member] of joining.entries()) {
      const start = values.length + index * size;
      this.#copyOut(member, input.subarray(start, start + size));
    }
    return input;
  }

  /**
   * Keeps values. `travelling` are the images that have just reached this boundary, with one row of `values`
   * each.
   */
  #keep(travelling: readonly Member[], homes: readonly (Home | null)[], values: Float32Array): void {
    const size = this.#options.sizes[this.#boundary];
    const records: number[] = [];
    const rows: Float32Array[] = [];
    for (const [index, { image, place }] of travelling.entries()) {
      const row = values.subarray(index * size, (index + 1) * size);
      if (homes[place] === 'memory') this.#kept.keepInMemory(image, this.#boundary, row);
      if (homes[place] === 'disk' && this.#records !== null) {
        records.push(this.#kept.keepOnDisk(image, this.#boundary));
        rows.push(row);
      }
    }
    if (records.length > 0) this.#records?.write(records, rows);
  }

  #collected(members: readonly Member[], travelling: readonly Member[], values: Float32Array): Float32Array {
    const size = this.#options.sizes[this.#boundary];
    if (travelling.length === members.length && travelling.every(({ place }, index) => place === index)) return values;
    if (this.#output.length < members.length * size) this.#output = new Float32Array(members.length * size);
    const row = (place: number) => this.#output.subarray(place * size, (place + 1) * size);
    for (const [index, { place }] of travelling.entries()) {
      row(place).set(values.subarray(index * size, (index + 1) * size));
    }
    for (const member of members) if (member.boundary === this.#boundary) this.#copyOut(member, row(member.place));
    return this.#output.subarray(0, members.length * size);
  }

  #copyOut({ image, values }: Member, target: Float32Array): void {
    if (values === null) this.#kept.read(image, target);
    else target.set(values);
  }

  /** Counts a step. `ms` is the time that its values took; null where the step runs the frozen layers. */
  #count(members: readonly Member[], ms: number | null): void {
    const { costs } = this.#options;
    this.#tally.images += members.length;
    if (ms === null) return;
    const handedOverMs = members.length * costs.bytes[this.#boundary] * costs.copyMsPerByte;
    this.#tally.savedMs += ordinaryMs(costs, this.#boundary) - ms - handedOverMs;
    for (const { boundary } of members) {
      if (boundary === this.#boundary) this.#tally.hits += 1;
      else if (boundary > 0) this.#tally.advanced += 1;
    }
  }
}
