import { z } from 'zod';
import type { PageClient } from '#contract/client.ts';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { messageOf } from '#core/errors.ts';
import type { Measurement } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { runSpecSchema } from '#core/run.ts';
import { stepProfileSchema } from '#core/run-event.ts';
import {
  estimatePreview,
  type PreviewEstimate,
  paceKey,
  type StudyPreview,
  type StudyToEstimate,
} from '../lib/study-preview.ts';
import { DraftKeeper } from './draft-keeper.ts';

const pacesSchema = z.record(
  z.string(),
  z.object({
    msPerStep: z.number(),
    steps: z.number(),
    imagesPerSecond: z.number(),
    memoryBytes: z.number(),
    msPerBatch: z.number(),
    depths: z.array(
      stepProfileSchema.shape.depths.element.extend({
        firstTrained: z.string(),
        imagesPerSecond: z.number(),
        memoryBytes: z.number(),
        trainedShare: z.number(),
        cachedStepMs: z.number(),
      }),
    ),
    keptBytes: z.array(z.number()),
    cacheMemoryBytes: z.number(),
    msPerNewDepth: z.number().nullable(),
    msPerEvaluatedImage: z.number(),
    msPerCheckpoint: z.number(),
    startUpSeconds: z.number(),
    device: z.string(),
  }),
);

/** Measured paces of networks on this machine, kept for what they depend on, and the measurement of another. */
export class PaceMeter {
  #paces = $state.raw<Readonly<Record<string, Measurement>>>({});
  #measuring = $state.raw<AbortController | null>(null);
  #error = $state<string | null>(null);
  readonly #api: PageClient;
  readonly #keeper: DraftKeeper;

  constructor(api: PageClient) {
    this.#api = api;
    this.#keeper = new DraftKeeper(api, 'measured-paces', (error) => {
      this.#error = messageOf(error);
    });
  }

  get isMeasuring(): boolean {
    return this.#measuring !== null;
  }

  /** Why the last measurement failed. */
  get error(): string | null {
    return this.#error;
  }

  paceOf(base: BaseSpec, images: DatasetInfo): Measurement | null {
    return this.#paces[paceKey(base, images)] ?? null;
  }

  /** How long a study takes; null before its network was measured. */
  estimateOf(preview: StudyPreview, study: StudyToEstimate): PreviewEstimate | null {
    const pace = this.paceOf(study.base, study.images);
    return pace === null ? null : estimatePreview(preview, study, pace);
  }

  async restore(): Promise<void> {
    const kept = pacesSchema.safeParse(await this.#keeper.read());
    if (kept.success) this.#paces = { ...kept.data, ...this.#paces };
  }

  async measure(base: BaseSpec, images: DatasetInfo): Promise<void> {
    const measuring = new AbortController();
    this.#measuring = measuring;
    this.#error = null;
    try {
      const spec = runSpecSchema.parse(base);
      const pace = await this.#api.runs.measure({ spec }, { signal: measuring.signal });
      this.#paces = { ...this.#paces, [paceKey(base, images)]: pace };
      this.#keeper.keep(this.#paces);
    } catch (error) {
      if (!measuring.signal.aborted) this.#error = messageOf(error);
    } finally {
      if (this.#measuring === measuring) this.#measuring = null;
    }
  }

  cancel(): void {
    this.#measuring?.abort();
    this.#measuring = null;
  }

  /** Before the view closes. */
  async close(): Promise<void> {
    this.cancel();
    await this.#keeper.flush();
  }
}
